import { Random } from '../base/index.ts';

/** Length and some projections of a tensor, which stand for all of its values. */
export interface Fingerprint {
  norm: number;
  projections: number[];
}

const PROJECTIONS = 8;

/** Projections on fixed directions of random signs: their expected square is that of the tensor's length. */
export function fingerprint(values: Float32Array): Fingerprint {
  const random = Random.stream(1, 'self-test projections');
  let squares = 0;
  const projections = Array.from({ length: PROJECTIONS }, () => 0);
  for (const value of values) {
    squares += value * value;
    let bits = random.integer(2 ** PROJECTIONS);
    for (let k = 0; k < PROJECTIONS; k++, bits >>= 1) projections[k] += bits & 1 ? value : -value;
  }
  return { norm: Math.sqrt(squares), projections };
}

/** Estimated `|values - reference| / |reference|`. */
export function relativeError(values: Float32Array, reference: Fingerprint): number {
  const { norm, projections } = fingerprint(values);
  const squares = projections.map((p, k) => (p - reference.projections[k]) ** 2);
  const offLength = Math.abs(norm - reference.norm);
  const offDirection = Math.sqrt(squares.reduce((a, b) => a + b) / PROJECTIONS);
  const error = Math.max(offLength, offDirection) / reference.norm;
  return Number.isNaN(error) ? Infinity : error;
}
