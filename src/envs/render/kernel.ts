import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RunError, messageOf } from '../../base/index.ts';

/** At the same depth from `src` and from `dist`. */
const FILE = new URL('../../../kernels/render.wasm', import.meta.url);

/** The inner loops (`kernels/src/render/`); arguments are addresses in the memory, sizes and numbers. */
interface Loops {
  paintFloor(parameters: number, picture: number, width: number, height: number): void;
  clearRaster(raster: number): void;
  drawBody(raster: number, bodies: number, id: number, camera: number): void;
  /** @param solid address of a depth buffer that hides what lies behind it, or 0 */
  blend(
    raster: number,
    solid: number,
    bodies: number,
    camera: number,
    opacity: number,
    samples: number,
    picture: number,
  ): void;
}

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

/** The inner loops and the memory they work on, which only grows. Never keep a window across `take`. */
export class Kernel {
  readonly loops: Loops;
  readonly #memory = new WebAssembly.Memory({ initial: 1 });
  #end: number;

  /** @throws RunError where the built file is missing or damaged. */
  constructor() {
    compiled ??= compile();
    const { exports } = new WebAssembly.Instance(compiled, { env: { memory: this.#memory } });
    this.loops = exports as unknown as Loops;
    this.#end = (exports.__heap_base as WebAssembly.Global<'i32'>).value;
  }

  /** The address of so many bytes that nothing else uses. */
  take(bytes: number): number {
    const address = Math.ceil(this.#end / 16) * 16;
    this.#end = address + bytes;
    const short = this.#end - this.#memory.buffer.byteLength;
    if (short > 0) this.#memory.grow(Math.ceil(short / 65536));
    return address;
  }

  bytes(address: number, length: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, address, length);
  }

  int32(address: number, length: number): Int32Array {
    return new Int32Array(this.#memory.buffer, address, length);
  }

  float32(address: number, length: number): Float32Array {
    return new Float32Array(this.#memory.buffer, address, length);
  }

  float64(address: number, length: number): Float64Array {
    return new Float64Array(this.#memory.buffer, address, length);
  }
}
