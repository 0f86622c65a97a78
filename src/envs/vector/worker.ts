import { parentPort, workerData } from 'node:worker_threads';
import { InputError, messageOf } from '../../base/index.ts';
import '../builtin.ts';
import type { Env, ResetOptions } from '../env.ts';
import { make } from '../make.ts';
import { Wrapper } from '../wrappers/index.ts';
import { sharedArray, type Reply, type Request, type WorkerSetup } from './messages.ts';
import { SyncVectorEnv } from './syncVectorEnv.ts';

type PixelEnv = Env<Uint8Array, unknown>;

const { id, options, autoreset, first, count, shared } = (workerData as { setup: WorkerSetup }).setup;
const { worker } = workerData as { worker: number };
const busy = new Int32Array(shared.busy);

/** Notes which environment runs, so that the parent knows whose fault a crash is, however hard. */
class Watched extends Wrapper<Uint8Array, unknown> {
  readonly #index: number;

  constructor(env: PixelEnv, index: number) {
    super(env);
    this.#index = index;
  }

  reset(given?: ResetOptions) {
    busy[worker] = this.#index;
    return this.env.reset(given);
  }

  step(action: unknown) {
    busy[worker] = this.#index;
    return this.env.step(action);
  }
}

const envs = await Promise.all(
  Array.from(
    { length: count },
    async (_, i) => new Watched((await make(id, options)) as PixelEnv, first + i),
  ),
);
const vector = new SyncVectorEnv<Uint8Array, unknown>(envs, { autoreset });
const { size, dtype } = vector.singleObservationSpace;
const observations = sharedArray(dtype, shared.observations).subarray(first * size, (first + count) * size);
const rewards = new Float64Array(shared.rewards).subarray(first, first + count);
const terminated = new Uint8Array(shared.terminated).subarray(first, first + count);
const truncated = new Uint8Array(shared.truncated).subarray(first, first + count);

function serve(request: Exclude<Request, { kind: 'close' }>): Reply {
  if (request.kind === 'reset') {
    const result = vector.reset(request.options);
    observations.set(result.observations);
    return { kind: 'done', infos: result.infos };
  }
  // An answer has one entry for each environment: here a state in the place of an info.
  if (request.kind === 'states')
    return { kind: 'done', infos: vector.states().map((state) => ({ saved: state })) };
  if (request.kind === 'restore') {
    const result = vector.restore(request.saved);
    observations.set(result.observations);
    return { kind: 'done', infos: result.infos };
  }
  const result = vector.step(request.actions);
  observations.set(result.observations);
  rewards.set(result.rewards);
  terminated.set(result.terminated.map(Number));
  truncated.set(result.truncated.map(Number));
  return { kind: 'done', infos: result.infos };
}

const port = parentPort!;
port.on('message', (request: Request) => {
  if (request.kind === 'close') {
    vector.close();
    port.close();
    return;
  }
  let reply: Reply;
  try {
    reply = serve(request);
  } catch (error) {
    reply = { kind: error instanceof InputError ? 'refused' : 'crashed', message: messageOf(error) };
  }
  port.postMessage(reply);
});
port.postMessage({ kind: 'done', infos: [] } satisfies Reply);
