import type { ArcadeEnv, Button } from '../../src/envs/index.ts';
import { distances, mazeLevel } from '../../src/envs/arcade/mazeLevel.ts';
import type { Policy, ScriptedPolicy } from './policy.ts';

/** A player that reads the game's own state and presses a button. */
function player<S>(choose: (state: S) => Button): Policy {
  return (env) => {
    const game = env.unwrapped as unknown as ArcadeEnv<never>;
    const buttons = env.metadata.buttons!;
    return () => buttons.indexOf(choose(game.game as S));
  };
}

/** Left, right or nothing, towards a place. */
const towards = (from: number, to: number, near = 1.5): Button =>
  to < from - near ? 'left' : to > from + near ? 'right' : 'noop';

const catchFruit = player<{ basket: number; fruits: { x: number }[] }>(({ basket, fruits }) =>
  towards(basket + 7, fruits[0].x + 3),
);

const pong = player<{ x: number; y: number; vx: number; vy: number; mine: number }>((ball) => {
  if (ball.vx < 0) return ball.mine + 7 < 42 ? 'down' : ball.mine + 7 > 50 ? 'up' : 'noop';
  // Where the ball will be, walls counted in.
  let y = ball.y + (ball.vy * (73 - ball.x)) / ball.vx - 10;
  const span = 69;
  y = ((y % (2 * span)) + 2 * span) % (2 * span);
  const target = (y > span ? 2 * span - y : y) + 10 + 1.5;
  // Meeting it off the middle sends it back steeply.
  const wanted = target + (ball.mine + 7 > 45 ? 4 : -4);
  return wanted < ball.mine + 7 - 1.5 ? 'up' : wanted > ball.mine + 7 + 1.5 ? 'down' : 'noop';
});

const breakout = player<{ paddle: number; x: number; y: number; vx: number; vy: number; cleared: number }>(
  (state) => {
    const aim = 7 + 4 * ((Math.floor(state.y / 7) % 3) - 1);
    if (state.vy < 0) return towards(state.paddle + 7, state.x + 1);
    let x = state.x + (state.vx * (75 - state.y)) / state.vy - 3;
    const span = 76;
    x = ((x % (2 * span)) + 2 * span) % (2 * span);
    return towards(state.paddle + (state.y > 60 ? 7 : aim), (x > span ? 2 * span - x : x) + 4);
  },
);

const freeway = player<{ y: number; cars: { x: number; speed: number }[] }>(({ y, cars }) => {
  /** Whether a car would touch the chicken at height `at`, a few steps from now. */
  const danger = (at: number, when: number) =>
    cars.some((car, lane) => {
      const top = 13 + lane * 8 + 1;
      const x = car.x + car.speed * when;
      return at + 6 > top && at < top + 6 && x + 9 > 37 && x < 45;
    });
  const safe = (speed: number) => [1, 2, 3, 4].every((t) => !danger(Math.min(78, y + speed * t), t));
  return safe(-1.5) ? 'up' : safe(0) ? 'noop' : safe(1.5) ? 'down' : 'up';
});

type Visitor = { x: number; speed: number; gold: boolean } | null;
const asterix = player<{ x: number; lane: number; hop: number; visitors: Visitor[] }>(
  ({ x, lane, hop, visitors }) => {
    const danger = (at: number, where: number) => {
      const other = visitors[at];
      if (!other || other.gold) return false;
      return [0, 2, 4, 6].some((t) => Math.abs(other.x + other.speed * t - where) < 9);
    };
    const golds = visitors.flatMap((other, at) =>
      other?.gold ? [{ at, x: other.x + other.speed * 4 }] : [],
    );
    golds.sort(
      (a, b) => Math.abs(a.at - lane) * 8 + Math.abs(a.x - x) - Math.abs(b.at - lane) * 8 - Math.abs(b.x - x),
    );
    const goal = golds[0];
    const wishes: Button[] = [];
    if (goal && goal.at !== lane) wishes.push(goal.at < lane ? 'up' : 'down');
    if (goal) wishes.push(towards(x, goal.x));
    wishes.push('noop', 'up', 'down', 'left', 'right');
    const fine = (button: Button) => {
      const next = lane + (button === 'up' ? -1 : button === 'down' ? 1 : 0);
      if (next < 0 || next > 7 || (next !== lane && hop > 0)) return false;
      return !danger(next, x + (button === 'left' ? -4 : button === 'right' ? 4 : 0));
    };
    return wishes.find(fine) ?? 'noop';
  },
);

type Swimmer = { x: number; lane: number; speed: number } | null;
interface Sea {
  x: number;
  y: number;
  left: boolean;
  reload: number;
  oxygen: number;
  divers: number;
  foes: Swimmer[];
  swimming: Swimmer[];
  torpedoes: ({ x: number; y: number; speed: number } | null)[];
}

