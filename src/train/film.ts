import type { Judgement } from '../agents/index.ts';
import type { Picture } from '../envs/index.ts';
import type { EpisodeTrace } from '../runs/index.ts';
import type { PixelEnv } from './types.ts';

/** Longest film of an episode; longer ones skip frames. */
const MOST_PICTURES = 150;

/** A moment of an episode: before its first step, or after a step. */
export interface Moment {
  episode: number;
  /** Of the step that led here; 0 before the first. */
  reward: number;
  /** What the agent thinks of what it sees now. */
  judge?(): Judgement;
}

interface Reel {
  pictures: Picture[];
  /** Agent steps from one picture to the next. */
  every: number;
  rewards: number[];
  values: number[];
  entropies: number[];
}

/** Pictures and numbers of the first episodes of an evaluation. A film that grows too long drops every second picture. */
export class Film {
  readonly #reels: Reel[] = [];
  readonly #record: number;
  readonly #size: { width: number; height: number };
  #renderFps = 25;

  /** @param record how many episodes to record */
  constructor(record: number, size = { width: 160, height: 160 }) {
    this.#record = record;
    this.#size = size;
  }

  /** Pictures of each recorded episode. */
  get episodes(): Picture[][] {
    return this.#reels.map(({ pictures }) => pictures);
  }

  /** Takes a picture of what an environment shows now. */
  take(env: PixelEnv, { episode, reward, judge }: Moment): void {
    if (episode >= this.#record) return;
    const begins = this.#reels.length <= episode;
    const reel = (this.#reels[episode] ??= {
      pictures: [],
      every: 1,
      rewards: [],
      values: [],
      entropies: [],
    });
    if (!begins) reel.rewards.push(reward);
    const judged = judge?.();
    if (judged) {
      reel.values.push(judged.value[0]);
      reel.entropies.push(judged.entropy[0]);
    }
    this.#renderFps = env.metadata.renderFps;
    if (reel.rewards.length % reel.every !== 0) return;
    reel.pictures.push(env.render(this.#size));
    if (reel.pictures.length <= MOST_PICTURES) return;
    reel.pictures = reel.pictures.filter((_, k) => k % 2 === 0);
    reel.every *= 2;
  }

  /** Pictures a second that show an episode at its real speed, for one environment step an agent step. */
  fps(episode: number): number {
    return this.#renderFps / this.#reels[episode].every;
  }

  /** What happened in a recorded episode. @param agentStep of the run, when it was played */
  trace(episode: number, agentStep: number): EpisodeTrace {
    const { every, rewards, values, entropies } = this.#reels[episode];
    // The last thing seen comes after the last step.
    const length = rewards.length;
    const traces: Record<string, number[]> =
      values.length === 0 ? {} : { value: values.slice(0, length), entropy: entropies.slice(0, length) };
    return { version: 1, agentStep, every, rewards, traces };
  }
}
