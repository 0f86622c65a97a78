import { portable } from '../../base/index.ts';
import type { Random } from '../../base/index.ts';
import type { ArcadeGame, Rules } from './game.ts';
import { FIRST_TEST_LEVEL, mazeLevel } from './mazeLevel.ts';
import { drawMaze } from './mazeView.ts';

/** Directions that one can look; direction 0 is +x, and numbers grow to the right. */
const TURNS = 16;
const COMPASS = Array.from({ length: TURNS }, (_, turn) => {
  const angle = (2 * Math.PI * turn) / TURNS;
  return [portable.cos(angle), portable.sin(angle)] as const;
});
const STRIDE = 0.2;
/** How near to a wall one comes. */
const BODY = 0.25;
/** The goal is reached within this distance of its middle. */
const REACH = 0.5;

type State = { level: number; cells: number; x: number; y: number; turn: number };

/** A level of the set that the rules name: `train` has `levels` of them, `test` as many others. */
function chooseLevel(random: Random, { levelSet, levels }: Rules): number {
  return random.integer(levels as number) + (levelSet === 'test' ? FIRST_TEST_LEVEL : 0);
}

function enter(random: Random, rules: Rules): State {
  const level = chooseLevel(random, rules);
  const cells = rules.cells as number;
  const { start, side, squares } = mazeLevel(level, cells);
  const [x, y] = [(start % side) + 0.5, Math.floor(start / side) + 0.5];
  // One looks down a corridor, not at a wall.
  const open = [start + 1, start + side, start - 1, start - side].flatMap((at, i) =>
    squares[at] ? [] : [i],
  );
  return { level, cells, x, y, turn: (TURNS / 4) * open[random.integer(open.length)] };
}

/** A first-person walk through corridors: 1 for the golden pillar, which ends the episode. */
export const maze: ArcadeGame<State> = {
  buttons: ['noop', 'up', 'left', 'right'],
  stateSize: ({ cells }) => 6 + (2 * (cells as number) + 1) ** 2,
  start: enter,
  step(state, button) {
    if (button === 'left') state.turn = (state.turn + TURNS - 1) % TURNS;
    if (button === 'right') state.turn = (state.turn + 1) % TURNS;
    const { side, squares, goal } = mazeLevel(state.level, state.cells);
    if (button === 'up') {
      const [cosine, sine] = COMPASS[state.turn];
      const solid = (x: number, y: number) => squares[Math.floor(y) * side + Math.floor(x)] !== 0;
      const blocked = (x: number, y: number) =>
        solid(x - BODY, y - BODY) ||
        solid(x + BODY, y - BODY) ||
        solid(x - BODY, y + BODY) ||
        solid(x + BODY, y + BODY);
      // One axis at a time: one slides along a wall.
      const x = state.x + STRIDE * cosine;
      if (!blocked(x, state.y)) state.x = x;
      const y = state.y + STRIDE * sine;
      if (!blocked(state.x, y)) state.y = y;
    }
    const dx = state.x - (goal % side) - 0.5;
    const dy = state.y - Math.floor(goal / side) - 0.5;
    const found = dx * dx + dy * dy < REACH * REACH;
    return { reward: found ? 1 : 0, over: found };
  },
  vector({ level, cells, x, y, turn }) {
    const { side, goal, squares } = mazeLevel(level, cells);
    return [x, y, ...COMPASS[turn], (goal % side) + 0.5, Math.floor(goal / side) + 0.5, ...squares];
  },
  draw({ level, cells, x, y, turn }, canvas) {
    drawMaze(mazeLevel(level, cells), x, y, COMPASS[turn], canvas);
  },
};