const seaquest = player<Sea>((state) => {
  const { x, y, left, reload, oxygen, divers, foes, swimming, torpedoes } = state;
  const top = (lane: number) => 22 + lane * 11;
  /** Whether something would touch the boat at (ax, ay) within a few steps. */
  const danger = (ax: number, ay: number) =>
    foes.some((foe) => {
      if (!foe || ay + 7 < top(foe.lane) || ay > top(foe.lane) + 6) return false;
      return [0, 3, 6].some((t) => foe.x + foe.speed * t + 10 > ax && foe.x + foe.speed * t < ax + 12);
    }) ||
    torpedoes.some((shot) => {
      if (!shot || shot.y < ay || shot.y > ay + 6) return false;
      return [0, 2, 4, 6].some((t) => shot.x + shot.speed * t + 4 > ax && shot.x + shot.speed * t < ax + 11);
    });
  const target = foes.find((foe) => foe && y + 3 >= top(foe.lane) && y + 3 < top(foe.lane) + 5);
  const wishes: Button[] = [];
  if (target && reload === 0) {
    const toLeft = target.x < x;
    wishes.push(toLeft === left ? 'fire' : toLeft ? 'left' : 'right');
  }
  const air = oxygen < 110 || divers === 6;
  const diver = swimming.find((one) => one && one.x > 4 && one.x < 74);
  const goal = air && divers > 0 ? 0 : diver ? top(diver.lane) : 44;
  if (Math.abs(goal - y) > 2) wishes.push(goal < y ? 'up' : 'down');
  wishes.push(towards(x, diver ? diver.x : 37, 3), 'noop', 'up', 'down', 'left', 'right');
  const fine = (button: Button) => {
    const dx = button === 'left' ? -2 : button === 'right' ? 2 : 0;
    const dy = button === 'up' ? -2 : button === 'down' ? 2 : 0;
    return !danger(x + dx, y + dy);
  };
  return wishes.find(fine) ?? 'fire';
});

type Bomb = { x: number; y: number } | null;
interface Space {
  cannon: number;
  reload: number;
  x: number;
  way: number;
  aliens: number[];
  bombs: Bomb[];
}

const spaceInvaders = player<Space>(({ cannon, reload, x, way, aliens, bombs }) => {
  const middle = cannon + 4.5;
  const bomb = bombs.find((b) => b && b.y > 48 && Math.abs(b.x + 0.5 - middle) < 8);
  if (bomb) return bomb.x + 0.5 > middle ? (cannon > 4 ? 'left' : 'right') : cannon < 70 ? 'right' : 'left';
  const columns = aliens.flatMap((alive, i) => (alive ? [x + (i % 6) * 10 + 4 + way * 4] : []));
  columns.sort((a, b) => Math.abs(a - middle) - Math.abs(b - middle));
  if (reload === 0 && Math.abs(columns[0] - middle) < 4) return 'fire';
  return towards(middle, columns[0], 2);
});

const maze = player<{ level: number; cells: number; x: number; y: number; turn: number }>((state) => {
  const level = mazeLevel(state.level, state.cells);
  const { side } = level;
  const far = distances(level, level.goal);
  const [column, row] = [Math.floor(state.x), Math.floor(state.y)];
  const at = row * side + column;
  const ways = [
    [1, 0],
    [0, 1],
    [-1, 0],
    [0, -1],
  ];
  const way = ways.findIndex(([dx, dy]) => far[at + dx + dy * side] === far[at] - 1);
  // Back to the middle of the corridor first, so that corners do not catch.
  const [dx] = ways[Math.max(0, way)];
  const [ox, oy] = [column + 0.5 - state.x, row + 0.5 - state.y];
  const off = dx !== 0 ? oy : ox;
  const wanted = Math.abs(off) > 0.15 ? (dx !== 0 ? (oy > 0 ? 1 : 3) : ox > 0 ? 0 : 2) : Math.max(0, way);
  const turn = (4 * wanted - state.turn + 16) % 16;
  return turn === 0 ? 'up' : turn <= 8 ? 'right' : 'left';
});

const scripted = (what: string, policy: Policy): ScriptedPolicy => ({ what, policy, episodes: 10 });

export const arcadePolicies: Record<string, ScriptedPolicy> = {
  'arcade/Asterix-v0': scripted('goes to the nearest gold, keeps off enemies', asterix),
  'arcade/Breakout-v0': scripted('waits where the ball will land', breakout),
  'arcade/Catch-v0': scripted('goes under the lowest fruit', catchFruit),
  'arcade/Freeway-v0': scripted('goes up unless a car comes', freeway),
  'arcade/Maze-v0': scripted('takes the shortest way', maze),
  'arcade/Pong-v0': scripted('waits where the ball will come', pong),
  'arcade/Seaquest-v0': scripted('shoots what is level, gathers divers, goes up for air', seaquest),
  'arcade/SpaceInvaders-v0': scripted('shoots the nearest column, dodges bombs', spaceInvaders),
};
