import { Random, joinSnapshots, partOf, type Json, type RandomState, type Snapshot } from '../base/index.ts';
import type { Experiment, RunPhase } from '../runs/index.ts';
import { Divergence, type Checkpoint, type Checkpoints } from './checkpoints.ts';
import { evaluate, summarise, type EpisodeResult } from './evaluate.ts';
import { Interaction, type InteractionState } from './interaction.ts';
import { Pulse, throttle } from './pulse.ts';
import type { Recorder } from './recorder.ts';
import { Film } from './film.ts';
import { Stopwatch } from './stopwatch.ts';
import type { Metrics } from '../agents/index.ts';
import type { Counters, Parts, PixelEnv, Policy } from './types.ts';

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

/** Counters and marks of the loop that go into checkpoints. */
interface Progress {
  agentStep: number;
  updates: number;
  /** Step of the last evaluation; -1 before the first. */
  evaluatedAt: number;
  best: { mean: number; agentStep: number } | null;
  /** Seconds of running up to the checkpoint that the run went on from. */
  wallSeconds: number;
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
  readonly #checkpoints: Checkpoints;
  readonly #signal: AbortSignal | undefined;
  readonly #interaction: Interaction;
  readonly #actions: Random;
  readonly #stopwatch = new Stopwatch();
  readonly #pulse: Pulse;
  readonly #mayShow = throttle(4);
  #evaluationEnv: PixelEnv | null = null;
  #phase: RunPhase = 'starting';
  #progress: Progress = { agentStep: 0, updates: 0, evaluatedAt: -1, best: null, wallSeconds: 0 };
  #savedAt = -1;
  #lap = { agentStep: 0, updates: 0 };
  readonly #startedAt = performance.now();

  /** @throws RunError where the state of the checkpoint cannot be reached again */
  constructor({ experiment, parts, recorder, checkpoints, checkpoint, signal }: OffPolicyOptions) {
    this.#experiment = experiment;
    this.#parts = parts;
    this.#recorder = recorder;
    this.#checkpoints = checkpoints;
    this.#signal = signal;
    this.#interaction = new Interaction(parts.env, parts.actions, experiment.seed);
    this.#actions = Random.stream(experiment.seed, 'random-actions');
    this.#pulse = new Pulse(() => recorder.status(this.#phase, this.#progress.agentStep));
    if (checkpoint) this.#restore(checkpoint);
  }

  get agentStep(): number {
    return this.#progress.agentStep;
  }

