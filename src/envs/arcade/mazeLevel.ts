import { Random } from '../../base/index.ts';

/** A maze: `side` x `side` squares, row by row, 0 free and 1 to 4 a wall of that colour. */
export interface MazeLevel {
  readonly side: number;
  readonly squares: readonly number[];
  /** Free squares. */
  readonly start: number;
  readonly goal: number;
}

/** Levels beyond this number are for testing only. */
export const FIRST_TEST_LEVEL = 1_000_000;

const cache = new Map<string, MazeLevel>();

/** Steps from a square to every square; -1 where one cannot go. */
export function distances({ side, squares }: Pick<MazeLevel, 'side' | 'squares'>, from: number): Int32Array {
  const far = new Int32Array(squares.length).fill(-1);
  far[from] = 0;
  const queue = [from];
  for (const at of queue) {
    for (const next of [at - 1, at + 1, at - side, at + side]) {
      if (squares[next] !== 0 || far[next] >= 0) continue;
      far[next] = far[at] + 1;
      queue.push(next);
    }
  }
  return far;
}

/**
 * Level `number` with `cells` x `cells` rooms: a random spanning tree (depth first), with a few more walls opened
 * so that there is more than one way. The goal is the room farthest from the start.
 */
export function mazeLevel(number: number, cells: number): MazeLevel {
  const key = `${number}/${cells}`;
  const known = cache.get(key);
  if (known) return known;
  const random = Random.stream(number, 'maze', cells);
  const side = 2 * cells + 1;
  const squares = Array.from({ length: side * side }, (_, at) => {
    // One colour for each quarter, so that places can be told apart.
    return 1 + (at % side >= cells ? 1 : 0) + (Math.floor(at / side) >= cells ? 2 : 0);
  });
  const room = (x: number, y: number) => (2 * y + 1) * side + 2 * x + 1;
  const visit = [[random.integer(cells), random.integer(cells)]];
  squares[room(visit[0][0], visit[0][1])] = 0;
  while (visit.length > 0) {
    const [x, y] = visit.at(-1)!;
    const ways = [
      [x - 1, y],
      [x + 1, y],
      [x, y - 1],
      [x, y + 1],
    ].filter(([a, b]) => a >= 0 && b >= 0 && a < cells && b < cells && squares[room(a, b)] !== 0);
    if (ways.length === 0) {
      visit.pop();
      continue;
    }
    const [a, b] = ways[random.integer(ways.length)];
    squares[(room(x, y) + room(a, b)) / 2] = 0;
    squares[room(a, b)] = 0;
    visit.push([a, b]);
  }
  for (let n = 0; n < Math.floor(cells / 2); n++) {
    const [x, y] = [random.integer(cells - 1), random.integer(cells)];
    if (random.integer(2) === 0) squares[room(x, y) + 1] = 0;
    else squares[room(y, x) + side] = 0;
  }
  const start = room(random.integer(cells), random.integer(cells));
  const far = distances({ side, squares }, start);
  const goal = far.indexOf(far.reduce((most, d) => Math.max(most, d), 0));
  const level = { side, squares, start, goal };
  if (cache.size >= 512) cache.clear();
  cache.set(key, level);
  return level;
}
