import { messageOf, RunError } from '../../base/index.ts';
import type { WasmHeap } from '../heap.ts';
import type { KernelExports, Pointer } from './exports.ts';
import { compileKernels, detectSimd, KERNEL_FOLDER } from './load.ts';
import type { Simd } from './load.ts';
import { KernelRuntime } from './runtime.ts';
import { startThreads } from './threads.ts';
import type { KernelThreads } from './threads.ts';
import { POOL_WORDS } from './watch.ts';

/** Stack of each thread in bytes: kernels nest a few calls deep and keep their data elsewhere. */
const STACK = 64 * 1024;

/**
 * The kernels as a WebAssembly module, linked to the backend's memory, with their threads. Everything they need in
 * memory comes from the backend's allocator.
 */
export class WasmRuntime extends KernelRuntime {
  readonly simd: Simd;
  readonly kernels: KernelExports;
  readonly pool: Pointer;
  readonly #blocks: Pointer[];
  #threads: KernelThreads | null = null;
  #atWork = 1;

  private constructor(heap: WasmHeap, module: WebAssembly.Module, simd: Simd) {
    super(heap);
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
  static async start(heap: WasmHeap, simd = detectSimd(), folder = KERNEL_FOLDER): Promise<WasmRuntime> {
    const module = await compileKernels(heap, simd, folder);
    let runtime: WasmRuntime;
    try {
      runtime = new WasmRuntime(heap, module, simd);
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

  get threads(): number {
    return this.heap.shared ? this.heap.threads : 1;
  }

  async close(): Promise<void> {
    this.kernels.poolStop(this.pool);
    await this.#threads?.ended();
    this.#free();
  }

  async #startThreads(module: WebAssembly.Module, count: number): Promise<void> {
    const stacks = Array.from({ length: count - 1 }, () => this.heap.malloc(STACK));
    this.#blocks.push(...stacks);
    this.#threads = await startThreads({
      module,
      memory: this.heap.memory,
      pool: this.pool,
      stacks: stacks.map(topOf),
      // The others take over its tasks.
      onLost: () => this.#goOnWith(this.#atWork - 1),
    });
    this.#setAtWork(count);
  }

  override continueAlone(): boolean {
    this.#goOnWith(1);
    new Int32Array(this.heap.memory.buffer, this.pool, 8)[POOL_WORDS.lost] = 0;
    return true;
  }

  #goOnWith(count: number): void {
    // Those that die after the main thread has taken over everything were given up already.
    if (count < 1 || count >= this.#atWork) return;
    this.#setAtWork(count);
    const threads = count === 1 ? 'one thread' : `${count} threads`;
    process.stderr.write(`A kernel thread died; the engine goes on with ${threads}.\n`);
  }

  #setAtWork(count: number): void {
    this.#atWork = count;
    this.kernels.poolSetUp(this.pool, count);
  }

  #free(): void {
    for (const block of this.#blocks) this.heap.free(block);
    this.freeScratch();
  }
}

/** Stacks grow downwards, in steps of 16 bytes. */
function topOf(stack: Pointer): Pointer {
  return ((stack + STACK) & ~15) >>> 0;
}
