import type { Picture } from '../envs/index.ts';
import type { PixelEnv } from './types.ts';

/** Longest film of an episode; longer ones skip frames. */
const MOST_PICTURES = 150;

/** Pictures of the first episodes of an evaluation. A film that grows too long drops every second picture. */
export class Film {
  /** Pictures of each recorded episode. */
  readonly episodes: Picture[][] = [];
  readonly #record: number;
  readonly #size: { width: number; height: number };
  /** For each episode: steps from one picture to the next, and steps seen. */
  readonly #pace: { every: number; seen: number }[] = [];
  #renderFps = 25;

  /** @param record how many episodes to record */
  constructor(record: number, size = { width: 160, height: 160 }) {
    this.#record = record;
    this.#size = size;
  }

  /** Takes a picture of what an environment shows now. */
  take(env: PixelEnv, episode: number): void {
    if (episode >= this.#record) return;
    const film = (this.episodes[episode] ??= []);
    const pace = (this.#pace[episode] ??= { every: 1, seen: 0 });
    this.#renderFps = env.metadata.renderFps;
    if (pace.seen++ % pace.every !== 0) return;
    film.push(env.render(this.#size));
    if (film.length <= MOST_PICTURES) return;
    this.episodes[episode] = film.filter((_, k) => k % 2 === 0);
    pace.every *= 2;
  }

  /** Pictures a second that show an episode at its real speed, for one environment step an agent step. */
  fps(episode: number): number {
    return this.#renderFps / this.#pace[episode].every;
  }
}
