import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RunError, messageOf } from '../../base/index.ts';

/** At the same depth from `src` and from `dist`. */
const FILE = new URL('../../../kernels/render.wasm', import.meta.url);

/** Addresses of the parameters and of the picture in the memory, then the picture's size. */
type PaintFloor = (parameters: number, picture: number, width: number, height: number) => void;

let compiled: WebAssembly.Module | null = null;

function compile(): WebAssembly.Module {
  const file = fileURLToPath(FILE);
  try {
    // A few kilobytes: compiled at once, so that drawing needs no promises.
    return new WebAssembly.Module(readFileSync(file));
  } catch (error) {
    throw new RunError(
      `The kernel file ${file} cannot be used (${messageOf(error)}); reinstall the package.`,
    );
  }
}

/** The floor's inner loop on a memory. @throws RunError where the built file is missing or damaged. */
export function floorKernel(memory: WebAssembly.Memory): PaintFloor {
  compiled ??= compile();
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports.paintFloor as PaintFloor;
}