  #restore({ agentStep, snapshot }: Checkpoint): void {
    const own = partOf(snapshot, 'loop');
    const values = own.values as unknown as {
      progress: Progress;
      interaction: InteractionState;
      actions: RandomState;
    };
    this.#progress = values.progress;
    this.#actions.restore(values.actions);
    this.#interaction.restore(
      values.interaction,
      (own.tensors.observation?.data as Uint8Array | undefined) ?? null,
    );
    this.#parts.learner.restore(partOf(snapshot, 'learner'));
    this.#savedAt = agentStep;
    this.#lap = { agentStep, updates: this.#progress.updates };
  }

  /** Runs to the end or until the signal; the state is saved either way. @throws Divergence, RunError */
  async run(): Promise<'finished' | 'interrupted'> {
    const { steps, evaluation, checkpoint } = this.#experiment;
    try {
      for (;;) {
        const { agentStep } = this.#progress;
        const last = agentStep >= steps;
        if ((last || agentStep % evaluation.every === 0) && this.#progress.evaluatedAt !== agentStep) {
          await this.#evaluate(last);
        }
        await this.#pulse.turn();
        const stopped = this.#signal?.aborted === true;
        const due = agentStep > 0 && agentStep % checkpoint.every === 0;
        if ((last || stopped || due) && this.#savedAt !== agentStep) await this.#save();
        if (last && this.#progress.evaluatedAt === agentStep) return 'finished';
        if (stopped) return 'interrupted';
        await this.#step();
      }
    } finally {
      this.#evaluationEnv?.close();
      this.#evaluationEnv = null;
    }
  }

  async #step(): Promise<void> {
    const { train } = this.#experiment;
    const { replay, learner } = this.#parts;
    const progress = this.#progress;
    const learning = progress.agentStep >= train.randomSteps;
    this.#enterPhase(learning ? 'learning' : 'random');

    this.#stopwatch.enter('env');
    let { observation } = this.#interaction;
    if (observation === null) {
      observation = this.#interaction.begin();
      replay.start(observation);
    }
    this.#stopwatch.enter('other');
    const action = learning
      ? await this.#checked(await learner.act(observation, { deterministic: false }))
      : this.#parts.actions.random(this.#actions);

    const log = (progress.agentStep + 1) % train.logEvery === 0;
    // A buffer is empty only before the very first step of a run without random steps.
    const metrics = learning && replay.size > 0 ? await this.#update(log) : null;

    this.#stopwatch.enter('env');
    const step = this.#interaction.step(action);
    this.#stopwatch.enter('replay');
    replay.add({ action, ...step });
    this.#stopwatch.enter('other');

    const agentStep = ++progress.agentStep;
    const counters = this.#counters();
    if (metrics) this.#recorder.metrics('train', counters, metrics);
    if (step.terminated || step.truncated) {
      const { return: total, length } = this.#interaction;
      this.#recorder.metrics('episode', counters, { return: total, length });
    }
    if (log) this.#recorder.metrics('timing', counters, this.#timing());
    if (this.#mayShow()) this.#recorder.live(step.observation, agentStep);
  }

  async #update(log: boolean): Promise<Metrics | null> {
    const { learner, replay } = this.#parts;
    const { updatesPerStep } = this.#experiment.train;
    let metrics: Metrics | null = null;
    for (let k = 1; k <= updatesPerStep; k++) {
      this.#stopwatch.enter('replay');
      const batch = learner.sample(replay);
      this.#stopwatch.enter('update');
      metrics = await learner.update(batch, { log: log && k === updatesPerStep });
      this.#progress.updates++;
    }
    this.#stopwatch.enter('other');
    for (const [name, value] of Object.entries(metrics ?? {})) {
      if (!Number.isFinite(value)) throw new Divergence(`${name} is ${value}`, this.#progress.agentStep + 1);
    }
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
    throw new Divergence(`${what}the policy's action is ${wrong}`, this.#progress.agentStep);
  }

  /** Evaluates the current policy in an environment of its own; gives up without a trace when asked to stop. */
  async #evaluate(last: boolean): Promise<void> {
    const { evaluation, env } = this.#experiment;
    const { learner } = this.#parts;
    const progress = this.#progress;
    const before = this.#stopwatch.enter('evaluation');
    this.#enterPhase('evaluating');
    const film = new Film(evaluation.record);
    const results = await this.#play((observation) => this.#deterministic(observation), film);
    const random =
      last && evaluation.compareWithRandom && results
        ? await this.#play(this.#randomPolicy(), new Film(0))
        : null;
    this.#stopwatch.enter(before);
    if (!results || (last && evaluation.compareWithRandom && !random)) return;

    const { agentStep } = progress;
    const { mean, std } = summarise(results);
    const values: Metrics = { 'return.mean': mean, 'return.std': std, 'return.episodes': results.length };
    if (random) {
      const summary = summarise(random);
      values['random.return.mean'] = summary.mean;
      values['random.return.std'] = summary.std;
    }
    this.#recorder.metrics('evaluation', this.#counters(), values);
    for (const [k, pictures] of film.episodes.entries()) {
      this.#recorder.episode(
        `eval-${agentStep}${k === 0 ? '' : `-${k + 1}`}`,
        pictures,
        film.fps(k) / env.actionRepeat,
      );
    }
    progress.evaluatedAt = agentStep;
    this.#savedAt = -1;
    if (!progress.best || mean > progress.best.mean) {
      progress.best = { mean, agentStep };
      this.#checkpoints.saveBest(agentStep, joinSnapshots({ learner: await learner.state() }));
    }
  }

  async #deterministic(observation: Uint8Array): Promise<Float32Array> {
    return this.#checked(await this.#parts.learner.act(observation, { deterministic: true }));
  }

  async #play(policy: Policy, film: Film): Promise<EpisodeResult[] | null> {
    const { seed, evaluation } = this.#experiment;
    const env = (this.#evaluationEnv ??= await this.#parts.makeEnv());
    const { agentStep } = this.#progress;
    return evaluate(env, this.#parts.actions, policy, {
      episodes: evaluation.episodes,
      seed: (episode) => Random.stream(seed, 'evaluation', agentStep, episode).seed(),
      onStep: (episode, observation) => {
        film.take(env, episode);
        if (this.#mayShow()) this.#recorder.live(observation, agentStep);
      },
      interrupted: async () => {
        await this.#pulse.turn();
        return this.#signal?.aborted === true;
      },
    });
  }

  #randomPolicy(): Policy {
    const random = Random.stream(this.#experiment.seed, 'random-policy');
    return () => this.#parts.actions.random(random);
  }

  /** Writes the whole state between two steps. */
  async #save(): Promise<void> {
    const { learner, replay } = this.#parts;
    this.#enterPhase('saving');
    this.#recorder.flush();
    const { observation } = this.#interaction;
    const loop: Snapshot = {
      tensors: observation ? { observation: { shape: [observation.length], data: observation } } : {},
      values: {
        progress: { ...this.#progress, wallSeconds: this.#counters().wallSeconds } as unknown as Json,
        interaction: this.#interaction.state() as unknown as Json,
        actions: this.#actions.state() as unknown as Json,
      },
    };
    this.#checkpoints.save(this.agentStep, joinSnapshots({ loop, learner: await learner.state() }), replay);
    this.#savedAt = this.agentStep;
  }

  #counters(): Counters {
    const { agentStep, wallSeconds } = this.#progress;
    const seconds = wallSeconds + (performance.now() - this.#startedAt) / 1000;
    return {
      agentStep,
      envStep: agentStep * this.#experiment.env.actionRepeat,
      wallSeconds: Math.round(seconds * 1000) / 1000,
    };
  }

  #enterPhase(phase: RunPhase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#recorder.status(phase, this.#progress.agentStep);
  }

  #timing(): Metrics {
    const { agentStep, updates } = this.#progress;
    const { seconds, shares } = this.#stopwatch.lap();
    const speed = (agentStep - this.#lap.agentStep) / seconds;
    const values: Metrics = {
      'speed.agent': speed,
      'speed.env': speed * this.#experiment.env.actionRepeat,
      'speed.updates': (updates - this.#lap.updates) / seconds,
      'memory.resident': Math.round(process.memoryUsage.rss() / 2 ** 20),
      'memory.tensors': this.#parts.learner.tensors?.() ?? 0,
      secondsLeft: (this.#experiment.steps - agentStep) / speed,
    };
    for (const [part, share] of Object.entries(shares)) values[`share.${part}`] = share;
    this.#lap = { agentStep, updates };
    return values;
  }
}
