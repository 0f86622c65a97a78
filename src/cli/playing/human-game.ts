import { InputError } from '../../base/index.ts';
import { make, type Button, type Env, type Picture } from '../../envs/index.ts';

/** Frames that a press lasts: terminals tell nothing of keys let go, and repeat a held key only after a while. */
const HELD = 8;

/** What a person's keys do. */
const KEYS: Record<string, Button> = {
  left: 'left',
  h: 'left',
  a: 'left',
  right: 'right',
  l: 'right',
  d: 'right',
  up: 'up',
  k: 'up',
  w: 'up',
  down: 'down',
  j: 'down',
  s: 'down',
  space: 'fire',
};

/** One game under a person's hands: keys in, steps and pictures out; no terminal. */
export class HumanGame {
  readonly id: string;
  /** Steps a second at which the game was meant to be played. */
  readonly fps: number;
  readonly buttons: readonly string[];
  readonly #env: Env<unknown, number>;
  readonly #seed: number;
  #episodes = 0;
  #direction = 0;
  #held = 0;
  #fire = 0;
  #info: Record<string, unknown> = {};
  score = 0;
  best = -Infinity;
  paused = false;
  over = false;

  /** Use `HumanGame.create`. */
  constructor(id: string, env: Env<unknown, number>, seed: number) {
    this.id = id;
    this.#env = env;
    this.#seed = seed;
    this.fps = env.metadata.renderFps;
    this.buttons = env.metadata.buttons ?? [];
    this.restart();
  }

  /** @throws InputError for an environment that has no buttons to press. */
  static async create(id: string, seed: number): Promise<HumanGame> {
    const env = (await make(id)) as unknown as Env<unknown, number>;
    const buttons = env.metadata.buttons;
    const options = env.spec?.options ?? {};
    env.close();
    if (!buttons || buttons.length === 0) {
      throw new InputError(
        `${id} has no buttons for a person to press: give a game of the arcade, such as arcade/Breakout-v0.`,
      );
    }
    // Keys that fail at times are a lesson for agents, and one life is little for people.
    const kind = {
      ...('stickyActions' in options ? { stickyActions: 0 } : {}),
      ...(options.lives === 1 ? { lives: 3 } : {}),
    };
    return new HumanGame(id, (await make(id, kind)) as unknown as Env<unknown, number>, seed);
  }

  /** A new episode, with the next seed. */
  restart(): void {
    this.#info = this.#env.reset({ seed: this.#seed + this.#episodes }).info;
    this.#episodes += 1;
    this.#direction = this.#held = this.#fire = 0;
    this.score = 0;
    this.paused = false;
    this.over = false;
  }

  /** Takes a key by its name, such as `left`, `h`, `space`, `p`. @returns whether it means anything here */
  press(key: string): boolean {
    if (key === 'r') this.restart();
    else if (key === 'p') this.paused = !this.paused && !this.over;
    else {
      const action = this.buttons.indexOf(KEYS[key] ?? '');
      if (action < 0) return false;
      if (this.over || this.paused) return true;
      if (KEYS[key] === 'fire') this.#fire = action;
      else [this.#direction, this.#held] = [action, HELD];
    }
    return true;
  }

  /** The next frame of the game; nothing while it is paused or over. */
  tick(): void {
    if (this.paused || this.over) return;
    const action = this.#fire > 0 ? this.#fire : this.#held > 0 ? this.#direction : 0;
    this.#fire = 0;
    if (this.#held > 0) this.#held -= 1;
    const { reward, terminated, truncated, info } = this.#env.step(action);
    this.#info = info;
    this.score += reward;
    this.over = terminated || truncated;
    if (this.over) this.best = Math.max(this.best, this.score);
  }

  get lives(): number | undefined {
    return typeof this.#info.lives === 'number' ? this.#info.lives : undefined;
  }

  picture(side: number): Picture {
    return this.#env.render({ width: side, height: side });
  }

  close(): void {
    this.#env.close();
  }
}
