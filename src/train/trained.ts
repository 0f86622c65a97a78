import { InputError, Random, partOf } from '../base/index.ts';
import type { Picture } from '../envs/index.ts';
import { experimentOf, type Experiment } from '../runs/index.ts';
import { evaluate, summarise, type EpisodeResult } from './evaluate.ts';
import { buildParts } from './parts.ts';
import { checkpointsOf } from './run-checkpoints.ts';
import type { ActingParts, Build, Policy } from './types.ts';

/** The newest state of a run, or the weights of its best evaluation. */
export type Which = 'newest' | 'best';

/** A trained agent with an environment to act in. */
export interface Trained {
  experiment: Experiment;
  parts: ActingParts;
  /** Agent steps it was trained for. */
  agentStep: number;
  /** Its mean action. */
  policy: Policy;
  /** Remarks for people, such as a damaged checkpoint that was passed over. */
  notes: string[];
  close(): void;
}

/** Loads the agent of a run. @throws InputError where there is nothing to load; RunError where all is damaged */
export async function loadTrained(
  folder: string,
  which: Which = 'newest',
  build: Build = buildParts,
): Promise<Trained> {
  const experiment = experimentOf(folder);
  if (experiment.pretrain)
    throw new InputError(
      `${folder} pretrained an encoder: there is no agent to act; see curlew probe ${folder}.`,
    );
  const checkpoints = checkpointsOf(folder, experiment);
  const newest = which === 'newest' ? checkpoints.newest() : null;
  const checkpoint = newest ?? checkpoints.best();
  if (!checkpoint) throw new InputError(`${folder} has no checkpoint yet: let it train until its first one.`);
  const parts = await build(experiment);
  parts.learner.restore(partOf(checkpoint.snapshot, 'learner'));
  return {
    experiment,
    parts,
    agentStep: checkpoint.agentStep,
    policy: (observation) => parts.learner.act(observation, { deterministic: true }),
    notes: newest?.notes ?? [],
    close: () => {
      parts.env.close();
      parts.learner.dispose();
    },
  };
}

export interface EvaluateRunOptions {
  episodes?: number;
  /** Seeds the episodes; the run's own evaluations use others. */
  seed?: number;
  which?: Which;
  signal?: AbortSignal;
  onEpisode?(result: EpisodeResult, episode: number): void;
  build?: Build;
}

/** What an evaluation found. */
export interface RunEvaluation {
  agentStep: number;
  returns: number[];
  lengths: number[];
  mean: number;
  std: number;
  /** 95 % percentile bootstrap interval of the mean over episodes. */
  confidence: [low: number, high: number];
}

/** Plays whole episodes with the mean action and summarises their returns. */
export async function evaluateRun(folder: string, options: EvaluateRunOptions = {}): Promise<RunEvaluation> {
  const { episodes = 10, seed = 0, which, signal, onEpisode, build } = options;
  const trained = await loadTrained(folder, which, build);
  try {
    const results: EpisodeResult[] = [];
    for (let episode = 0; episode < episodes && !signal?.aborted; episode++) {
      const played = await evaluate(trained.parts.env, trained.parts.actions, trained.policy, {
        episodes: 1,
        seed: () => episodeSeed(seed, episode),
        interrupted: () => signal?.aborted === true,
      });
      if (!played) break;
      results.push(played[0]);
      onEpisode?.(played[0], episode);
    }
    const returns = results.map((result) => result.return);
    const lengths = results.map((result) => result.length);
    const confidence = bootstrap(returns, Random.stream(seed, 'bootstrap'));
    return { agentStep: trained.agentStep, returns, lengths, ...summarise(results), confidence };
  } finally {
    trained.close();
  }
}

function episodeSeed(seed: number, episode: number): number {
  return Random.stream(seed, 'play', episode).seed();
}

/** Percentile bootstrap of the mean, 95 %. */
function bootstrap(values: number[], random: Random, resamples = 5000): [number, number] {
  const n = values.length;
  const means = Float64Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += values[random.integer(n)];
    return sum / n;
  }).sort();
  return [means[Math.floor(0.025 * (resamples - 1))], means[Math.ceil(0.975 * (resamples - 1))]];
}

/** One moment of a played episode. */
export interface PlayFrame {
  episode: number;
  /** Agent steps since the reset. */
  step: number;
  /** Return so far. */
  return: number;
  observation: Uint8Array;
  /** Draws the moment for people. */
  picture(size?: { width: number; height: number }): Picture;
  /** Pictures a second that show the task at its real speed. */
  fps: number;
}

export interface PlayRunOptions {
  episodes?: number;
  seed?: number;
  which?: Which;
  signal?: AbortSignal;
  /** Called at each moment; a promise holds the play up, such as to keep its real speed. */
  onFrame(frame: PlayFrame): void | Promise<void>;
  build?: Build;
}

/** Lets the trained agent play and shows each step. */
export async function playRun(folder: string, options: PlayRunOptions): Promise<EpisodeResult[]> {
  const { episodes = 1, seed = 0, which, signal, onFrame, build } = options;
  const trained = await loadTrained(folder, which, build);
  const { env, actions } = trained.parts;
  const results: EpisodeResult[] = [];
  try {
    for (let episode = 0; episode < episodes && !signal?.aborted; episode++) {
      const so = { step: -1, return: 0 };
      const played = await evaluate(env, actions, trained.policy, {
        episodes: 1,
        seed: () => episodeSeed(seed, episode),
        interrupted: () => signal?.aborted === true,
        onStep: (_, observation, reward) => {
          so.step++;
          so.return += reward;
          const fps = env.metadata.renderFps / trained.experiment.env.actionRepeat;
          return onFrame({ episode, ...so, observation, picture: (size) => env.render(size), fps });
        },
      });
      if (played) results.push(played[0]);
    }
    return results;
  } finally {
    trained.close();
  }
}
