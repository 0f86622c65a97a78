import { Random } from '../../base/index.ts';
import type { Json, RandomState } from '../../base/index.ts';
import type {
  Env,
  EnvMetadata,
  EnvSpec,
  Info,
  Picture,
  PictureSize,
  ResetOptions,
  StepResult,
} from '../env.ts';
import { renderScene } from '../render/index.ts';
import type { Scene } from '../render/index.ts';
import { Box, checkSeed } from '../spaces/index.ts';
import { loadMujoco } from './mujoco.ts';
import { Physics } from './physics.ts';
import { sceneOf } from './scene.ts';
import type { ControlTask } from './task.ts';

const PICTURE = { width: 240, height: 240 };

/**
 * A continuous-control task: actions in [-1, 1], observations are the state vector as float32 (`info.state` has
 * it as float64). It never ends by itself; `make` adds the time limit. Unseeded, it starts from seed 0.
 */
export class ControlEnv implements Env<Float32Array, Float32Array> {
  readonly observationSpace: Box<'float32'>;
  readonly actionSpace: Box<'float32'>;
  readonly metadata: EnvMetadata;
  readonly spec: EnvSpec | null = null;
  readonly physics: Physics;
  readonly task: ControlTask;
  #random = Random.stream(0, 'control');

  /** Use `ControlEnv.create`, which loads the physics engine first. */
  constructor(task: ControlTask, physics: Physics) {
    this.task = task;
    this.physics = physics;
    this.observationSpace = new Box<'float32'>({ low: -Infinity, high: Infinity, shape: [task.stateSize] });
    this.actionSpace = new Box<'float32'>({ low: -1, high: 1, shape: [physics.nu] });
    const renderFps = Math.round(1 / task.stepSeconds);
    this.metadata = { renderModes: ['rgb_array'], renderFps, stateSize: task.stateSize };
    physics.forward();
  }

  static async create(task: ControlTask): Promise<ControlEnv> {
    return new ControlEnv(task, new Physics(await loadMujoco(), task.model));
  }

  get unwrapped(): this {
    return this;
  }

  /** @throws InputError for a seed that is not a non-negative integer. */
  reset({ seed }: ResetOptions = {}) {
    if (seed !== undefined) {
      checkSeed(seed);
      this.#random = Random.stream(seed, 'control');
    }
    this.physics.reset();
    this.task.start(this.physics, this.#random);
    this.physics.forward();
    return this.#outcome();
  }

  step(action: Float32Array): StepResult<Float32Array> {
    this.physics.data('ctrl').set(action);
    this.physics.step(this.task.subSteps);
    return {
      ...this.#outcome(),
      reward: this.task.reward(this.physics),
      terminated: false,
      truncated: false,
    };
  }

  /** What a picture of the present state holds. */
  scene(): Scene {
    const scene = sceneOf(this.physics);
    return { ...scene, shapes: [...scene.shapes, ...(this.task.extras?.(this.physics) ?? [])] };
  }

  render({ width, height, out }: PictureSize = PICTURE): Picture {
    return { width, height, data: renderScene(this.scene(), width, height, out) };
  }

  close(): void {
    this.physics.close();
  }

  state(): Json {
    return { physics: this.physics.state(), random: this.#random.state() as unknown as Json };
  }

  restore(state: Json): void {
    const { physics, random } = state as { physics: Json; random: Json };
    this.physics.restore(physics);
    this.#random.restore(random as unknown as RandomState);
  }

  #outcome(): { observation: Float32Array; info: Info } {
    const state = new Float64Array(this.task.state(this.physics));
    return { observation: new Float32Array(state), info: { state } };
  }
}
