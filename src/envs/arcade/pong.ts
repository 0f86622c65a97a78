import type { Random } from '../../base/index.ts';
import { FIELD } from './canvas.ts';
import type { ArcadeGame, Rules } from './game.ts';
import { STRIP, writeNumber } from './hud.ts';
import { color, ink } from './palette.ts';

const PADDLE = { width: 3, height: 14, speed: 2.5, left: 5, right: FIELD - 8 };
const BALL = 3;
const TOP = STRIP + 2;
const BOTTOM = FIELD - 2;
/** Steps before a serve. */
const PAUSE = 12;

type State = {
  x: number;
  y: number;
  vx: number;
  vy: number;
  mine: number;
  theirs: number;
  pause: number;
  won: number;
  conceded: number;
};

const TABLE = color(22, 74, 66);
const LINE = color(60, 122, 108);

function serve(state: State, random: Random): void {
  state.x = (FIELD - BALL) / 2;
  state.y = random.uniform(TOP + 12, BOTTOM - 12 - BALL);
  state.vx = random.integer(2) === 0 ? -2 : 2;
  state.vy = random.uniform(-1.2, 1.2);
  state.pause = PAUSE;
}

/** The opponent's speed limit: it follows the ball, and gets quicker with every point it loses. */
const theirSpeed = (state: State, rules: Rules) =>
  rules.difficultyRamp ? Math.min(1.6, 0.9 + 0.07 * state.won) : 1.1;

const within = (y: number) => Math.max(TOP, Math.min(BOTTOM - PADDLE.height, y));

/** Sends the ball back: the farther from the paddle's middle, the steeper; a little faster each time. */
function hit(state: State, paddle: number): void {
  const offset = (state.y + BALL / 2 - paddle - PADDLE.height / 2) / (PADDLE.height / 2 + BALL / 2);
  const speed = Math.min(3, Math.abs(state.vx) * 1.03);
  state.vx = state.vx > 0 ? -speed : speed;
  state.vy = 2.4 * offset;
}

/** Two paddles and a ball: 1 for a ball that the opponent misses, -1 and a life for one that gets through. */
export const pong: ArcadeGame<State> = {
  buttons: ['noop', 'up', 'down'],
  stateSize: () => 9,
  start(random) {
    const middle = (TOP + BOTTOM - PADDLE.height) / 2;
    const state = { x: 0, y: 0, vx: 0, vy: 0, mine: middle, theirs: middle, pause: 0, won: 0, conceded: 0 };
    serve(state, random);
    return state;
  },
  step(state, button, random, rules) {
    const way = button === 'up' ? -1 : button === 'down' ? 1 : 0;
    state.mine = within(state.mine + way * PADDLE.speed);
    const limit = theirSpeed(state, rules);
    const wanted = state.vx < 0 ? state.y + BALL / 2 : (TOP + BOTTOM) / 2;
    const miss = wanted - state.theirs - PADDLE.height / 2;
    state.theirs = within(state.theirs + Math.max(-limit, Math.min(limit, miss)));
    if (state.pause > 0) {
      state.pause -= 1;
      return { reward: 0 };
    }
    state.x += state.vx;
    state.y += state.vy;
    if (state.y < TOP || state.y > BOTTOM - BALL) {
      const wall = state.y < TOP ? TOP : BOTTOM - BALL;
      state.y = 2 * wall - state.y;
      state.vy = -state.vy;
    }
    const meets = (paddle: number) => state.y + BALL > paddle && state.y < paddle + PADDLE.height;
    const { left, right, width } = PADDLE;
    if (state.vx > 0 && state.x + BALL >= right && state.x < right + width && meets(state.mine)) {
      state.x = right - BALL;
      hit(state, state.mine);
    } else if (state.vx < 0 && state.x <= left + width && state.x + BALL > left && meets(state.theirs)) {
      state.x = left + width;
      hit(state, state.theirs);
    }
    if (state.x <= -BALL) {
      state.won += 1;
      serve(state, random);
      return { reward: 1, over: state.won >= (rules.points as number) };
    }
    if (state.x >= FIELD) {
      state.conceded += 1;
      serve(state, random);
      return { reward: -1, lost: true };
    }
    return { reward: 0 };
  },
  vector: ({ x, y, vx, vy, mine, theirs, pause, won, conceded }) => [
    ...[x / FIELD, y / FIELD, vx / 3, vy / 3, mine / FIELD, theirs / FIELD],
    ...[pause / PAUSE, won, conceded],
  ],
  draw({ x, y, mine, theirs, won, conceded }, canvas) {
    canvas.clear(TABLE);
    for (let dash = TOP + 1; dash < BOTTOM; dash += 6) canvas.rect(FIELD / 2 - 0.5, dash, 1, 3, LINE);
    writeNumber(canvas, conceded, 30, 13);
    writeNumber(canvas, won, 51, 13);
    canvas.rect(0, STRIP, FIELD, 2, ink.W);
    canvas.rect(0, BOTTOM, FIELD, 2, ink.W);
    canvas.rect(PADDLE.left, theirs, PADDLE.width, PADDLE.height, ink.O);
    canvas.rect(PADDLE.right, mine, PADDLE.width, PADDLE.height, ink.C);
    canvas.rect(x, y, BALL, BALL, ink.Y);
  },
};
