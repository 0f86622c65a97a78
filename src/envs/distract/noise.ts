import type { Random } from '../../base/index.ts';

/**
 * Fractal value noise that repeats after `size` in both directions: random numbers on ever finer grids, joined
 * smoothly, each grid half as strong as the one before. Values lie in [0, 1]; only `+ - * /` and `floor`.
 */
export function fractalNoise(
  random: Random,
  size: number,
  firstCells: number,
  octaves: number,
): Float64Array {
  const out = new Float64Array(size * size);
  let strength = 1;
  let total = 0;
  for (let octave = 0, cells = firstCells; octave < octaves; octave++, cells *= 2, strength /= 2) {
    addOctave(random, size, cells, strength, out);
    total += strength;
  }
  for (let i = 0; i < out.length; i++) out[i] /= total;
  return out;
}

function addOctave(random: Random, size: number, cells: number, strength: number, out: Float64Array): void {
  const grid = Float64Array.from({ length: cells * cells }, () => random.uniform());
  const left = new Int32Array(size);
  const share = new Float64Array(size);
  for (let i = 0; i < size; i++) {
    const at = (i * cells) / size;
    left[i] = Math.floor(at);
    const t = at - left[i];
    share[i] = t * t * (3 - 2 * t);
  }
  for (let y = 0, i = 0; y < size; y++) {
    const upper = left[y] * cells;
    const lower = ((left[y] + 1) % cells) * cells;
    for (let x = 0; x < size; x++, i++) {
      const a = left[x];
      const b = (a + 1) % cells;
      const top = grid[upper + a] + (grid[upper + b] - grid[upper + a]) * share[x];
      const bottom = grid[lower + a] + (grid[lower + b] - grid[lower + a]) * share[x];
      out[i] += strength * (top + (bottom - top) * share[y]);
    }
  }
}
