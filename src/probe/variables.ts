import { envShortName } from '../runs/index.ts';
import type { DenseMatrix } from './matrix.ts';

/**
 * What a number of a state vector is: a quantity, an angle in radians (probed as its cosine and sine, since it may
 * jump by a whole turn), or one of a few values.
 */
export type VariableKind = 'number' | 'angle' | 'class';

/** Names of state vectors by environment; a name that ends in `°` is an angle. Others are called `state[i]`. */
const NAMES: Record<string, readonly string[]> = {
  pendulum: ['cos', 'sin', 'velocity'],
  acrobot: ['sin upper', 'sin lower', 'cos upper', 'cos lower', 'velocity upper', 'velocity lower'],
  cartpole: ['cart', 'cos pole', 'sin pole', 'cart velocity', 'pole velocity'],
  reacher: ['shoulder°', 'wrist°', 'to target x', 'to target y', 'shoulder velocity', 'wrist velocity'],
  'point-mass': ['x', 'y', 'velocity x', 'velocity y'],
  pong: ['ball x', 'ball y', 'ball vx', 'ball vy', 'my paddle', 'their paddle', 'pause', 'won', 'conceded'],
  catch: ['basket', ...['first', 'second'].flatMap((f) => [`${f} x`, `${f} y`, `${f} kind`]), 'caught'],
  breakout: [
    ...['paddle', 'ball x', 'ball y', 'ball vx', 'ball vy', 'cleared'],
    ...Array.from({ length: 78 }, (_, i) => `brick[${Math.floor(i / 13)},${i % 13}]`),
  ],
};

/** Names of a state of `size` numbers. */
export function stateNames(envId: string, size: number): string[] {
  const short = envShortName(envId);
  const key = Object.keys(NAMES).find((known) => short === known || short.startsWith(`${known}-`));
  const known = key === undefined ? [] : [...NAMES[key]];
  // Games end their vectors with the lives left and the last action.
  if (envId.startsWith('arcade/') && (key === undefined || size === known.length + 2)) {
    const own = known.length > 0 ? known : Array.from({ length: size - 2 }, (_, i) => `state[${i}]`);
    return [...own, 'lives', 'last action'];
  }
  return known.length === size ? known : Array.from({ length: size }, (_, i) => `state[${i}]`);
}

/** A quantity to be predicted. */
export interface Target {
  name: string;
  values: Float64Array;
}

/** A fact with a few values. */
export interface Fact {
  name: string;
  /** Class of each row, from 0. */
  labels: Int32Array;
  classes: number;
}

export interface Variables {
  targets: Target[];
  facts: Fact[];
  /** Names of variables that never change in these frames. */
  constant: string[];
}

/** More integer values than these are a quantity. */
const MOST_CLASSES = 16;

/** Labels of a column with few integer values; null for any other. */
function labelsOf(column: Float64Array): { labels: Int32Array; classes: number } | null {
  const values = [...new Set(column)];
  if (values.length > MOST_CLASSES || !values.every(Number.isInteger)) return null;
  values.sort((a, b) => a - b);
  const place = new Map(values.map((value, i) => [value, i]));
  return { labels: Int32Array.from(column, (value) => place.get(value)!), classes: values.length };
}

/**
 * Sorts the columns of true states `[N, S]` into quantities for regression and facts for classification: a column
 * of at most 16 different integers is a fact.
 */
export function variablesOf(envId: string, states: DenseMatrix): Variables {
  const found: Variables = { targets: [], facts: [], constant: [] };
  for (const [c, name] of stateNames(envId, states.columns).entries()) {
    const column = Float64Array.from({ length: states.rows }, (_, r) => states.data[r * states.columns + c]);
    if (column.every((value) => value === column[0])) {
      found.constant.push(name);
    } else if (name.endsWith('°')) {
      const joint = name.slice(0, -1);
      found.targets.push({ name: `cos ${joint}`, values: column.map(Math.cos) });
      found.targets.push({ name: `sin ${joint}`, values: column.map(Math.sin) });
    } else {
      const fact = labelsOf(column);
      if (fact) found.facts.push({ name, ...fact });
      else found.targets.push({ name, values: column });
    }
  }
  return found;
}

/** Targets side by side, `[N, K]`. */
export function targetMatrix(targets: readonly Target[], rows: number): DenseMatrix {
  const columns = targets.length;
  const data = new Float64Array(rows * columns);
  targets.forEach(({ values }, c) => values.forEach((value, r) => (data[r * columns + c] = value)));
  return { rows, columns, data };
}
