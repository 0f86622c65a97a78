"""Steps an environment of Gymnasium with pictures on request (see benchmarks/envs/process.ts).

    env_steps.py control MODEL.xml PHYSICS_STEPS     the model in gymnasium's MujocoEnv, drawn at 84x84
    env_steps.py ale GAME                            ale-py, one frame a step, its own RGB frames of 210x160
"""
import json
import sys
import time

import gymnasium


def control(model, physics_steps):
    import numpy
    from gymnasium.envs.mujoco import MujocoEnv

    class Task(MujocoEnv):
        metadata = {"render_modes": ["human", "rgb_array", "depth_array", "rgbd_tuple"]}

        def __init__(self):
            space = gymnasium.spaces.Box(-numpy.inf, numpy.inf, (1,), numpy.float64)
            super().__init__(model, int(physics_steps), space, "rgb_array", 84, 84, camera_id=0)

        def reset_model(self):
            self.set_state(self.init_qpos, self.init_qvel)
            return self.data.qpos[:1].copy()

        def step(self, action):
            self.do_simulation(action, self.frame_skip)
            return self.data.qpos[:1].copy(), 0.0, False, False, {}

    # Gymnasium wants to know how many pictures a second there are.
    import mujoco

    step = mujoco.MjModel.from_xml_path(model).opt.timestep * int(physics_steps)
    Task.metadata["render_fps"] = int(numpy.round(1.0 / step))
    env = Task()
    return env, env.render


def ale(game):
    import ale_py

    gymnasium.register_envs(ale_py)
    env = gymnasium.make(f"ALE/{game}-v5", frameskip=1, obs_type="rgb")
    return env, lambda: None


def main():
    kind, *arguments = sys.argv[1:]
    env, draw = {"control": control, "ale": ale}[kind](*arguments)
    env.action_space.seed(0)
    env.reset(seed=0)
    draw()
    for line in sys.stdin:
        seconds = json.loads(line)["seconds"]
        start = time.perf_counter()
        steps = 0
        while time.perf_counter() - start < seconds:
            _, _, terminated, truncated, _ = env.step(env.action_space.sample())
            draw()
            steps += 1
            if terminated or truncated:
                env.reset()
        print(json.dumps({"steps": steps, "seconds": time.perf_counter() - start}), flush=True)


main()
