import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { messageOf } from '../base/index.ts';

/** The parts of the library's compiled (Emscripten) module that starting and memory access need. */
export interface WasmModule {
  readonly memory: WebAssembly.Memory;
  readonly HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(pointer: number): void;
  cwrap(name: string, returns: 'number' | null, takes: 'number'[]): (...values: number[]) => number;
  /** Thread pool of the threaded build. */
  PThread?: { runningWorkers: ThreadHandle[]; unusedWorkers: ThreadHandle[]; terminateAllThreads(): void };
}

interface ThreadHandle {
  unref(): void;
  terminate(): unknown;
}

interface EmscriptenSettings {
  locateFile: (path: string) => string;
  wasmMemory?: WebAssembly.Memory;
  mainScriptUrlOrBlob?: string;
  preRun?: (() => void)[];
  onRuntimeInitialized?: () => void;
  print?: (line: string) => void;
  printErr?: (line: string) => void;
}

type RawModule = Omit<WasmModule, 'memory'> & { asm: { memory?: WebAssembly.Memory } };
type Factory = (settings: EmscriptenSettings) => Promise<RawModule>;
type WorkerEvents = Pick<NodeJS.Process, 'listeners' | 'off' | 'on'>;

/** Which compiled build of the library to run. */
export type WasmBuild = 'plain' | 'simd' | 'threaded';

/** Compiled file of each build, and the script that runs it: the plain build's script also runs the SIMD one. */
const FILES: Record<WasmBuild, { script: string; binary: string }> = {
  plain: { script: 'tfjs-backend-wasm.js', binary: 'tfjs-backend-wasm.wasm' },
  simd: { script: 'tfjs-backend-wasm.js', binary: 'tfjs-backend-wasm-simd.wasm' },
  threaded: { script: 'tfjs-backend-wasm-threaded-simd.js', binary: 'tfjs-backend-wasm-threaded-simd.wasm' },
};

/** Workers that the threaded build always asks for; also the most threads that it can use. */
export const POOL_SIZE = 8;

const PAGE = 65536;
const require = createRequire(import.meta.url);

/**
 * Loads one build of the library's module, without the library's own start-up code, which cannot start threads
 * in Node and leaves listeners on the process. What has to be replaced for that (the `Worker` class, the number
 * of processors) is replaced only while a synchronous call runs, and put back even when it fails.
 *
 * @param threads threads of the `threaded` build, the calling one included
 * @throws Error when the module cannot be compiled or its workers do not start
 */
export async function loadWasmModule(build: WasmBuild, threads = 1): Promise<WasmModule> {
  const script = require.resolve(`@tensorflow/tfjs-backend-wasm/wasm-out/${FILES[build].script}`);
  const factory = require(script) as Factory;
  const complaints: string[] = [];
  const settings: EmscriptenSettings = {
    locateFile: (path) => join(dirname(script), path.endsWith('.wasm') ? FILES[build].binary : path),
    print: () => {},
    printErr: (line) => complaints.push(line),
  };
  const undo: (() => void)[] = [];
  const shared =
    build === 'threaded'
      ? new WebAssembly.Memory({ initial: 256, maximum: 2 ** 32 / PAGE, shared: true })
      : undefined;
  if (shared) {
    settings.wasmMemory = shared;
    settings.mainScriptUrlOrBlob = script;
    // The module's start-up code limits threads to half the processors that it sees.
    settings.preRun = [() => undo.push(replaceCpus(2 * POOL_SIZE))];
    settings.onRuntimeInitialized = () => undo.splice(0).forEach((restore) => restore());
  }
  const workers: Worker[] = [];
  try {
    const restoreWorker = shared ? replaceWorker(script, threads, workers) : () => {};
    let loading: Promise<RawModule>;
    try {
      loading = withoutNewListeners(() => factory(settings));
    } finally {
      restoreWorker();
    }
    const module = await loading;
    const memory = shared ?? module.asm.memory;
    if (!memory) throw new Error('the module does not give its memory');
    return Object.assign(module, { memory });
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    throw new Error(complaints[0] ?? messageOf(error), { cause: error });
  } finally {
    undo.forEach((restore) => restore());
  }
}

/** Runs `start` and removes the process-wide error listeners that it added: they would hide the user's errors. */
export function withoutNewListeners<T>(start: () => T): T {
  const target: WorkerEvents = process;
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => target.listeners(event as 'exit'));
  try {
    return start();
  } finally {
    events.forEach((event, i) => {
      const now = target.listeners(event as 'exit');
      for (const listener of now) if (!before[i].includes(listener)) target.off(event, listener);
      for (const listener of before[i]) if (!now.includes(listener)) target.on(event as 'exit', listener);
    });
  }
}

/** Makes `os.cpus()` list `n` processors; returns what undoes it. */
function replaceCpus(n: number): () => void {
  const os = require('node:os') as typeof import('node:os');
  const cpus = os.cpus;
  const one = cpus()[0];
  os.cpus = () => Array.from({ length: n }, () => one);
  return () => {
    os.cpus = cpus;
  };
}

/**
 * Makes `worker_threads.Worker` build workers that run the library's thread code from its text; returns what
 * undoes it. The module always asks for POOL_SIZE workers and takes the last ones first, so all but the last
 * `threads` are stand-ins that only say that they are loaded: each real one costs time and memory.
 * @param created gets the real ones
 */
function replaceWorker(script: string, threads: number, created: Worker[]): () => void {
  const workerThreads = require('node:worker_threads') as typeof import('node:worker_threads');
  const RealWorker = workerThreads.Worker;
  const hadGlobal = 'Worker' in globalThis;
  const globals = globalThis as { Worker?: unknown };
  const globalWorker = globals.Worker;
  const { wasmWorkerContents } = require(script.replace(/\.js$/, '.worker.js')) as {
    wasmWorkerContents: string;
  };
  // The text stands in a template literal whose escapes were already resolved: line feeds in it sit inside strings.
  const source = wasmWorkerContents.replaceAll('\n', '\\n');
  let asked = 0;
  function PoolWorker(): unknown {
    asked += 1;
    if (asked <= POOL_SIZE - threads) return new StandInWorker();
    const worker = new RealWorker(source, { eval: true, execArgv: [], stdin: false });
    created.push(worker);
    return worker;
  }
  workerThreads.Worker = PoolWorker as unknown as typeof RealWorker;
  return () => {
    workerThreads.Worker = RealWorker;
    if (hadGlobal) globals.Worker = globalWorker;
    else delete globals.Worker;
  };
}

/** Answers "load" with "loaded" and does nothing else. */
class StandInWorker {
  #onMessage: (message: unknown) => void = () => {};

  on(event: string, listener: (message: unknown) => void): void {
    if (event === 'message') this.#onMessage = listener;
  }

  postMessage(message: { cmd: string }): void {
    if (message.cmd === 'load') queueMicrotask(() => this.#onMessage({ cmd: 'loaded' }));
  }

  ref(): void {}
  unref(): void {}
  terminate(): void {}
}
