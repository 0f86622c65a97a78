import { joinSnapshots, partOf, type Json } from '../base/index.ts';
import type { Choices } from '../agents/index.ts';
import { Rollout } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import type { Callbacks } from './callbacks/index.ts';
import { Divergence, type Checkpoint, type Checkpoints } from './checkpoints.ts';
import { LoopSupport, checkMetrics, type Progress } from './loop.ts';
import type { Recorder } from './recorder.ts';
import type { OnPolicyParts } from './types.ts';
import { VectorInteraction, type VectorStep } from './vector-interaction.ts';

export interface OnPolicyOptions {
  experiment: Experiment;
  parts: OnPolicyParts;
  recorder: Recorder;
  checkpoints: Checkpoints;
  /** Where to go on from; `parts.replay` holds its transitions already. */
  checkpoint?: Checkpoint | null;
  /** Asks the loop to save and stop at the next step. */
  signal?: AbortSignal;
  callbacks?: Callbacks;
}

/**
 * Training from rollouts: all environments step together until the rollout is full, then the learner learns from it,
 * and the rollout begins anew. Evaluations and checkpoints come between two rollouts, at the first one after their
 * multiple of steps; the run ends after the first rollout that reaches its length. When it is asked to stop it saves at
 * once, with the rollout as far as it is.
 *
 * A run is a function of its experiment alone: one that was cut and goes on from a checkpoint gives the same values.
 */
export class OnPolicyTraining {
  readonly #options: OnPolicyOptions;
  readonly #loop: LoopSupport;
  readonly #rollout: Rollout;
  #interaction!: VectorInteraction;

  constructor(options: OnPolicyOptions) {
    this.#options = options;
    this.#loop = new LoopSupport(options);
    this.#rollout = new Rollout(options.parts.rollout);
  }

  get agentStep(): number {
    return this.#loop.progress.agentStep;
  }

  /** Runs to the end or until the signal; the state is saved either way. @throws Divergence, RunError */
  async run(): Promise<'finished' | 'interrupted'> {
    const { experiment, parts, checkpoint } = this.#options;
    const envs = await parts.makeVector();
    try {
      this.#interaction = new VectorInteraction(envs, parts.actions, experiment.seed);
      if (checkpoint) await this.#restore(checkpoint);
      else await this.#interaction.begin();
      return await this.#train();
    } finally {
      this.#loop.close();
      await envs.close();
    }
  }

  async #train(): Promise<'finished' | 'interrupted'> {
    const { steps, evaluation, checkpoint } = this.#options.experiment;
    const loop = this.#loop;
    const { callbacks } = loop;
    for (;;) {
      const { agentStep, evaluatedAt } = loop.progress;
      const between = this.#rollout.length === 0;
      let last = between && (agentStep >= steps || callbacks.stop !== null);
      const passed = (every: number, since: number) =>
        Math.floor(agentStep / every) > Math.floor(since / every);
      const due = evaluatedAt < 0 || passed(evaluation.every, evaluatedAt);
      if (between && (callbacks.take('evaluate') || last || due) && evaluatedAt !== agentStep) {
        await loop.evaluate((observation) => this.#deterministic(observation), last);
        last ||= callbacks.stop !== null;
      }
      await loop.turn();
      const { stopped } = loop;
      const asked = between && callbacks.take('save');
      const saves = asked || (between && passed(checkpoint.every, agentStep - this.#rollout.size));
      if ((last || stopped || (saves && agentStep > 0)) && loop.savedAt !== agentStep) await this.#save();
      if (last && loop.progress.evaluatedAt === agentStep) return 'finished';
      if (stopped) return 'interrupted';
      await this.#step();
    }
  }

  /** One step of all environments, and the update where it fills the rollout. */
  async #step(): Promise<void> {
    const { parts, recorder } = this.#options;
    const { learner } = parts;
    const { progress, stopwatch } = this.#loop;
    const { observations, envs } = this.#interaction;
    this.#loop.enterPhase('learning');
    stopwatch.enter('other');
    const choice = this.#checked(learner.choose(observations, envs.numEnvs));
    stopwatch.enter('env');
    const step = await this.#interaction.step(learner.agent.bounded(choice.actions));
    stopwatch.enter('other');
    const ended = step.finalObservations.map((final) => final !== null);
    const finalValues = this.#finalValues(step);
    stopwatch.enter('replay');
    this.#rollout.add({
      ...step,
      ...choice,
      observations,
      finalValues,
      rewards: learner.rewards(step.rewards, ended),
    });
    stopwatch.enter('other');
    progress.agentStep += envs.numEnvs;
    const counters = this.#loop.counters();
    const { callbacks, moment } = this.#loop;
    for (const episode of step.episodes) {
      recorder.metrics('episode', counters, { ...episode });
      callbacks.episode(moment, episode);
    }
    callbacks.step(moment);
    this.#loop.show(parts.env, this.#interaction.observations.subarray(0, this.#rollout.layout.bytes));
    if (this.#rollout.full) await this.#learn();
  }

