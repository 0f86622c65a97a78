import { Random, joinSnapshots, type Json, type Snapshot } from '../base/index.ts';
import type { Metrics } from '../agents/index.ts';
import type { ReplayBuffer } from '../replay/index.ts';
import type { Experiment, RunPhase } from '../runs/index.ts';
import { Callbacks, type Moment } from './callbacks/index.ts';
import { Divergence, type Checkpoints } from './checkpoints.ts';
import { evaluate, summarise, type EpisodeResult } from './evaluate.ts';
import { Film } from './film.ts';
import { Pulse, throttle } from './pulse.ts';
import type { Recorder } from './recorder.ts';
import { Stopwatch } from './stopwatch.ts';
import type { ActingParts, Counters, PixelEnv, Policy } from './types.ts';

/** Counters and marks of a training loop that go into checkpoints. */
export interface Progress {
  agentStep: number;
  updates: number;
  /** Step of the last evaluation; -1 before the first. */
  evaluatedAt: number;
  best: { mean: number; agentStep: number } | null;
  /** Seconds of running up to the checkpoint that the run went on from. */
  wallSeconds: number;
}

export interface LoopOptions {
  experiment: Experiment;
  parts: ActingParts;
  recorder: Recorder;
  checkpoints: Checkpoints;
  signal?: AbortSignal;
  /** What happens beside training. */
  callbacks?: Callbacks;
}

/** What all training loops do beside training: counting, telling, evaluating and saving. */
export class LoopSupport {
  readonly stopwatch = new Stopwatch();
  progress: Progress = { agentStep: 0, updates: 0, evaluatedAt: -1, best: null, wallSeconds: 0 };
  /** Step of the last saved state; -1 where something has changed since. */
  savedAt = -1;
  readonly #options: LoopOptions;
  readonly #pulse: Pulse;
  readonly #mayShow = throttle(4);
  #evaluationEnv: PixelEnv | null = null;
  #phase: RunPhase = 'starting';
  #lap = { agentStep: 0, updates: 0 };
  readonly #startedAt = performance.now();
  readonly callbacks: Callbacks;

  constructor(options: LoopOptions) {
    this.#options = options;
    this.callbacks = options.callbacks ?? new Callbacks();
    this.#pulse = new Pulse(() => options.recorder.status(this.#phase, this.progress.agentStep));
  }

  /** Goes on from a saved state. */
  resume(progress: Progress, callbacks: Json = null): void {
    if (callbacks !== null) this.callbacks.restore(callbacks);
    this.progress = progress;
    this.savedAt = progress.agentStep;
    this.#lap = { agentStep: progress.agentStep, updates: progress.updates };
  }

  get stopped(): boolean {
    return this.#options.signal?.aborted === true;
  }

