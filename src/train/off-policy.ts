import { Random, partOf, type Json, type RandomState } from '../base/index.ts';
import type { Experiment } from '../runs/index.ts';
import { Divergence, type Checkpoint, type Checkpoints } from './checkpoints.ts';
import { Interaction, type InteractionState } from './interaction.ts';
import { LoopSupport, checkMetrics, type Progress } from './loop.ts';
import type { Recorder } from './recorder.ts';
import type { Metrics } from '../agents/index.ts';
import type { Parts } from './types.ts';

export interface OffPolicyOptions {
  experiment: Experiment;
  parts: Parts;
  recorder: Recorder;
  checkpoints: Checkpoints;
  /** Where to go on from; `parts.replay` holds its transitions already. */
  checkpoint?: Checkpoint | null;
  /** Asks the loop to save and stop at the next step. */
  signal?: AbortSignal;
}

/**
 * Training from replay on CURL's schedule (Srinivas et al. 2020, section 5): uniform random actions for
 * `train.randomSteps` agent steps, then at each step an action, `train.updatesPerStep` updates from sampled
 * transitions, and the step itself. Evaluations come before learning, every `evaluation.every` steps and at the end.
 *
 * A run is a function of its experiment alone. Its whole state is what `#save` writes between two steps, so a run that
 * was cut and goes on from a checkpoint gives the same values as one that never stopped.
 */
export class OffPolicyTraining {
  readonly #experiment: Experiment;
  readonly #parts: Parts;
  readonly #recorder: Recorder;
  readonly #interaction: Interaction;
  readonly #actions: Random;
  readonly #loop: LoopSupport;

  /** @throws RunError where the state of the checkpoint cannot be reached again */
  constructor({ experiment, parts, recorder, checkpoints, checkpoint, signal }: OffPolicyOptions) {
    this.#experiment = experiment;
    this.#parts = parts;
    this.#recorder = recorder;
    this.#interaction = new Interaction(parts.env, parts.actions, experiment.seed);
    this.#actions = Random.stream(experiment.seed, 'random-actions');
    this.#loop = new LoopSupport({ experiment, parts, recorder, checkpoints, signal });
    if (checkpoint) this.#restore(checkpoint);
  }

  get agentStep(): number {
    return this.#loop.progress.agentStep;
  }

  #restore({ snapshot }: Checkpoint): void {
    const own = partOf(snapshot, 'loop');
    const values = own.values as unknown as {
      progress: Progress;
      interaction: InteractionState;
      actions: RandomState;
    };
    this.#loop.resume(values.progress);
    this.#actions.restore(values.actions);
    this.#interaction.restore(
      values.interaction,
      (own.tensors.observation?.data as Uint8Array | undefined) ?? null,
    );
    this.#parts.learner.restore(partOf(snapshot, 'learner'));
  }

  /** Runs to the end or until the signal; the state is saved either way. @throws Divergence, RunError */
  async run(): Promise<'finished' | 'interrupted'> {
    const { steps, evaluation, checkpoint } = this.#experiment;
    const loop = this.#loop;
    try {
      for (;;) {
        const { agentStep } = loop.progress;
        const last = agentStep >= steps;
        if ((last || agentStep % evaluation.every === 0) && loop.progress.evaluatedAt !== agentStep) {
          await loop.evaluate((observation) => this.#deterministic(observation), last);
        }
        await loop.turn();
        const { stopped } = loop;
        const due = agentStep > 0 && agentStep % checkpoint.every === 0;
        if ((last || stopped || due) && loop.savedAt !== agentStep) await this.#save();
        if (last && loop.progress.evaluatedAt === agentStep) return 'finished';
        if (stopped) return 'interrupted';
        await this.#step();
      }
    } finally {
      loop.close();
    }
  }

  async #step(): Promise<void> {
    const { train } = this.#experiment;
    const { replay, learner } = this.#parts;
    const { progress, stopwatch } = this.#loop;
    const learning = progress.agentStep >= train.randomSteps;
    this.#loop.enterPhase(learning ? 'learning' : 'random');

    stopwatch.enter('env');
    let { observation } = this.#interaction;
    if (observation === null) {
      observation = this.#interaction.begin();
      replay.start(observation);
    }
    stopwatch.enter('other');
    const action = learning
      ? await this.#checked(await learner.act(observation, { deterministic: false }))
      : this.#parts.actions.random(this.#actions);

    const log = (progress.agentStep + 1) % train.logEvery === 0;
    // A buffer is empty only before the very first step of a run without random steps.
    const metrics = learning && replay.size > 0 ? await this.#update(log) : null;

    stopwatch.enter('env');
    const step = this.#interaction.step(action);
    stopwatch.enter('replay');
    replay.add({ action, ...step });
    stopwatch.enter('other');

    progress.agentStep++;
    const counters = this.#loop.counters();
    if (metrics) this.#recorder.metrics('train', counters, metrics);
    if (step.terminated || step.truncated) {
      const { return: total, length } = this.#interaction;
      this.#recorder.metrics('episode', counters, { return: total, length });
    }
    if (log) this.#recorder.metrics('timing', counters, this.#loop.timing());
    this.#loop.show(this.#parts.env, step.observation);
  }

  async #update(log: boolean): Promise<Metrics | null> {
    const { learner, replay } = this.#parts;
    const { updatesPerStep } = this.#experiment.train;
    const { progress, stopwatch } = this.#loop;
    let metrics: Metrics | null = null;
    for (let k = 1; k <= updatesPerStep; k++) {
      stopwatch.enter('replay');
      const batch = learner.sample(replay);
      stopwatch.enter('update');
      metrics = await learner.update(batch, { log: log && k === updatesPerStep });
      progress.updates++;
    }
    stopwatch.enter('other');
    checkMetrics(metrics, progress.agentStep + 1);
    return metrics;
  }

  /** The policy's action. @throws Divergence where it is not finite; one more update finds which loss it was */
  async #checked(action: Float32Array): Promise<Float32Array> {
    const wrong = action.find((x) => !Number.isFinite(x));
    if (wrong === undefined) return action;
    const { learner, replay } = this.#parts;
    const metrics = replay.size > 0 ? await learner.update(learner.sample(replay), { log: true }) : null;
    const culprits = Object.entries(metrics ?? {}).filter(([, value]) => !Number.isFinite(value));
    const what = culprits.map(([name, value]) => `${name} is ${value}, `).join('');
    throw new Divergence(`${what}the policy's action is ${wrong}`, this.agentStep);
  }

  async #deterministic(observation: Uint8Array): Promise<Float32Array> {
    return this.#checked(await this.#parts.learner.act(observation, { deterministic: true }));
  }

  /** Writes the whole state between two steps. */
  async #save(): Promise<void> {
    const { observation } = this.#interaction;
    await this.#loop.save(
      {
        tensors: observation ? { observation: { shape: [observation.length], data: observation } } : {},
        values: {
          interaction: this.#interaction.state() as unknown as Json,
          actions: this.#actions.state() as unknown as Json,
        },
      },
      this.#parts.replay,
    );
  }
}