  async #learn(): Promise<void> {
    const { experiment, parts, recorder } = this.#options;
    const { progress, stopwatch } = this.#loop;
    const { agentStep } = progress;
    stopwatch.enter('update');
    const { metrics, updates } = await parts.learner.learn(
      this.#rollout,
      this.#interaction.observations,
      parts.replay,
      { agentStep, steps: experiment.steps },
      () => this.#loop.turn(),
    );
    stopwatch.enter('other');
    progress.updates += updates;
    this.#rollout.clear();
    checkMetrics(metrics, agentStep);
    const counters = this.#loop.counters();
    recorder.metrics('train', counters, metrics);
    this.#loop.callbacks.metrics(this.#loop.moment, metrics);
    recorder.metrics('timing', counters, this.#loop.timing());
  }

  /** V of the last observations of episodes that a time limit cut; 0 for all else. */
  #finalValues({ terminated, truncated, finalObservations }: VectorStep): Float32Array {
    const cut = truncated.flatMap((end, i) => (end && !terminated[i] ? [i] : []));
    const values = new Float32Array(truncated.length);
    if (cut.length === 0) return values;
    const seen = this.#options.parts.learner.values(
      Buffer.concat(cut.map((i) => finalObservations[i]!)),
      cut.length,
    );
    cut.forEach((env, k) => (values[env] = seen[k]));
    return values;
  }

  #checked(choice: Choices): Choices {
    for (const [what, numbers] of Object.entries({
      'action is': choice.actions,
      'value is': choice.values,
    })) {
      const wrong = (numbers as Float32Array).find((x) => !Number.isFinite(x));
      if (wrong !== undefined) throw new Divergence(`the policy's ${what} ${wrong}`, this.agentStep);
    }
    return choice;
  }

  async #deterministic(observation: Uint8Array): Promise<Float32Array> {
    const action = await this.#options.parts.learner.act(observation, { deterministic: true });
    const wrong = action.find((x) => !Number.isFinite(x));
    if (wrong !== undefined) throw new Divergence(`the policy's action is ${wrong}`, this.agentStep);
    return action;
  }

  async #restore({ snapshot }: Checkpoint): Promise<void> {
    const own = partOf(snapshot, 'loop');
    const { progress, interaction } = own.values;
    this.#loop.resume(progress as unknown as Progress, own.values.callbacks);
    this.#options.parts.learner.restore(partOf(snapshot, 'learner'));
    this.#rollout.restore(partOf(own, 'rollout'));
    await this.#interaction.restore(interaction, own.tensors.observations.data as Uint8Array);
  }

  async #save(): Promise<void> {
    const { observations } = this.#interaction;
    const own = joinSnapshots({ rollout: this.#rollout.state() });
    own.tensors.observations = { shape: [observations.length], data: observations };
    own.values.interaction = (await this.#interaction.state()) as unknown as Json;
    await this.#loop.save(own, this.#options.parts.replay);
  }
}
