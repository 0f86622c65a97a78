import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { InputError, messageOf } from '../../base/index.ts';
import '../builtin.ts';
import type { Env, Info, ResetOptions } from '../env.ts';
import { make } from '../make.ts';
import { FrameStack, PixelObservation, Wrapper } from '../wrappers/index.ts';
import { ActionMemory } from './actionMemory.ts';
import { sharedArray } from './arrays.ts';
import { Board, START } from './board.ts';
import { InfoWriter } from './infoMemory.ts';
import type { Reply, Request, WorkerSetup } from './messages.ts';
import { SyncVectorEnv } from './syncVectorEnv.ts';

type PixelEnv = Env<Uint8Array, unknown>;

const setup = workerData as WorkerSetup;
const { id, options, autoreset, numEnvs, worker, workers, first, count, shared, port } = setup;
const board = new Board(shared.board, workers);

/** Notes which environment runs. */
class Watched extends Wrapper<Uint8Array, unknown> {
  readonly #index: number;

  constructor(env: PixelEnv, index: number) {
    super(env);
    this.#index = index;
  }

  reset(given?: ResetOptions) {
    board.runs(worker, this.#index);
    return this.env.reset(given);
  }

  step(action: unknown) {
    board.runs(worker, this.#index);
    return this.env.step(action);
  }
}

/** Observations go to shared memory at once: no step needs an array of its own. */
function withoutCopies(env: PixelEnv): PixelEnv {
  for (let part: unknown = env; part instanceof Wrapper; part = part.env) {
    if (part instanceof PixelObservation || part instanceof FrameStack) part.reuse();
  }
  return env;
}

// Nothing else keeps a thread that waits for calls.
const alive = setInterval(() => undefined, 2 ** 30);
const envs = await Promise.all(
  Array.from(
    { length: count },
    async (_, i) => new Watched(withoutCopies((await make(id, options)) as PixelEnv), first + i),
  ),
);
const vector = new SyncVectorEnv<Uint8Array, unknown>(envs, { autoreset });
const { size, dtype } = vector.singleObservationSpace;
const halves = shared.observations.map((memory) =>
  sharedArray(dtype, memory).subarray(first * size, (first + count) * size),
);
const rewards = new Float64Array(shared.rewards);
const terminated = new Uint8Array(shared.terminated);
const truncated = new Uint8Array(shared.truncated);
const given = new ActionMemory(vector.singleActionSpace, numEnvs, shared.actions);
const infoWriter = new InfoWriter(shared.infos);

/** Steps all environments; null where everything that is to be told lies in shared memory. */
function step(actionOf: (i: number) => unknown, half: number): Reply | null {
  const observations = halves[half];
  const infos: Info[] = [];
  let written = true;
  for (let i = 0; i < count; i++) {
    const result = vector.stepOne(i, actionOf(i));
    observations.set(result.observation, i * size);
    rewards[first + i] = result.reward;
    terminated[first + i] = result.terminated ? 1 : 0;
    truncated[first + i] = result.truncated ? 1 : 0;
    infos.push(result.info);
    written = infoWriter.write(first + i, result.info) && written;
  }
  return written ? null : { kind: 'done', infos, layouts: infoWriter.untold() };
}

function serve(request: Exclude<Request, { kind: 'close' }>, half: number): Reply | null {
  if (request.kind === 'step') return step((i) => request.actions[i], half);
  // An answer has one entry for each environment: here a state in the place of an info.
  if (request.kind === 'states')
    return { kind: 'done', infos: vector.states().map((state) => ({ saved: state })) };
  const result = request.kind === 'reset' ? vector.reset(request.options) : vector.restore(request.saved);
  halves[half].set(result.observations);
  return { kind: 'done', infos: result.infos };
}

/** What `work` answers, or why it cannot. */
function outcome(work: () => Reply | null): Reply | null {
  try {
    return work();
  } catch (error) {
    return { kind: error instanceof InputError ? 'refused' : 'crashed', message: messageOf(error) };
  }
}

function* requests(): Generator<Request> {
  for (;;) {
    const received = receiveMessageOnPort(port) as { message: Request } | undefined;
    if (!received) return;
    yield received.message;
  }
}

let open = true;
port.postMessage({ kind: 'done', infos: [] } satisfies Reply);
board.answer(worker, START, true);
for (let last = START; open;) {
  const { number, byMessage, half } = await board.next(last);
  let reply: Reply | null = null;
  if (!byMessage) reply = outcome(() => step((i) => given.read(first + i), half));
  // More than one where the parent closes without waiting for an answer.
  else
    for (const request of requests()) {
      if (request.kind === 'close') open = false;
      else reply = outcome(() => serve(request, half));
    }
  if (reply) port.postMessage(reply);
  if (open) board.answer(worker, (last = number), reply !== null);
}
vector.close();
clearInterval(alive);
port.close();
