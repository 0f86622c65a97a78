import { availableParallelism, freemem } from 'node:os';

/** Memory that a run is expected to need: replay, engine and Node.js itself. */
const BYTES_PER_RUN = 1.5 * 2 ** 30;

/** One run a core, so that none waits for another's threads; fewer where memory is short or runs are few. */
export function defaultJobs(runs: number, cores = availableParallelism(), memory = freemem()): number {
  return Math.max(1, Math.min(runs, cores, Math.floor(memory / BYTES_PER_RUN)));
}
