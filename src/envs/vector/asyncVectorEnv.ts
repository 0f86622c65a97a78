import { availableParallelism } from 'node:os';
import { InputError, RunError, type Json } from '../../base/index.ts';
import type { Info } from '../env.ts';
import { make } from '../make.ts';
import type { MakeOptions } from '../registry.ts';
import { ARRAYS, type Box } from '../spaces/index.ts';
import type { Dtype, DtypeArrays, Space } from '../spaces/index.ts';
import { ActionMemory } from './actionMemory.ts';
import { sharedArray, unfilled } from './arrays.ts';
import { Board, NAP, START } from './board.ts';
import { infoMemory, InfoReader } from './infoMemory.ts';
import type { Request, SharedVector } from './messages.ts';
import type { AutoresetMode, SavedEpisode, VectorResetOptions, VectorStepResult } from './syncVectorEnv.ts';
import { Thread } from './thread.ts';

export interface AsyncVectorOptions {
  numEnvs: number;
  autoreset?: AutoresetMode;
  /** Threads; by default as many as environments, at most as many as processors. */
  workers?: number;
  /**
   * Whether observations are copies of one's own (default). `false` hands out views of the memory that the workers
   * write to, in turn of two: what a call returned holds until the call after the next one.
   */
  copy?: boolean;
}

type Share = { first: number; count: number };

/** How long `close` waits for environments to close by themselves, in milliseconds. */
const PATIENCE = 2000;

/** Cuts 0, ..., n - 1 into even runs. */
function shares(n: number, workers: number): Share[] {
  return Array.from({ length: workers }, (_, w) => {
    const first = Math.floor((w * n) / workers);
    return { first, count: Math.floor(((w + 1) * n) / workers) - first };
  });
}

/**
 * Several environments on worker threads, with the semantics of `SyncVectorEnv` but promises for results.
 *
 * On an ordinary step nothing is sent: actions, observations, rewards, ends and those infos that consist of numbers lie
 * in shared memory, and two words there wake the workers and this thread. Resets, saved states and infos of other kinds
 * (such as `final_obs`) go in messages. An environment that crashes ends the pool: the error names it and its seed.
 * Workers know the built-in ids and files (`./my-env.ts#MyEnv`), not what the program has registered itself.
 */
export class AsyncVectorEnv<O extends DtypeArrays[Dtype], A> {
  readonly id: string;
  readonly numEnvs: number;
  readonly singleObservationSpace: Box<Dtype>;
  readonly singleActionSpace: Space<A>;
  readonly autoresetMode: AutoresetMode;
  readonly copy: boolean;
  readonly #threads: Thread[];
  readonly #shares: Share[];
  readonly #board: Board;
  readonly #actions: ActionMemory;
  readonly #halves: O[];
  readonly #rewards: Float64Array;
  readonly #terminated: Uint8Array;
  readonly #truncated: Uint8Array;
  readonly #readers: InfoReader[];
  readonly #seeds: (number | null)[];
  #half = 0;
  /** The call of a step whose results nobody has asked for yet. */
  #stepping: number | null = null;
  #phase: 'idle' | 'waiting' | 'closed' = 'idle';
  #closing: Promise<void> | null = null;

