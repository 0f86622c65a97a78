import { Random } from '../../base/index.ts';
import type { Json, RandomState } from '../../base/index.ts';
import type {
  Env,
  EnvMetadata,
  EnvSpec,
  Info,
  Picture,
  PictureSize,
  ResetOptions,
  StepResult,
} from '../env.ts';
import { Box, Discrete, checkSeed } from '../spaces/index.ts';
import { canvasFor } from './canvas.ts';
import type { ArcadeGame, Rules } from './game.ts';
import { drawStrip } from './hud.ts';

const PICTURE = { width: 252, height: 252 };

/** Options of every game. */
export interface ArcadeOptions extends Rules {
  /** Chance that a step repeats the action before, whatever was chosen. */
  stickyActions: number;
  /** Lives in an episode. */
  lives: number;
}

interface Saved {
  game: Json;
  lives: number;
  score: number;
  last: number;
  random: Json;
}

/**
 * One game of the arcade. Actions are numbers of `metadata.buttons`; observations are the state vector as float32
 * (`info.state` has it as float64), its last two entries the lives left and the last action, which sticky actions
 * may repeat. `info.score` and `info.lives` are for people.
 * Unseeded, it starts from seed 0.
 */
export class ArcadeEnv<S extends Json> implements Env<Float32Array, number> {
  readonly observationSpace: Box<'float32'>;
  readonly actionSpace: Discrete;
  readonly metadata: EnvMetadata;
  readonly spec: EnvSpec | null = null;
  readonly #game: ArcadeGame<S>;
  readonly #options: ArcadeOptions;
  #random = Random.stream(0, 'arcade');
  #state: S;
  #lives: number;
  #score = 0;
  #last = 0;

  constructor(game: ArcadeGame<S>, options: ArcadeOptions) {
    this.#game = game;
    this.#options = options;
    this.#lives = options.lives;
    const stateSize = game.stateSize(options) + 2;
    this.observationSpace = new Box<'float32'>({ low: -Infinity, high: Infinity, shape: [stateSize] });
    this.actionSpace = new Discrete(game.buttons.length);
    this.metadata = {
      renderModes: ['rgb_array', 'ansi'],
      renderFps: 30,
      stateSize,
      buttons: game.buttons,
    };
    this.#state = game.start(this.#random, options);
  }

  get unwrapped(): this {
    return this;
  }

  /** The game's own state, for scripted players and tests; changing it changes the game. */
  get game(): S {
    return this.#state;
  }

  /** @throws InputError for a seed that is not a non-negative integer. */
  reset({ seed }: ResetOptions = {}) {
    if (seed !== undefined) {
      checkSeed(seed);
      this.#random = Random.stream(seed, 'arcade');
    }
    this.#state = this.#game.start(this.#random, this.#options);
    this.#lives = this.#options.lives;
    this.#score = 0;
    this.#last = 0;
    return this.#outcome();
  }

  step(action: number): StepResult<Float32Array> {
    const { stickyActions } = this.#options;
    if (stickyActions > 0 && this.#random.uniform() < stickyActions) action = this.#last;
    this.#last = action;
    const game = this.#game;
    const { reward, lost, over } = game.step(this.#state, game.buttons[action], this.#random, this.#options);
    this.#score += reward;
    if (lost) this.#lives -= 1;
    return { ...this.#outcome(), reward, terminated: over === true || this.#lives <= 0, truncated: false };
  }

  render({ width, height, out }: PictureSize = PICTURE): Picture {
    const canvas = canvasFor(width, height);
    this.#game.draw(this.#state, canvas);
    drawStrip(canvas, this.#score, this.#lives - 1);
    return canvas.picture(width, height, out);
  }

  close(): void {}

  state(): Json {
    const saved: Saved = {
      game: this.#state,
      lives: this.#lives,
      score: this.#score,
      last: this.#last,
      random: this.#random.state() as unknown as Json,
    };
    return structuredClone(saved) as unknown as Json;
  }

  restore(state: Json): void {
    const { game, lives, score, last, random } = structuredClone(state) as unknown as Saved;
    this.#state = game as S;
    this.#lives = lives;
    this.#score = score;
    this.#last = last;
    this.#random.restore(random as unknown as RandomState);
  }

  #outcome(): { observation: Float32Array; info: Info } {
    const vector = this.#game.vector(this.#state);
    vector.push(this.#lives, this.#last);
    const state = new Float64Array(vector.length);
    // Adding 0 makes -0 into 0: the two mean the same, and JSON knows only one of them.
    for (let i = 0; i < state.length; i++) state[i] = vector[i] + 0;
    return { observation: new Float32Array(state), info: { state, score: this.#score, lives: this.#lives } };
  }
}
