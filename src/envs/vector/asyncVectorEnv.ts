import { availableParallelism } from 'node:os';
import { InputError, RunError, messageOf, type Json } from '../../base/index.ts';
import type { Info } from '../env.ts';
import { make } from '../make.ts';
import type { MakeOptions } from '../registry.ts';
import { ARRAYS, type Box } from '../spaces/index.ts';
import type { Dtype, DtypeArrays, Space } from '../spaces/index.ts';
import { sharedArray, type SharedResults } from './messages.ts';
import type { AutoresetMode, SavedEpisode, VectorResetOptions, VectorStepResult } from './syncVectorEnv.ts';
import { Thread } from './thread.ts';

export interface AsyncVectorOptions {
  numEnvs: number;
  autoreset?: AutoresetMode;
  /** Threads; by default as many as environments, at most as many as processors. */
  workers?: number;
}

/** How long `close` waits for environments to close by themselves, in milliseconds. */
const PATIENCE = 2000;

/** Cuts 0, ..., n - 1 into even runs. */
function shares(n: number, workers: number): { first: number; count: number }[] {
  return Array.from({ length: workers }, (_, w) => {
    const first = Math.floor((w * n) / workers);
    return { first, count: Math.floor(((w + 1) * n) / workers) - first };
  });
}

/**
 * Several environments on worker threads, with the semantics of `SyncVectorEnv` but promises for results.
 * Observations, rewards and ends come back through shared memory. An environment that crashes ends the pool: the
 * error names it and its seed. Workers know the built-in ids and files (`./my-env.ts#MyEnv`), not what the program
 * has registered itself.
 */
export class AsyncVectorEnv<O extends DtypeArrays[Dtype], A> {
  readonly id: string;
  readonly numEnvs: number;
  readonly singleObservationSpace: Box<Dtype>;
  readonly singleActionSpace: Space<A>;
  readonly autoresetMode: AutoresetMode;
  readonly #threads: Thread[];
  readonly #shares: { first: number; count: number }[];
  readonly #shared: SharedResults;
  readonly #seeds: (number | null)[];
  #phase: 'idle' | 'waiting' | 'closed' = 'idle';
  #closing: Promise<void> | null = null;

