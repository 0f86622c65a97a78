import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { messageOf, RunError } from '../../base/index.ts';
import type { WasmHeap } from '../heap.ts';

/** Vector instructions that the kernels use; `relaxed` has fused multiply-add. */
export type Simd = 'relaxed' | 'simd128';

/** Validates only where relaxed SIMD is known: three splatted vectors through `f32x4.relaxed_madd`, dropped. */
// prettier-ignore
const RELAXED_PROBE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 20, 1, 18, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 26, 11,
];

/** The best vector instructions of this machine's WebAssembly. */
export function detectSimd(): Simd {
  return WebAssembly.validate(new Uint8Array(RELAXED_PROBE)) ? 'relaxed' : 'simd128';
}

/** Folder of the prebuilt modules; at the same depth from `src` and from `dist`. */
export const KERNEL_FOLDER = new URL('../../../kernels/', import.meta.url);

/**
 * Reads and compiles the prebuilt module for a heap: the threaded one where the memory is shared.
 * @throws RunError when the file is missing or is not a module that this machine can run
 */
export async function compileKernels(
  heap: WasmHeap,
  simd: Simd,
  folder = KERNEL_FOLDER,
): Promise<WebAssembly.Module> {
  const file = fileURLToPath(new URL(`${simd}${heap.shared ? '-threads' : ''}.wasm`, folder));
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new RunError(
      `The kernel file ${file} cannot be read (${messageOf(error)}); reinstall the package.`,
    );
  }
  try {
    return await WebAssembly.compile(bytes);
  } catch (error) {
    throw new RunError(`The kernel file ${file} is damaged (${messageOf(error)}); reinstall the package.`);
  }
}
