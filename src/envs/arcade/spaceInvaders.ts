import type { Random } from '../../base/index.ts';
import { FIELD } from './canvas.ts';
import type { ArcadeGame, Rules } from './game.ts';
import { STRIP } from './hud.ts';
import { color, ink } from './palette.ts';
import { emptySlots, fill, overlap, present, removeWhere, slotNumbers } from './slots.ts';
import type { Slots } from './slots.ts';
import { sprite } from './sprite.ts';

const COLUMNS = 6;
const ROWS = 4;
const CELL = { width: 10, height: 8 };
const ALIEN = { width: 8, height: 6 };
const CANNON = { width: 9, y: 76, speed: 2 };
const SHOT = { width: 1, height: 3 };
/** Steps between two shots of the cannon. */
const RELOAD = 8;

type Shot = { x: number; y: number };
type State = {
  cannon: number;
  reload: number;
  /** Upper left corner of the formation. */
  x: number;
  y: number;
  way: number;
  aliens: number[];
  shots: Slots<Shot>;
  bombs: Slots<Shot>;
  wave: number;
  steps: number;
};

const SPACE = color(10, 10, 26);
const STAR = color(70, 74, 110);
const PLANET = color(46, 38, 70);
const SQUID = ['...LL...', '..LLLL..', '.LLLLLL.', 'LLKLLKLL', 'LLLLLLLL', '.L.LL.L.'];
const SQUID_STEP = ['...LL...', '..LLLL..', '.LLLLLL.', 'LLKLLKLL', 'LLLLLLLL', 'L.L..L.L'];
const CRAB = ['.M....M.', '..MMMM..', '.MKMMKM.', 'MMMMMMMM', 'M.MMMM.M', '..M..M..'];
const CRAB_STEP = ['.M....M.', 'M.MMMM.M', 'MMKMMKMM', 'MMMMMMMM', '..MMMM..', '.M....M.'];
const two = (a: string[], b: string[], swap = {}) => [sprite(a, swap), sprite(b, swap)];
const ALIENS = [
  two(SQUID, SQUID_STEP, { L: 'P' }),
  two(CRAB, CRAB_STEP),
  two(CRAB, CRAB_STEP, { M: 'O' }),
  two(SQUID, SQUID_STEP),
];
const CANNON_SPRITE = sprite(['....C....', '...CCC...', '.CCCCCCC.', 'CCCCCCCCC', 'CCSCCCSCC']);

function form(state: State): void {
  state.x = 10;
  state.y = STRIP + 4;
  state.way = 1;
  state.aliens = new Array<number>(ROWS * COLUMNS).fill(1);
}

const hardness = (state: State, rules: Rules) => (rules.difficultyRamp ? Math.min(6, state.wave) : 0);

const boxOf = ({ x, y }: State, alien: number) => [
  x + (alien % COLUMNS) * CELL.width,
  y + Math.floor(alien / COLUMNS) * CELL.height,
  ALIEN.width,
  ALIEN.height,
];

const alive = ({ aliens }: State) => aliens.flatMap((lives, i) => (lives ? [i] : []));

/** The formation goes sideways, faster the fewer are left, and comes down where it meets an edge. */
function march(state: State, rules: Rules): void {
  const left = alive(state);
  const speed = 0.15 + 0.04 * hardness(state, rules) + 0.03 * (ROWS * COLUMNS - left.length);
  state.x += state.way * speed;
  const edges = left.map((alien) => boxOf(state, alien)[0]);
  const [low, high] = [Math.min(...edges), Math.max(...edges) + ALIEN.width];
  if ((state.way < 0 && low < 2) || (state.way > 0 && high > FIELD - 2)) {
    state.x -= state.way * speed;
    state.way = -state.way;
    state.y += 3;
  }
}