  /** Use `AsyncVectorEnv.create`, which waits for the workers. */
  private constructor(
    id: string,
    spaces: { observation: Box<Dtype>; action: Space<A> },
    { numEnvs, autoreset = 'next-step', workers }: AsyncVectorOptions,
    options: Record<string, unknown>,
  ) {
    this.id = id;
    this.numEnvs = numEnvs;
    this.autoresetMode = autoreset;
    this.singleObservationSpace = spaces.observation;
    this.singleActionSpace = spaces.action;
    this.#seeds = new Array<number | null>(numEnvs).fill(null);
    this.#shares = shares(numEnvs, Math.min(numEnvs, workers ?? availableParallelism()));
    const { dtype, size } = spaces.observation;
    this.#shared = {
      observations: new SharedArrayBuffer(numEnvs * size * ARRAYS[dtype].BYTES_PER_ELEMENT),
      rewards: new SharedArrayBuffer(8 * numEnvs),
      terminated: new SharedArrayBuffer(numEnvs),
      truncated: new SharedArrayBuffer(numEnvs),
      busy: new SharedArrayBuffer(4 * this.#shares.length),
    };
    this.#threads = this.#shares.map(
      (share, w) => new Thread({ id, options, autoreset, shared: this.#shared, ...share }, w),
    );
  }

  /** @throws InputError for ids, options or numbers that cannot work; RunError where a worker does not start. */
  static async create<O extends DtypeArrays[Dtype] = Uint8Array, A = Float32Array | number>(
    id: string,
    vector: AsyncVectorOptions,
    options: MakeOptions & Record<string, unknown> = {},
  ): Promise<AsyncVectorEnv<O, A>> {
    for (const [name, value] of Object.entries({ numEnvs: vector.numEnvs, workers: vector.workers ?? 1 })) {
      if (!Number.isSafeInteger(value) || value < 1) {
        throw new InputError(`AsyncVectorEnv: ${name} is ${value}; give a positive integer.`);
      }
    }
    // One environment here tells the spaces, and refuses bad options before any thread starts.
    const probe = await make(id, options);
    const observation = probe.observationSpace as unknown as Box<Dtype>;
    const action = probe.actionSpace as unknown as Space<A>;
    probe.close();
    const envs = new AsyncVectorEnv<O, A>(id, { observation, action }, vector, options);
    await envs.#gather(envs.#threads.map((thread) => thread.ready));
    return envs;
  }

  /** As `SyncVectorEnv.reset`. @throws RunError where an environment crashes; the pool is closed then. */
  async reset({ seed, mask }: VectorResetOptions = {}): Promise<{ observations: O; infos: Info[] }> {
    if (typeof seed === 'object') this.#checkLength('seeds', seed);
    if (mask) this.#checkLength('mask entries', mask);
    for (let i = 0; i < this.numEnvs; i++) {
      if (seed !== undefined && (!mask || mask[i]))
        this.#seeds[i] = typeof seed === 'number' ? seed + i : seed[i];
    }
    const infos = await this.#askAll(({ first, count }) => ({
      kind: 'reset' as const,
      options: {
        seed: typeof seed === 'number' ? seed + first : seed?.slice(first, first + count),
        mask: mask?.slice(first, first + count),
      },
    }));
    return { observations: this.#observations(), infos };
  }

  /** As `SyncVectorEnv.step`. @throws RunError where an environment crashes; the pool is closed then. */
  async step(actions: readonly A[]): Promise<VectorStepResult<O>> {
    this.#checkLength('actions', actions);
    const infos = await this.#askAll(({ first, count }) => ({
      kind: 'step' as const,
      actions: actions.slice(first, first + count),
    }));
    const flags = (shared: SharedArrayBuffer) => Array.from(new Uint8Array(shared), (flag) => flag === 1);
    return {
      observations: this.#observations(),
      rewards: Float64Array.from(new Float64Array(this.#shared.rewards)),
      terminated: flags(this.#shared.terminated),
      truncated: flags(this.#shared.truncated),
      infos,
    };
  }

  /** As `SyncVectorEnv.states`. */
  async states(): Promise<Json[]> {
    const infos = await this.#askAll(() => ({ kind: 'states' as const }));
    return infos.map((info) => info.saved as Json);
  }

  /** As `SyncVectorEnv.restore`. */
  async restore(saved: readonly SavedEpisode<A>[]): Promise<{ observations: O; infos: Info[] }> {
    this.#checkLength('saved episodes', saved);
    saved.forEach(({ seed }, i) => (this.#seeds[i] = seed));
    const infos = await this.#askAll(({ first, count }) => ({
      kind: 'restore' as const,
      saved: saved.slice(first, first + count),
    }));
    return { observations: this.#observations(), infos };
  }

  /** Closes the environments and ends the threads; may be called again. */
  close(): Promise<void> {
    this.#phase = 'closed';
    this.#closing ??= Promise.all(this.#threads.map((thread) => thread.close(PATIENCE))).then(
      () => undefined,
    );
    return this.#closing;
  }

  async #askAll(
    request: (share: { first: number; count: number }) => Parameters<Thread['ask']>[0],
  ): Promise<Info[]> {
    if (this.#phase === 'closed') throw new InputError('The vector environment is closed: make it anew.');
    if (this.#phase === 'waiting') {
      throw new InputError('The vector environment still works on the call before: await that first.');
    }
    this.#phase = 'waiting';
    return this.#gather(this.#threads.map((thread, w) => thread.ask(request(this.#shares[w]))));
  }

  /** Waits for all workers, also after one failed, so that none is left in the middle of something. */
  async #gather(answers: Promise<Info[]>[]): Promise<Info[]> {
    const results = await Promise.allSettled(answers);
    if (this.#phase === 'waiting') this.#phase = 'idle';
    const failures = results.flatMap((result, w) =>
      result.status === 'rejected' ? [{ worker: w, error: result.reason as unknown }] : [],
    );
    const crash = failures.find(({ error }) => !(error instanceof InputError));
    if (crash) {
      const closedByUs = this.#closing !== null;
      await this.close();
      if (closedByUs) throw new InputError('The vector environment was closed while it worked.');
      throw new RunError(this.#blame(crash.worker, messageOf(crash.error)));
    }
    if (failures.length > 0) throw failures[0].error;
    return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
  }

  #blame(worker: number, message: string): string {
    const index = new Int32Array(this.#shared.busy)[worker];
    const seed = this.#seeds[index];
    return `Environment ${index} of ${this.id} (${seed === null ? 'unseeded' : `seed ${seed}`}) crashed: ${message}`;
  }

  #observations(): O {
    const { dtype } = this.singleObservationSpace;
    return sharedArray(dtype, this.#shared.observations).slice() as O;
  }

  #checkLength(what: string, list: readonly unknown[]): void {
    if (list.length !== this.numEnvs) {
      throw new InputError(`A vector of ${this.numEnvs} environments got ${list.length} ${what}.`);
    }
  }
}
