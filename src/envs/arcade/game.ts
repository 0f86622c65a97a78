import type { Json, Random } from '../../base/index.ts';
import type { Canvas } from './canvas.ts';

/** What a player can press. */
export type Button = 'noop' | 'left' | 'right' | 'up' | 'down' | 'fire';

/** What a step of a game brought. */
export interface Outcome {
  reward: number;
  /** A life is gone; the game has put everything in place for the next one. */
  lost?: boolean;
  /** The game is over, whatever lives are left. */
  over?: boolean;
}

/** Options of a game that bear on its rules; a game may have more (see `options` at its registration). */
export interface Rules {
  /** Whether the game gets harder as one plays. */
  difficultyRamp: boolean;
  [option: string]: unknown;
}

/**
 * A game of the arcade: pure functions on a state of plain JSON, so that saving and restoring need no code of the
 * game. `ArcadeEnv` runs any of them. Positions are in units of the canvas, whose upper `STRIP` units are not
 * the game's.
 */
export interface ArcadeGame<S extends Json = Json> {
  /** Action n presses `buttons[n]`. */
  readonly buttons: readonly Button[];
  /** Length of what `vector` gives. */
  stateSize(rules: Rules): number;
  start(random: Random, rules: Rules): S;
  /** Changes the state by one step. */
  step(state: S, button: Button, random: Random, rules: Rules): Outcome;
  /** All that the rest of the episode depends on, save the generator. */
  vector(state: S): number[];
  draw(state: S, canvas: Canvas): void;
}