  /** What callbacks are told of where the run stands. */
  get moment(): Moment {
    const { agentStep, updates } = this.progress;
    return { agentStep, envStep: agentStep * this.#options.experiment.env.actionRepeat, updates };
  }

  /** Lets signals and timers be served; call it once a step. */
  turn(): Promise<void> {
    return this.#pulse.turn();
  }

  enterPhase(phase: RunPhase): void {
    if (phase === this.#phase) return;
    this.#phase = phase;
    this.#options.recorder.status(phase, this.progress.agentStep);
  }

  counters(): Counters {
    const { agentStep, wallSeconds } = this.progress;
    const seconds = wallSeconds + (performance.now() - this.#startedAt) / 1000;
    return {
      agentStep,
      envStep: agentStep * this.#options.experiment.env.actionRepeat,
      wallSeconds: Math.round(seconds * 1000) / 1000,
    };
  }

  /** Speeds, shares of time and memory since the last call. */
  timing(): Metrics {
    const { agentStep, updates } = this.progress;
    const { experiment, parts } = this.#options;
    const { seconds, shares } = this.stopwatch.lap();
    const speed = (agentStep - this.#lap.agentStep) / seconds;
    const values: Metrics = {
      'speed.agent': speed,
      'speed.env': speed * experiment.env.actionRepeat,
      'speed.updates': (updates - this.#lap.updates) / seconds,
      'memory.resident': Math.round(process.memoryUsage.rss() / 2 ** 20),
      'memory.tensors': parts.learner.tensors?.() ?? 0,
      secondsLeft: Math.max(0, (experiment.steps - agentStep) / speed),
    };
    for (const [part, share] of Object.entries(shares)) values[`share.${part}`] = share;
    this.#lap = { agentStep, updates };
    return values;
  }

  /**
   * Evaluates the current policy in an environment of its own; gives up without a trace when asked to stop.
   * @param policy the policy to judge; it checks its own actions
   * @param last whether the run ends here, where the random policy may be asked for
   */
  async evaluate(policy: Policy, last: boolean): Promise<void> {
    const { experiment, parts, recorder, checkpoints } = this.#options;
    const { evaluation, env } = experiment;
    const { progress } = this;
    const before = this.stopwatch.enter('evaluation');
    this.enterPhase('evaluating');
    const film = new Film(evaluation.record);
    const results = await this.#play(policy, film);
    const compares = last && evaluation.compareWithRandom;
    const random = compares && results ? await this.#play(this.#randomPolicy(), new Film(0)) : null;
    this.stopwatch.enter(before);
    if (!results || (compares && !random)) return;

    const { agentStep } = progress;
    const { mean, std } = summarise(results);
    const values: Metrics = { 'return.mean': mean, 'return.std': std, 'return.episodes': results.length };
    if (random) {
      const summary = summarise(random);
      values['random.return.mean'] = summary.mean;
      values['random.return.std'] = summary.std;
    }
    recorder.metrics('evaluation', this.counters(), values);
    for (const [k, pictures] of film.episodes.entries()) {
      const name = `eval-${agentStep}${k === 0 ? '' : `-${k + 1}`}`;
      recorder.episode(name, pictures, film.fps(k) / env.actionRepeat, film.trace(k, agentStep));
    }
    progress.evaluatedAt = agentStep;
    this.savedAt = -1;
    if (!progress.best || mean > progress.best.mean) {
      progress.best = { mean, agentStep };
      checkpoints.saveBest(agentStep, joinSnapshots({ learner: await parts.learner.state() }));
    }
    this.callbacks.evaluation(this.moment, { mean, std, episodes: results.length });
  }

  async #play(policy: Policy, film: Film): Promise<EpisodeResult[] | null> {
    const { experiment, parts } = this.#options;
    const env = (this.#evaluationEnv ??= await parts.makeEnv());
    const { agentStep } = this.progress;
    const judging = parts.learner.judge?.bind(parts.learner);
    return evaluate(env, parts.actions, policy, {
      episodes: experiment.evaluation.episodes,
      seed: (episode) => Random.stream(experiment.seed, 'evaluation', agentStep, episode).seed(),
      onStep: (episode, observation, reward) => {
        film.take(env, { episode, reward, judge: judging && (() => judging(observation)) });
        this.show(env, observation);
      },
      interrupted: async () => {
        await this.turn();
        return this.stopped;
      },
    });
  }

  /** Shows, a few times a second, what the agent sees; for what is no RGB picture, what a person would see. */
  show(env: Pick<PixelEnv, 'render'>, observation: Uint8Array): void {
    if (!this.#mayShow()) return;
    const { observation: kind, grey, size } = this.#options.experiment.env;
    const colored = kind !== 'state' && grey !== true;
    const seen = colored ? observation : env.render({ width: size, height: size }).data;
    this.#options.recorder.live(seen, this.progress.agentStep);
  }

  #randomPolicy(): Policy {
    const random = Random.stream(this.#options.experiment.seed, 'random-policy');
    return () => this.#options.parts.actions.random(random);
  }

  /** Writes the whole state between two steps: the loop's own beside the learner's and the replay. */
  async save(own: Snapshot, replay: ReplayBuffer | null): Promise<void> {
    const { parts, recorder, checkpoints } = this.#options;
    this.enterPhase('saving');
    recorder.flush();
    const progress = { ...this.progress, wallSeconds: this.counters().wallSeconds } as unknown as Json;
    const loop: Snapshot = {
      tensors: own.tensors,
      values: { ...own.values, progress, callbacks: this.callbacks.state() },
    };
    const { agentStep } = this.progress;
    checkpoints.save(agentStep, joinSnapshots({ loop, learner: await parts.learner.state() }), replay);
    this.savedAt = agentStep;
  }

  /** Closes what evaluations have opened. */
  close(): void {
    this.#evaluationEnv?.close();
    this.#evaluationEnv = null;
  }
}

/** @throws Divergence where a metric is not finite */
export function checkMetrics(metrics: Metrics | null, agentStep: number): void {
  for (const [name, value] of Object.entries(metrics ?? {})) {
    if (!Number.isFinite(value)) throw new Divergence(`${name} is ${value}`, agentStep);
  }
}
