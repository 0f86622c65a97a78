import { Random, partOf, type Json, type RandomState } from '../base/index.ts';
import type { Experiment } from '../runs/index.ts';
import { Divergence, type Checkpoint, type Checkpoints } from './checkpoints.ts';
import type { Callbacks } from './callbacks/index.ts';
import { Interaction, type InteractionState } from './interaction.ts';
import { LoopSupport, checkMetrics, type Progress } from './loop.ts';
import type { Recorder } from './recorder.ts';
import { explorationChance, learningRateFactor } from './schedule.ts';
import { WorkerInteraction } from './worker-interaction.ts';
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
  callbacks?: Callbacks;
}

/**
 * Training from replay on CURL's schedule (Srinivas et al. 2020, section 5): uniform random actions for
 * `train.randomSteps` agent steps, then at each step an action, `train.updatesPerStep` updates from sampled
 * transitions (every `train.trainEvery` steps), and the step itself. Evaluations come before learning, every `evaluation.every` steps and at the end.
 *
 * A run is a function of its experiment alone. Its whole state is what `#save` writes between two steps, so a run that
 * was cut and goes on from a checkpoint gives the same values as one that never stopped.
 */
export class OffPolicyTraining {
  readonly #experiment: Experiment;
  readonly #parts: Parts;
  readonly #recorder: Recorder;
  readonly #interaction: Interaction | WorkerInteraction;
  readonly #worker: WorkerInteraction | null;
  readonly #actions: Random;
  readonly #loop: LoopSupport;

  /** @throws RunError where the state of the checkpoint cannot be reached again */
  constructor({ checkpoint, ...options }: OffPolicyOptions) {
    const { experiment, parts, recorder } = options;
    this.#experiment = experiment;
    this.#parts = parts;
    this.#recorder = recorder;
    const { worker, actions } = parts;
    this.#worker = worker ? new WorkerInteraction(worker, actions, experiment.seed) : null;
    this.#interaction = this.#worker ?? new Interaction(parts.env, actions, experiment.seed);
    this.#actions = Random.stream(experiment.seed, 'random-actions');
    this.#loop = new LoopSupport(options);
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
    this.#loop.resume(values.progress, own.values.callbacks);
    this.#actions.restore(values.actions);
    this.#interaction.restore(
      values.interaction,
      (own.tensors.observation?.data as Uint8Array | undefined) ?? null,
    );
    this.#parts.learner.restore(partOf(snapshot, 'learner'));
  }

  /**
   * Runs to the end, until a callback ends it or until the signal; the state is saved each way.
   * @throws Divergence, RunError
   */
  async run(): Promise<'finished' | 'interrupted'> {
    const { steps, evaluation, checkpoint } = this.#experiment;
    const loop = this.#loop;
    const { callbacks } = loop;
    try {
      for (;;) {
        const { agentStep } = loop.progress;
        let last = agentStep >= steps || callbacks.stop !== null;
        const judged = callbacks.take('evaluate') || agentStep % evaluation.every === 0;
        if ((last || judged) && loop.progress.evaluatedAt !== agentStep) {
          await loop.evaluate((observation) => this.#deterministic(observation), last);
          last ||= callbacks.stop !== null;
        }
        await loop.turn();
        const { stopped } = loop;
        const due = callbacks.take('save') || (agentStep > 0 && agentStep % checkpoint.every === 0);
        if ((last || stopped || due) && loop.savedAt !== agentStep) await this.#save();
        if (last && loop.progress.evaluatedAt === agentStep) return 'finished';
        if (stopped) return 'interrupted';
        await this.#step();
      }
    } finally {
      loop.close();
      await this.#worker?.close();
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
      observation = await this.#interaction.begin();
      replay.start(observation);
    }
    stopwatch.enter('other');
    const action =
      learning && !this.#explores()
        ? await this.#checked(await learner.act(observation, { deterministic: false }))
        : this.#parts.actions.random(this.#actions);

    // A step on a worker goes on while this thread updates; its transition comes into the buffer after the updates
    // either way, so that both give the same numbers.
    stopwatch.enter('env');
    const stepping = this.#interaction.step(action);
    stopwatch.enter('other');

    const log = (progress.agentStep + 1) % train.logEvery === 0;
    // A buffer is empty only before the very first step of a run without random steps.
    const updates = learning && replay.size > 0 && (progress.agentStep + 1) % train.trainEvery === 0;
    // Metrics come from the first updates at or after the step that they are due.
    const due = (progress.agentStep + 1) % train.logEvery < train.trainEvery;
    const metrics = await settled(updates ? this.#update(due) : null, stepping);

    stopwatch.enter('env');
    const step = await stepping;
    stopwatch.enter('replay');
    replay.add({ action, ...step });
    stopwatch.enter('other');

    progress.agentStep++;
    const { callbacks, moment } = this.#loop;
    const counters = this.#loop.counters();
    if (metrics) {
      this.#recorder.metrics('train', counters, metrics);
      callbacks.metrics(moment, metrics);
    }
    if (step.terminated || step.truncated) {
      const episode = { return: this.#interaction.return, length: this.#interaction.length };
      this.#recorder.metrics('episode', counters, episode);
      callbacks.episode(moment, episode);
    }
    callbacks.step(moment);
    if (log) this.#recorder.metrics('timing', counters, this.#loop.timing());
    this.#loop.show(this.#parts.env, step.observation);
  }

  /** Draws whether this step explores; nothing is drawn where the experiment does not ask for it. */
  #explores(): boolean {
    const { exploration } = this.#experiment.train;
    if (!exploration) return false;
    return this.#actions.uniform() < explorationChance(exploration, this.agentStep);
  }

  async #update(log: boolean): Promise<Metrics | null> {
    const { learner, replay } = this.#parts;
    const { updatesPerStep, learningRate } = this.#experiment.train;
    const { progress, stopwatch } = this.#loop;
    if (learningRate) {
      const factor = learningRateFactor(learningRate, progress.agentStep, this.#experiment.steps);
      learner.scaleLearningRates?.(factor);
    }
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
          interaction: (await this.#interaction.state()) as unknown as Json,
          actions: this.#actions.state() as unknown as Json,
        },
      },
      this.#parts.replay,
    );
  }
}

/** What the update gives, once the step beside it is over too: nothing may be left running where one of them fails. */
async function settled<T>(update: Promise<T> | null, step: unknown): Promise<T | null> {
  const [result] = await Promise.allSettled([update, step]);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
