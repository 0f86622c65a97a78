import { MessageChannel, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

/** Words of the task pool (`Pool` in `kernels/src/parallel.h`) that the watch reads and writes. */
export const POOL_WORDS = { remaining: 0, unfinished: 1, stop: 4, lost: 6 } as const;

/** Looks at the pool after a death, 50 ms apart, without a change before its task counts as lost. */
const LOOKS = 20;

/**
 * Notices the death of kernel threads while the main thread waits inside a kernel, where it hears nothing: the other
 * end of each thread's port closes. A task that dies with its thread would never finish, so the wait is ended and the
 * pool marked as lost. Looks are counted, not seconds: a process that was suspended has lost nothing.
 */
const WATCH = `
const { workerData } = require('node:worker_threads');
const { memory, pool, ports, words, looks } = workerData;
const view = new Int32Array(memory.buffer, pool, 8);
const read = (word) => Atomics.load(view, word);
function look(left, before) {
  const unfinished = read(words.unfinished);
  if (unfinished === 0 || read(words.stop) !== 0) return;
  const still = read(words.remaining) === 0 && unfinished === before;
  if (!still || left > 0) return setTimeout(look, 50, still ? left - 1 : looks, unfinished);
  Atomics.store(view, words.lost, 1);
  Atomics.store(view, words.unfinished, 0);
  Atomics.notify(view, words.unfinished);
}
for (const port of ports) {
  port.on('message', () => {}); // a port without a listener is not served
  port.once('close', () => look(looks, -1));
}
`;

/** Starts the watch over the pool; give each of its ports to a kernel thread. It does not keep the process alive. */
export function watchThreads(
  memory: WebAssembly.Memory,
  pool: number,
  threads: number,
): { ports: MessagePort[]; end(): Promise<unknown> } {
  const channels = Array.from({ length: threads }, () => new MessageChannel());
  const ports = channels.map(({ port1 }) => port1);
  const worker = new Worker(WATCH, {
    eval: true,
    execArgv: [],
    stdin: false,
    workerData: { memory, pool, ports, words: POOL_WORDS, looks: LOOKS },
    transferList: ports,
  });
  // Without the watch the kernels work as well: the wait has a limit of its own.
  worker.on('error', () => {});
  worker.unref();
  return { ports: channels.map(({ port2 }) => port2), end: () => worker.terminate() };
}
