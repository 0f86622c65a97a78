import type { WasmHeap } from '../heap.ts';
import type { KernelFunctions, Pointer } from './exports.ts';

/** Bytes that a processor fetches at a time; a vector that lies across two of them takes twice as long. */
const LINE = 64;

/** The compiled kernels at work on the backend's memory, with their threads and their scratch space. */
export abstract class KernelRuntime {
  /** Vector instructions in use. */
  abstract readonly simd: string;
  abstract readonly kernels: KernelFunctions;
  /** Address of the pool that shares tasks among threads: first argument of every kernel. */
  abstract readonly pool: Pointer;
  /** Threads, the calling one included: kernels that need scratch space for each thread need so many. */
  abstract readonly threads: number;
  protected readonly heap: WasmHeap;
  #scratch = { pointer: 0, bytes: 0 };
  #words = { pointer: 0, bytes: 0 };
  #buffer: ArrayBufferLike | null = null;
  #view = new Uint32Array(0);

  protected constructor(heap: WasmHeap) {
    this.heap = heap;
  }

  /** Ends the threads and gives all memory back. */
  abstract close(): Promise<void>;

  /** Scratch space for at least so many floats, until the next call; it begins with a line of the processor's cache. */
  scratch(floats: number): Pointer {
    const pointer = this.#reserve(this.#scratch, 4 * floats + LINE);
    return pointer + ((LINE - (pointer % LINE)) % LINE);
  }

  /** Puts unsigned 32-bit words where a kernel can read them, until the next call. */
  words(values: ArrayLike<number>): Pointer {
    const pointer = this.#reserve(this.#words, 4 * values.length);
    if (this.#buffer !== this.heap.memory.buffer) {
      this.#buffer = this.heap.memory.buffer;
      this.#view = new Uint32Array(this.#buffer);
    }
    this.#view.set(values, pointer / 4);
    return pointer;
  }

  /** Copies bytes to a place in the memory. */
  write(bytes: Uint8Array, pointer: Pointer): void {
    new Uint8Array(this.heap.memory.buffer, pointer, bytes.length).set(bytes);
  }

  pointer: WasmHeap['pointer'] = (tensor) => this.heap.pointer(tensor);

  /** Whether a thread went missing in the middle of a kernel call, so that its results are not complete. */
  get lost(): boolean {
    return this.kernels.poolLost(this.pool) !== 0;
  }

  /** After a loss: goes on without the other threads, so that the call can be repeated. False where that cannot be. */
  continueAlone(): boolean {
    return false;
  }

  protected freeScratch(): void {
    for (const { pointer } of [this.#scratch, this.#words]) this.heap.free(pointer);
  }

  #reserve(block: { pointer: Pointer; bytes: number }, bytes: number): Pointer {
    if (bytes > block.bytes) {
      this.heap.free(block.pointer);
      block.bytes = 0;
      block.pointer = this.heap.malloc(bytes);
      block.bytes = bytes;
    }
    return block.pointer;
  }
}
