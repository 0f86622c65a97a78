import type { Random } from '../../base/index.ts';
import { FIELD } from './canvas.ts';
import type { ArcadeGame, Rules } from './game.ts';
import { STRIP } from './hud.ts';
import { color, ink } from './palette.ts';

const WALL = 3;
const COLUMNS = 13;
const ROWS = 6;
const BRICK = { width: 6, height: 4, top: 20 };
const PADDLE = { width: 14, height: 3, y: 77, speed: 3 };
const BALL = 2;
const TOP = STRIP + WALL;

type State = {
  paddle: number;
  x: number;
  y: number;
  vx: number;
  vy: number;
  /** 1 for every brick that stands, row by row. */
  bricks: number[];
  /** Walls cleared. */
  cleared: number;
};

const NIGHT = color(24, 22, 44);
const SIDE = color(96, 104, 132);
/** Face and lit upper edge of each row. */
const PAINT = [
  [color(222, 70, 86), color(246, 128, 132)],
  [color(240, 132, 60), color(252, 180, 112)],
  [color(246, 200, 70), color(253, 228, 140)],
  [color(96, 188, 92), color(156, 222, 130)],
  [color(64, 150, 214), color(124, 198, 240)],
  [color(136, 96, 204), color(184, 148, 236)],
];

/** Downwards speed: 1.8 at first, 0.25 more for each wall cleared, at most 2.8. */
const speedOf = (state: State, rules: Rules) =>
  rules.difficultyRamp ? Math.min(2.8, 1.8 + 0.25 * state.cleared) : 1.8;

function launch(state: State, random: Random, rules: Rules): void {
  state.x = random.uniform(20, FIELD - 20);
  state.y = BRICK.top + ROWS * BRICK.height + 4;
  state.vx = random.uniform(0.6, 1.4) * (random.integer(2) === 0 ? -1 : 1);
  state.vy = speedOf(state, rules);
}

/** Knocks out the bricks that the ball touches; their number. */
function strike(state: State): number {
  let hits = 0;
  const first = Math.floor((state.y - BRICK.top) / BRICK.height);
  const last = Math.floor((state.y + BALL - 1e-9 - BRICK.top) / BRICK.height);
  const left = Math.floor((state.x - WALL) / BRICK.width);
  const right = Math.floor((state.x + BALL - 1e-9 - WALL) / BRICK.width);
  for (let row = Math.max(0, first); row <= Math.min(ROWS - 1, last); row++) {
    for (let column = Math.max(0, left); column <= Math.min(COLUMNS - 1, right); column++) {
      const at = row * COLUMNS + column;
      if (state.bricks[at] === 0) continue;
      state.bricks[at] = 0;
      hits += 1;
    }
  }
  return hits;
}

/** Moves along one axis at a time, so that a brick's side turns the ball sideways and its face up or down. */
function fly(state: State): number {
  state.x += state.vx;
  let hits = strike(state);
  if (hits > 0) {
    state.x -= state.vx;
    state.vx = -state.vx;
  }
  const right = FIELD - WALL - BALL;
  if (state.x < WALL || state.x > right) {
    state.x = state.x < WALL ? 2 * WALL - state.x : 2 * right - state.x;
    state.vx = -state.vx;
  }
  state.y += state.vy;
  const more = strike(state);
  if (more > 0) {
    state.y -= state.vy;
    state.vy = -state.vy;
  }
  hits += more;
  if (state.y < TOP) {
    state.y = 2 * TOP - state.y;
    state.vy = -state.vy;
  }
  return hits;
}

/** A ball against a wall of bricks: 1 for each brick, a life for a ball that falls past the paddle. */
export const breakout: ArcadeGame<State> = {
  buttons: ['noop', 'left', 'right'],
  stateSize: () => 6 + ROWS * COLUMNS,
  start(random, rules) {
    const bricks = new Array<number>(ROWS * COLUMNS).fill(1);
    const state = { paddle: (FIELD - PADDLE.width) / 2, x: 0, y: 0, vx: 0, vy: 0, bricks, cleared: 0 };
    launch(state, random, rules);
    return state;
  },
  step(state, button, random, rules) {
    const way = button === 'left' ? -1 : button === 'right' ? 1 : 0;
    const limit = FIELD - WALL - PADDLE.width;
    state.paddle = Math.max(WALL, Math.min(limit, state.paddle + way * PADDLE.speed));
    const reward = fly(state);
    const { y, width, height } = PADDLE;
    const over = state.x + BALL > state.paddle && state.x < state.paddle + width;
    if (state.vy > 0 && over && state.y + BALL >= y && state.y < y + height) {
      const offset = (state.x + BALL / 2 - state.paddle - width / 2) / (width / 2);
      state.y = y - BALL;
      state.vy = -speedOf(state, rules);
      // A ball that goes straight up and down for ever would be no game.
      const vx = 2 * Math.max(-1, Math.min(1, offset));
      state.vx = Math.abs(vx) < 0.2 ? (vx < 0 ? -0.2 : 0.2) : vx;
    }
    if (!state.bricks.includes(1) && state.y > BRICK.top + ROWS * BRICK.height + BALL) {
      state.bricks.fill(1);
      state.cleared += 1;
    }
    if (state.y < FIELD) return { reward };
    launch(state, random, rules);
    return { reward, lost: true };
  },
  vector: ({ paddle, x, y, vx, vy, bricks, cleared }) => [
    ...[paddle / FIELD, x / FIELD, y / FIELD, vx / 3, vy / 3, cleared],
    ...bricks,
  ],
  draw({ paddle, x, y, bricks }, canvas) {
    canvas.clear(NIGHT);
    canvas.rect(0, STRIP, FIELD, WALL, SIDE);
    canvas.rect(0, STRIP, WALL, FIELD, SIDE);
    canvas.rect(FIELD - WALL, STRIP, WALL, FIELD, SIDE);
    bricks.forEach((stands, i) => {
      if (!stands) return;
      const row = Math.floor(i / COLUMNS);
      const left = WALL + (i % COLUMNS) * BRICK.width;
      const top = BRICK.top + row * BRICK.height;
      canvas.rect(left, top, BRICK.width - 1, BRICK.height - 1, PAINT[row][0]);
      canvas.rect(left, top, BRICK.width - 1, 1, PAINT[row][1]);
    });
    canvas.rect(paddle, PADDLE.y, PADDLE.width, PADDLE.height, ink.S);
    canvas.rect(paddle + 1, PADDLE.y, PADDLE.width - 2, 1, ink.W);
    canvas.rect(paddle, PADDLE.y, 2, PADDLE.height, ink.R);
    canvas.rect(paddle + PADDLE.width - 2, PADDLE.y, 2, PADDLE.height, ink.R);
    canvas.rect(x, y, BALL, BALL, ink.W);
  },
};
