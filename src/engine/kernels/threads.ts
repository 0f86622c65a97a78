import { Worker } from 'node:worker_threads';
import { messageOf, RunError } from '../../base/index.ts';
import { watchThreads } from './watch.ts';

/** Plain JavaScript, so that a worker starts the same way from source and from the built package. */
const WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { module, memory, pool, stack, index } = workerData; // its port closes when this thread ends
const { exports } = new WebAssembly.Instance(module, { env: { memory } });
exports.__stack_pointer.value = stack;
parentPort.postMessage('ready');
exports.poolServe(pool, index);
`;

/** Milliseconds for a thread to start. */
const START_LIMIT = 20_000;

export interface ThreadOptions {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  /** Address of the task pool. */
  pool: number;
  /** Top of the stack of each worker. */
  stacks: number[];
  /** Called when a thread ends without having been asked to. */
  onLost(): void;
}

/** Kernel threads at work. They do not keep the process alive. */
export interface KernelThreads {
  /** Waits until all threads have ended, which the caller must have told them to. */
  ended(): Promise<void>;
  terminate(): Promise<void>;
}

/** Threads that did not start. */
export class ThreadsUnavailable extends RunError {
  /** Why, without advice. */
  readonly reason: string;

  constructor(reason: string) {
    super(`A kernel thread did not start (${reason}); use one thread instead.`);
    this.reason = reason;
  }
}

/**
 * Starts one worker for each stack; resolves when all of them serve the pool.
 * @throws ThreadsUnavailable when one does not start
 */
export async function startThreads({
  module,
  memory,
  pool,
  stacks,
  onLost,
}: ThreadOptions): Promise<KernelThreads> {
  let running = false;
  let watch: ReturnType<typeof watchThreads> | undefined;
  let workers: Worker[];
  try {
    const { ports } = (watch = watchThreads(memory, pool, stacks.length));
    workers = stacks.map(
      (stack, i) =>
        new Worker(WORKER, {
          eval: true,
          execArgv: [],
          stdin: false,
          workerData: { module, memory, pool, stack, index: i + 1, port: ports[i] },
          transferList: [ports[i]],
        }),
    );
  } catch (error) {
    await watch?.end();
    throw new ThreadsUnavailable(messageOf(error));
  }
  const exits = workers.map((worker) => new Promise<void>((resolve) => worker.once('exit', () => resolve())));
  const threads: KernelThreads = {
    ended: async () => {
      running = false;
      await Promise.all(exits);
      await watch.end();
    },
    terminate: async () => {
      running = false;
      await Promise.all([...workers.map((worker) => worker.terminate()), watch.end()]);
    },
  };
  try {
    await Promise.all(workers.map(ready));
  } catch (error) {
    await threads.terminate();
    throw new ThreadsUnavailable(messageOf(error));
  }
  running = true;
  for (const worker of workers) {
    // Without a listener, an error in a worker would end the process; the exit that follows is what counts.
    worker.on('error', () => {});
    worker.on('exit', () => running && onLost());
    worker.unref();
  }
  return threads;
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`nothing heard for ${START_LIMIT / 1000} s`)),
      START_LIMIT,
    );
    const settle = (action: () => void) => () => {
      clearTimeout(timer);
      action();
    };
    worker.once('message', settle(resolve));
    worker.once('error', (error) => settle(() => reject(error))());
    worker.once(
      'exit',
      settle(() => reject(new Error('it ended at once'))),
    );
  });
}
