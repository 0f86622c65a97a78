/**
 * Elementary functions from `+ - * /`, `sqrt` and `floor` alone. The ones of `Math` may differ in the last
 * bit between Node versions and processors; these give the same bits everywhere, so that seeded environments
 * and generators do too. Errors stay within a few units in the last place for the arguments used here.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const words = new DataView(new ArrayBuffer(8));

/** `2^n` for integers n in the normal range. */
function powerOfTwo(n: number): number {
  words.setUint32(0, (n + 1023) << 20);
  words.setUint32(4, 0);
  return words.getFloat64(0);
}

/** e^x. */
export function exp(x: number): number {
  if (x !== x) return x;
  if (x > 709.7) return Infinity;
  if (x < -708) return 0;
  const n = Math.floor(x / Math.LN2 + 0.5);
  const r = x - n * LN2_HIGH - n * LN2_LOW;
  // Taylor series on |r| <= ln(2)/2: the first omitted term is below 1e-17.
  let sum = 1;
  for (let k = 14; k >= 1; k--) sum = 1 + (sum * r) / k;
  return n < -1022
    ? sum * powerOfTwo(n + 60) * powerOfTwo(-60)
    : n > 1023
      ? sum * 2 * powerOfTwo(n - 1)
      : sum * powerOfTwo(n);
}

/** Natural logarithm of a normal positive number; -Infinity at 0 and NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  words.setFloat64(0, x);
  let exponent = (words.getUint32(0) >>> 20) - 1023;
  words.setUint32(0, (words.getUint32(0) & 0x000fffff) | 0x3ff00000);
  let mantissa = words.getFloat64(0);
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // log m = 2 artanh(s), s = (m - 1) / (m + 1), |s| <= 0.1716.
  const s = (mantissa - 1) / (mantissa + 1);
  const s2 = s * s;
  let sum = 0;
  for (let k = 23; k >= 1; k -= 2) sum = sum * s2 + 1 / k;
  return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW);
}

const HALF_PI_HIGH = 1.5707963267341256;
const HALF_PI_LOW = 6.077100506506192e-11;

function sinCosKernel(r: number): [number, number] {
  const r2 = r * r;
  let sine = 0;
  let cosine = 0;
  for (let k = 8; k >= 0; k--) {
    sine = 1 - (sine * r2) / ((2 * k + 2) * (2 * k + 3));
    cosine = 1 - (cosine * r2) / ((2 * k + 1) * (2 * k + 2));
  }
  return [r * sine, cosine];
}

function quadrant(x: number): { turn: number; sine: number; cosine: number } {
  const n = Math.floor(x / (Math.PI / 2) + 0.5);
  const [sine, cosine] = sinCosKernel(x - n * HALF_PI_HIGH - n * HALF_PI_LOW);
  return { turn: ((n % 4) + 4) % 4, sine, cosine };
}

/** Sine of an angle in radians (|x| up to about 1e6). */
export function sin(x: number): number {
  const { turn, sine, cosine } = quadrant(x);
  return turn === 0 ? sine : turn === 1 ? cosine : turn === 2 ? -sine : -cosine;
}

/** Cosine of an angle in radians (|x| up to about 1e6). */
export function cos(x: number): number {
  const { turn, sine, cosine } = quadrant(x);
  return turn === 0 ? cosine : turn === 1 ? -sine : turn === 2 ? -cosine : sine;
}