  /** Use `AsyncVectorEnv.create`, which waits for the workers. */
  private constructor(
    id: string,
    spaces: { observation: Box<Dtype>; action: Space<A>; stateSize?: number },
    { numEnvs, autoreset = 'next-step', workers: most, copy = true }: AsyncVectorOptions,
    options: Record<string, unknown>,
  ) {
    this.id = id;
    this.numEnvs = numEnvs;
    this.autoresetMode = autoreset;
    this.copy = copy;
    this.singleObservationSpace = spaces.observation;
    this.singleActionSpace = spaces.action;
    this.#seeds = new Array<number | null>(numEnvs).fill(null);
    const workers = Math.min(numEnvs, most ?? availableParallelism());
    this.#shares = shares(numEnvs, workers);
    const { dtype, size } = spaces.observation;
    const bytes = numEnvs * size * ARRAYS[dtype].BYTES_PER_ELEMENT;
    this.#actions = new ActionMemory(spaces.action, numEnvs);
    const shared: SharedVector = {
      board: Board.memory(workers),
      actions: this.#actions.memory,
      observations: Array.from({ length: copy ? 1 : 2 }, () => new SharedArrayBuffer(bytes)),
      rewards: new SharedArrayBuffer(8 * numEnvs),
      terminated: new SharedArrayBuffer(numEnvs),
      truncated: new SharedArrayBuffer(numEnvs),
      infos: infoMemory(numEnvs, spaces.stateSize),
    };
    this.#board = new Board(shared.board, workers);
    this.#halves = shared.observations.map((memory) => sharedArray(dtype, memory) as O);
    this.#rewards = new Float64Array(shared.rewards);
    this.#terminated = new Uint8Array(shared.terminated);
    this.#truncated = new Uint8Array(shared.truncated);
    this.#readers = this.#shares.map(() => new InfoReader(shared.infos));
    this.#threads = this.#shares.map((share, worker) => {
      const setup = { id, options, autoreset, numEnvs, worker, workers, shared, ...share };
      // Nobody waits for a thread that is gone.
      return new Thread(setup, () => this.#board.answer(worker, this.#board.latest));
    });
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
    const { stateSize } = probe.metadata;
    probe.close();
    const envs = new AsyncVectorEnv<O, A>(id, { observation, action, stateSize }, vector, options);
    envs.#phase = 'waiting';
    envs.#threads.forEach((thread) => thread.keepAlive(true));
    await envs.#gather(START);
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
    const infos = await this.#ask(({ first, count }) => ({
      kind: 'reset' as const,
      options: {
        seed: typeof seed === 'number' ? seed + first : seed?.slice(first, first + count),
        mask: mask?.slice(first, first + count),
      },
    }));
    return { observations: this.#observations(), infos };
  }

  /**
   * As `SyncVectorEnv.step`. This thread sleeps for the first milliseconds; `stepAsync` and `stepWait` leave it free for
   * something else meanwhile.
   * @throws RunError where an environment crashes; the pool is closed then
   */
  async step(actions: readonly A[]): Promise<VectorStepResult<O>> {
    this.stepAsync(actions);
    return this.#results(NAP);
  }

  /** Begins a step; `stepWait` gives its results. @throws InputError while another call is not finished */
  stepAsync(actions: readonly A[]): void {
    this.#checkLength('actions', actions);
    this.#checkIdle();
    if (this.#actions.write(actions)) this.#stepping = this.#call('step');
    // Workers refuse what is no action, and take what has no place in shared memory.
    else {
      this.#post(({ first, count }) => ({ kind: 'step', actions: actions.slice(first, first + count) }));
      this.#stepping = this.#call('message');
    }
  }

  /** The results of the step that `stepAsync` began. @throws as `step`; InputError where none was begun */
  async stepWait(): Promise<VectorStepResult<O>> {
    return this.#results(0);
  }

  async #results(nap: number): Promise<VectorStepResult<O>> {
    const call = this.#stepping;
    if (call === null) throw new InputError('stepWait: no step was begun; call stepAsync first.');
    this.#stepping = null;
    const infos = await this.#gather(call, nap);
    return {
      observations: this.#observations(),
      rewards: this.#rewards.slice(),
      terminated: Array.from(this.#terminated, Boolean),
      truncated: Array.from(this.#truncated, Boolean),
      infos,
    };
  }

  /** As `SyncVectorEnv.states`. */
  async states(): Promise<Json[]> {
    const infos = await this.#ask(() => ({ kind: 'states' as const }));
    return infos.map((info) => info.saved as Json);
  }

  /** As `SyncVectorEnv.restore`. */
  async restore(saved: readonly SavedEpisode<A>[]): Promise<{ observations: O; infos: Info[] }> {
    this.#checkLength('saved episodes', saved);
    saved.forEach(({ seed }, i) => (this.#seeds[i] = seed));
    const infos = await this.#ask(({ first, count }) => ({
      kind: 'restore' as const,
      saved: saved.slice(first, first + count),
    }));
    return { observations: this.#observations(), infos };
  }

  /** Closes the environments and ends the threads; may be called again. */
  close(): Promise<void> {
    this.#phase = 'closed';
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#threads.forEach((thread) => thread.post({ kind: 'close' }));
    this.#board.call('message', this.#half);
    await Promise.all(this.#threads.map((thread) => thread.ended(PATIENCE)));
  }

  #checkIdle(): void {
    if (this.#phase === 'closed') throw new InputError('The vector environment is closed: make it anew.');
    if (this.#phase === 'waiting') {
      throw new InputError('The vector environment still works on the call before: await that first.');
    }
  }

  /** Sends each worker a request and waits for the answers. */
  async #ask(request: (share: Share) => Request): Promise<Info[]> {
    this.#checkIdle();
    this.#post(request);
    return this.#gather(this.#call('message'));
  }

  #post(request: (share: Share) => Request): void {
    this.#threads.forEach((thread, w) => thread.post(request(this.#shares[w])));
  }

  /** The number of the call that goes to all workers. */
  #call(kind: 'step' | 'message'): number {
    this.#phase = 'waiting';
    this.#half = (this.#half + 1) % this.#halves.length;
    this.#threads.forEach((thread) => thread.keepAlive(true));
    return this.#board.call(kind, this.#half);
  }

  /** Waits for all workers, also after one failed, so that none is left in the middle of something. */
  async #gather(call: number, nap = 0): Promise<Info[]> {
    // A thread that has ended before this call will not answer it.
    this.#threads.forEach(({ failure }, w) => failure !== null && this.#board.answer(w, call));
    await this.#board.answered(call, nap);
    if (this.#phase === 'waiting') this.#phase = 'idle';
    this.#threads.forEach((thread) => thread.keepAlive(false));
    const infos: Info[] = [];
    let refusal: string | null = null;
    for (const [w, thread] of this.#threads.entries()) {
      if (thread.failure !== null) await this.#crash(w, thread.failure);
      else if (!this.#board.byMessage(w)) {
        const { first, count } = this.#shares[w];
        infos.push(...this.#readers[w].read(first, count));
      } else {
        const reply = thread.take();
        if (reply.kind === 'crashed') await this.#crash(w, reply.message);
        else if (reply.kind === 'refused') refusal ??= reply.message;
        else {
          this.#readers[w].learn(reply.layouts ?? []);
          infos.push(...reply.infos);
        }
      }
    }
    if (refusal !== null) throw new InputError(refusal);
    return infos;
  }

  /** Ends the pool. @throws RunError that names the environment and its seed */
  async #crash(worker: number, message: string): Promise<never> {
    const closedByUs = this.#closing !== null;
    await this.close();
    if (closedByUs) throw new InputError('The vector environment was closed while it worked.');
    const index = this.#board.running(worker);
    const seed = this.#seeds[index];
    const named = `${index} of ${this.id} (${seed === null ? 'unseeded' : `seed ${seed}`})`;
    throw new RunError(`Environment ${named} crashed: ${message}`);
  }

  #observations(): O {
    const half = this.#halves[this.#half];
    if (!this.copy) return half;
    const own = unfilled(this.singleObservationSpace.dtype, half.length) as O;
    own.set(half);
    return own;
  }

  #checkLength(what: string, list: readonly unknown[]): void {
    if (list.length !== this.numEnvs) {
      throw new InputError(`A vector of ${this.numEnvs} environments got ${list.length} ${what}.`);
    }
  }
}
