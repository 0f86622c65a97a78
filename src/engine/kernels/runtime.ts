import { messageOf, RunError } from '../../base/index.ts';
import type { WasmHeap } from '../heap.ts';
import type { KernelExports, Pointer } from './exports.ts';
import { compileKernels, detectSimd, KERNEL_FOLDER } from './load.ts';
import type { Simd } from './load.ts';
import { startThreads } from './threads.ts';
import type { KernelThreads } from './threads.ts';

/** Stack of each thread in bytes: kernels nest a few calls deep and keep their data elsewhere. */
const STACK = 64 * 1024;

/**
 * The compiled kernels, linked to the backend's memory, with their threads and their scratch space. Everything
 * they need in memory comes from the backend's allocator.
 */
export class KernelRuntime {
  readonly simd: Simd;
  readonly kernels: KernelExports;
  /** Address of the pool that shares tasks among threads: first argument of every kernel. */
  readonly pool: Pointer;
  readonly #heap: WasmHeap;
  readonly #blocks: Pointer[];
  #threads: KernelThreads | null = null;
  #atWork = 1;
  #scratch = { pointer: 0, bytes: 0 };
  #words = { pointer: 0, bytes: 0 };
  #buffer: ArrayBufferLike | null = null;
  #view = new Uint32Array(0);

  private constructor(heap: WasmHeap, module: WebAssembly.Module, simd: Simd) {
    this.#heap = heap;
    this.simd = simd;
    const instance = new WebAssembly.Instance(module, { env: { memory: heap.memory } });
    this.kernels = instance.exports as unknown as KernelExports;
    const stack = heap.malloc(STACK);
    const poolBytes = this.kernels.poolBytes();
    this.pool = heap.malloc(poolBytes);
    this.#blocks = [stack, this.pool];
    this.kernels.__stack_pointer.value = topOf(stack);
    new Uint8Array(heap.memory.buffer, this.pool, poolBytes).fill(0);
    this.kernels.poolSetUp(this.pool, 1);
  }

  /**
   * Loads the module for this heap and machine and starts the heap's threads.
   * @throws RunError when the module's file or a thread fails
   */
  static async start(heap: WasmHeap, simd = detectSimd(), folder = KERNEL_FOLDER): Promise<KernelRuntime> {
    const module = await compileKernels(heap, simd, folder);
    let runtime: KernelRuntime;
    try {
      runtime = new KernelRuntime(heap, module, simd);
    } catch (error) {
      throw new RunError(`The kernels do not fit this engine (${messageOf(error)}); reinstall the package.`);
    }
    try {
      if (heap.shared && heap.threads > 1) await runtime.#startThreads(module, heap.threads);
    } catch (error) {
      runtime.#free();
      throw error;
    }
    return runtime;
  }

  /** Threads, the calling one included: kernels that need scratch space for each thread need so many. */
  get threads(): number {
    return this.#heap.shared ? this.#heap.threads : 1;
  }

  /** Scratch space for at least so many floats, until the next call. */
  scratch(floats: number): Pointer {
    return this.#reserve(this.#scratch, 4 * floats);
  }

  /** Puts unsigned 32-bit words where a kernel can read them, until the next call. */
  words(values: ArrayLike<number>): Pointer {
    const pointer = this.#reserve(this.#words, 4 * values.length);
    if (this.#buffer !== this.#heap.memory.buffer) {
      this.#buffer = this.#heap.memory.buffer;
      this.#view = new Uint32Array(this.#buffer);
    }
    this.#view.set(values, pointer / 4);
    return pointer;
  }

  /** Copies bytes to a place in the memory. */
  write(bytes: Uint8Array, pointer: Pointer): void {
    new Uint8Array(this.#heap.memory.buffer, pointer, bytes.length).set(bytes);
  }

  pointer: WasmHeap['pointer'] = (tensor) => this.#heap.pointer(tensor);

  /** Ends a kernel call: @throws RunError when a thread went missing in the middle of it */
  check(): void {
    if (this.kernels.poolLost(this.pool)) {
      throw new RunError(
        'A kernel thread stopped in the middle of its work; restart from the last checkpoint.',
      );
    }
  }

  /** Ends the threads and gives all memory back. */
  async close(): Promise<void> {
    this.kernels.poolStop(this.pool);
    await this.#threads?.ended();
    this.#free();
  }

  async #startThreads(module: WebAssembly.Module, count: number): Promise<void> {
    const stacks = Array.from({ length: count - 1 }, () => this.#heap.malloc(STACK));
    this.#blocks.push(...stacks);
    this.#threads = await startThreads({
      module,
      memory: this.#heap.memory,
      pool: this.pool,
      stacks: stacks.map(topOf),
      // The others take over its tasks.
      onLost: () => this.#setAtWork(this.#atWork - 1),
    });
    this.#setAtWork(count);
  }

  #setAtWork(count: number): void {
    this.#atWork = count;
    this.kernels.poolSetUp(this.pool, count);
  }

  #reserve(block: { pointer: Pointer; bytes: number }, bytes: number): Pointer {
    if (bytes > block.bytes) {
      this.#heap.free(block.pointer);
      block.bytes = 0;
      block.pointer = this.#heap.malloc(bytes);
      block.bytes = bytes;
    }
    return block.pointer;
  }

  #free(): void {
    for (const block of [...this.#blocks, this.#scratch.pointer, this.#words.pointer]) this.#heap.free(block);
  }
}

/** Stacks grow downwards, in steps of 16 bytes. */
function topOf(stack: Pointer): Pointer {
  return ((stack + STACK) & ~15) >>> 0;
}