/** The lowest alien of a random column that is still manned drops a bomb. */
function bomb(state: State, random: Random, rules: Rules): void {
  if (random.uniform() >= 0.035 + 0.008 * hardness(state, rules)) return;
  const columns = [...new Set(alive(state).map((alien) => alien % COLUMNS))];
  const column = columns[random.integer(columns.length)];
  const lowest = Math.max(...alive(state).filter((alien) => alien % COLUMNS === column));
  const [x, y] = boxOf(state, lowest);
  fill(state.bombs, { x: x + ALIEN.width / 2 - 0.5, y: y + ALIEN.height });
}

/** A cannon against four rows of aliens: 1 for each; a life for a bomb that hits or an alien that lands. */
export const spaceInvaders: ArcadeGame<State> = {
  buttons: ['noop', 'left', 'right', 'fire'],
  stateSize: () => 7 + ROWS * COLUMNS + 3 * (3 + 5),
  start() {
    const state: State = {
      ...{ cannon: (FIELD - CANNON.width) / 2, reload: 0, x: 0, y: 0, way: 1, aliens: [] },
      ...{ shots: emptySlots<Shot>(3), bombs: emptySlots<Shot>(5), wave: 0, steps: 0 },
    };
    form(state);
    return state;
  },
  step(state, button, random, rules) {
    state.steps += 1;
    const way = button === 'left' ? -1 : button === 'right' ? 1 : 0;
    state.cannon = Math.max(1, Math.min(FIELD - CANNON.width - 1, state.cannon + way * CANNON.speed));
    if (state.reload > 0) state.reload -= 1;
    if (button === 'fire' && state.reload === 0) {
      const fired = fill(state.shots, { x: state.cannon + CANNON.width / 2 - 0.5, y: CANNON.y - 2 });
      if (fired) state.reload = RELOAD;
    }
    march(state, rules);
    bomb(state, random, rules);
    let reward = 0;
    removeWhere(state.shots, (shot) => {
      shot.y -= 3;
      const box = [shot.x, shot.y, SHOT.width, SHOT.height];
      const hit = alive(state).find((alien) => overlap(box, boxOf(state, alien)));
      if (hit !== undefined) {
        state.aliens[hit] = 0;
        reward += 1;
      }
      return hit !== undefined || shot.y < STRIP;
    });
    const cannon = [state.cannon, CANNON.y + 1, CANNON.width, 4];
    let hit = false;
    removeWhere(state.bombs, (falling) => {
      falling.y += 1.5;
      const strikes = overlap([falling.x, falling.y, SHOT.width, SHOT.height], cannon);
      hit ||= strikes;
      return strikes || falling.y > FIELD;
    });
    const left = alive(state);
    const landed = left.some((alien) => boxOf(state, alien)[1] + ALIEN.height >= CANNON.y);
    if (left.length === 0) {
      state.wave += 1;
      form(state);
    }
    if (!hit && !landed) return { reward };
    state.bombs.fill(null);
    if (landed) form(state);
    return { reward, lost: true };
  },
  vector: ({ cannon, reload, x, y, way, aliens, shots, bombs, wave, steps }) => [
    ...[cannon / FIELD, reload / RELOAD, x / FIELD, y / FIELD, way, wave, steps / 1000],
    ...aliens,
    ...slotNumbers(shots, 3, (shot) => [shot.x / FIELD, shot.y / FIELD]),
    ...slotNumbers(bombs, 3, (shot) => [shot.x / FIELD, shot.y / FIELD]),
  ],
  draw(state, canvas) {
    canvas.clear(SPACE);
    for (let i = 0; i < 40; i++) canvas.rect((i * 37) % FIELD, STRIP + ((i * 53) % 70), 1, 1, STAR);
    canvas.rect(0, 81, FIELD, 3, PLANET);
    for (const alien of alive(state)) {
      const [x, y] = boxOf(state, alien);
      canvas.draw(ALIENS[Math.floor(alien / COLUMNS)][Math.floor(state.steps / 10) % 2], x, y);
    }
    for (const { x, y } of present(state.shots)) canvas.rect(x, y, SHOT.width, SHOT.height, ink.W);
    for (const { x, y } of present(state.bombs)) canvas.rect(x, y, SHOT.width, SHOT.height, ink.R);
    canvas.draw(CANNON_SPRITE, state.cannon, CANNON.y);
  },
};
