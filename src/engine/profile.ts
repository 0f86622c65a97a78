import * as tf from './tensorflow.ts';

/** Average cost of one kernel, or of moving tensors in and out of the engine, in one update. */
export interface ProfileRow {
  /** Name of the kernel, or `upload`, `read back`, `release`. */
  operation: string;
  calls: number;
  milliseconds: number;
  /** Fraction of the update's time. */
  share: number;
}

/** Where an update's time goes. */
export interface ProfileTable {
  version: 1;
  /** Updates measured; all else is per update. */
  updates: number;
  milliseconds: number;
  /** Most expensive first; kernels that a kernel calls count for themselves. */
  operations: ProfileRow[];
  /** What no operation accounts for: the gradient tape, bookkeeping of tensors, JavaScript of the algorithm. */
  outside: { milliseconds: number; share: number };
}

/** What the backend does beside its kernels, with the names that the table gives it. */
const TRANSFERS = { write: 'upload', readSync: 'read back', disposeData: 'release' } as const;

type Call = (...args: unknown[]) => unknown;

/**
 * Times the kernels of the running backend while updates run. Kernels are wrapped from construction until `stop`;
 * without a profile nothing is. Engines that compute asynchronously (GPUs) show the time to submit, not to compute.
 *
 * @example
 * const profile = new Profile();
 * await profile.measure(() => learner.update(batch, { log: false }));
 * profile.stop();
 * console.log(profileLines(profile.table()).join('\n'));
 */
export class Profile {
  readonly #costs = new Map<string, { calls: number; milliseconds: number }>();
  readonly #undo: (() => void)[] = [];
  #measuring = false;
  /** Milliseconds of the operations inside the one that runs; at the end of an update, of all. */
  #inner = 0;
  #depth = 0;
  #updates = 0;
  #milliseconds = 0;
  #tensorWork = 0;

  constructor() {
    for (const kernel of tf.getKernelsForBackend(tf.getBackend())) {
      const original = kernel.kernelFunc;
      kernel.kernelFunc = (args) => this.#time(kernel.kernelName, () => original(args));
      this.#undo.push(() => (kernel.kernelFunc = original));
    }
    const backend = tf.backend() as unknown as Record<keyof typeof TRANSFERS, Call>;
    for (const [method, operation] of Object.entries(TRANSFERS) as [keyof typeof TRANSFERS, string][]) {
      const original = backend[method];
      // Kernels allocate and free by the same methods: there they belong to the kernel.
      backend[method] = (...args) => {
        const call = () => original.apply(backend, args);
        return this.#depth > 0 ? call() : this.#time(operation, call);
      };
      this.#undo.push(() => (backend[method] = original));
    }
  }

  /** Runs one update and adds its costs. */
  async measure<T>(update: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    this.#measuring = true;
    this.#inner = 0;
    try {
      return await update();
    } finally {
      this.#measuring = false;
      this.#milliseconds += performance.now() - start;
      this.#tensorWork += this.#inner;
      this.#updates++;
    }
  }

  /** Puts the kernels back as they were. */
  stop(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** The costs so far. */
  table(): ProfileTable {
    const updates = Math.max(1, this.#updates);
    const total = this.#milliseconds || 1;
    const operations = [...this.#costs].map(([operation, { calls, milliseconds }]) => ({
      operation,
      calls: calls / updates,
      milliseconds: milliseconds / updates,
      share: milliseconds / total,
    }));
    const outside = this.#milliseconds - this.#tensorWork;
    return {
      version: 1,
      updates: this.#updates,
      milliseconds: this.#milliseconds / updates,
      operations: operations.sort((a, b) => b.milliseconds - a.milliseconds),
      outside: { milliseconds: outside / updates, share: outside / total },
    };
  }

  #time<T>(operation: string, run: () => T): T {
    if (!this.#measuring) return run();
    const outer = this.#inner;
    this.#inner = 0;
    this.#depth++;
    const start = performance.now();
    try {
      return run();
    } finally {
      const milliseconds = performance.now() - start;
      const cost = this.#costs.get(operation) ?? { calls: 0, milliseconds: 0 };
      cost.calls++;
      cost.milliseconds += milliseconds - this.#inner;
      this.#costs.set(operation, cost);
      this.#inner = outer + milliseconds;
      this.#depth--;
    }
  }
}

/** Share below which an operation goes into the last line of the others. */
const NEGLIGIBLE = 0.002;

/** The table as lines of text. */
export function profileLines({ updates, milliseconds, operations, outside }: ProfileTable): string[] {
  const shown = operations.filter(({ share }) => share >= NEGLIGIBLE);
  const rest = operations.slice(shown.length);
  const sum = (key: 'calls' | 'milliseconds' | 'share') => rest.reduce((total, row) => total + row[key], 0);
  const line = (name: string, calls: string, ms: string, share: string) =>
    `${name.padEnd(28)} ${calls.padStart(12)} ${ms.padStart(10)} ${share.padStart(7)}`;
  const row = (name: string, calls: number | null, ms: number, share: number) =>
    line(name, calls?.toFixed(1) ?? '', ms.toFixed(3), `${(100 * share).toFixed(1)}%`);
  return [
    `An update's time: ${milliseconds.toFixed(2)} ms, mean over ${updates} updates`,
    line('operation', 'calls/update', 'ms/update', 'share'),
    ...shown.map(({ operation, calls, milliseconds: ms, share }) => row(operation, calls, ms, share)),
    ...(rest.length > 0
      ? [row(`${rest.length} others`, sum('calls'), sum('milliseconds'), sum('share'))]
      : []),
    row('outside tensor work', null, outside.milliseconds, outside.share),
  ];
}
