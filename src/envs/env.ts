import type { Json } from '../base/index.ts';
import type { Space } from './spaces/index.ts';

/** What an environment tells beside the observation. Environments that know it give their true state. */
export interface Info {
  /** The true state as a flat vector, for state baselines and for probing encoders. */
  state?: Float64Array;
  /** Set by `RecordEpisodeStatistics` on the step that ends an episode: return, length, seconds. */
  episode?: { r: number; l: number; t: number };
  [key: string]: unknown;
}

/** A picture: RGB bytes, row by row, `data.length === width * height * 3`. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** How large a picture is to be. */
export interface PictureSize {
  width: number;
  height: number;
  /** Where its RGB bytes may go, `width * height * 3` of them; an environment may give an array of its own all the same. */
  out?: Uint8Array;
}

export interface ResetOptions {
  /** A non-negative integer seeds the environment's generator; without it the generator goes on. */
  seed?: number;
  options?: Record<string, unknown>;
}

export interface StepResult<Observation> {
  observation: Observation;
  reward: number;
  /** The task itself ended: do not bootstrap. */
  terminated: boolean;
  /** A time limit cut the episode: bootstrap from the last observation. */
  truncated: boolean;
  info: Info;
}

export interface EnvMetadata {
  renderModes: readonly string[];
  /** Pictures a second that show the task at its real speed. */
  renderFps: number;
  /** Length of `info.state`, where the environment gives it. */
  stateSize?: number;
  /** What each discrete action presses, such as `left`; `noop` presses nothing. */
  buttons?: readonly string[];
}

/** What a registered id stands for; `env.spec` carries it with the options given to `make`. */
export interface EnvSpec {
  id: string;
  description: string;
  /** Steps of the environment itself (before any action repeat) until truncation. */
  maxEpisodeSteps?: number;
  options: Record<string, unknown>;
}

/**
 * An environment with Gymnasium's semantics. Observations are new arrays at each step, never views that a
 * later step changes. Pixel observations are `Uint8Array`s in height-width-channel order, with their shape in
 * `observationSpace`; a frame stack joins along channels, oldest frame first.
 */
export interface Env<Observation = Uint8Array, Action = Float32Array | number> {
  readonly observationSpace: Space<Observation>;
  readonly actionSpace: Space<Action>;
  readonly metadata: EnvMetadata;
  readonly spec: EnvSpec | null;
  readonly unwrapped: Env<unknown, unknown>;
  reset(options?: ResetOptions): { observation: Observation; info: Info };
  step(action: Action): StepResult<Observation>;
  /** A picture for people, of any size, that does not touch the state. */
  render(size?: PictureSize): Picture;
  close(): void;
  /** The exact state, generators included, as JSON; absent where an environment cannot save itself. */
  state?(): Json;
  /** Goes back to a saved state: what follows is bit-identical. */
  restore?(state: Json): void;
}
