import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { messageOf, RunError } from '../base/index.ts';
import { KERNEL_FOLDER } from './kernels/index.ts';

const PAGE = 65536;

/** `kernels/src/orthogonal/orthogonal.cpp`; rows begin at an address and hold so many pairs of float64 each. */
interface Steps {
  lengths(rows: number, count: number, pairs: number, lengths: number): void;
  /** A step at a time: code that runs for long in one call is never replaced by better optimised one. */
  orthonormaliseBlock(rows: number, count: number, pairs: number, before: number, first: number): number;
}

interface Module {
  memory: WebAssembly.Memory;
  steps: Steps;
  /** Where memory is free from. */
  start: number;
}

let loaded: Module | null = null;

/** Compiled once, and at once: it has a few hundred bytes. */
function load(): Module {
  const file = fileURLToPath(new URL('orthogonal.wasm', KERNEL_FOLDER));
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {
      env: { memory },
    });
    const end = exports.__heap_base as WebAssembly.Global<'i32'>;
    return { memory, steps: exports as unknown as Steps, start: Math.ceil(end.value / 16) * 16 };
  } catch (error) {
    throw new RunError(
      `The kernel file ${file} cannot be used (${messageOf(error)}); reinstall the package.`,
    );
  }
}

/**
 * Makes rows orthonormal one after the other (Gram-Schmidt), the same bits on every machine.
 *
 * @param fill gives the values, asked for row by row
 * @returns `[rows, columns]`, `rows <= columns`; valid until the next call
 */
export function orthonormalRows(rows: number, columns: number, fill: () => number): Float64Array[] {
  loaded ??= load();
  const { memory, steps, start } = loaded;
  const pairs = Math.ceil(columns / 2);
  const before = start + 16 * rows * pairs;
  const short = before + 8 * rows - memory.buffer.byteLength;
  if (short > 0) memory.grow(Math.ceil(short / PAGE));
  const views = Array.from({ length: rows }, (_, row) => {
    const whole = new Float64Array(memory.buffer, start + 16 * row * pairs, 2 * pairs).fill(0);
    const view = whole.subarray(0, columns);
    for (let i = 0; i < columns; i++) view[i] = fill();
    return view;
  });
  steps.lengths(start, rows, pairs, before);
  for (let row = 0; row < rows;) row = steps.orthonormaliseBlock(start, rows, pairs, before, row);
  return views;
}
