import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { InputError, RunError } from '../../base/index.ts';
import type { Info } from '../env.ts';
import type { Reply, Request, WorkerSetup } from './messages.ts';

/** From the sources a worker needs the TypeScript loader that its parent has; built files need none. */
function start(workerData: object): Worker {
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./worker.js', import.meta.url), { workerData });
  }
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href;
  return new Worker(new URL('./worker.ts', import.meta.url), { workerData, execArgv: ['--import', loader] });
}

/** One worker thread, seen from the parent: one request at a time, each with one answer. */
export class Thread {
  readonly #worker: Worker;
  readonly #exited: Promise<void>;
  #waiting: { resolve(infos: Info[]): void; reject(error: Error): void } | null = null;
  /** Why the thread can no longer be used. */
  #failure: string | null = null;
  /** Resolves when its environments are made. */
  readonly ready: Promise<Info[]>;

  constructor(setup: WorkerSetup, worker: number) {
    this.#worker = start({ setup, worker });
    this.ready = this.#answer();
    this.#worker.on('message', (reply: Reply) => this.#take(reply));
    this.#worker.on('error', (error: Error) => this.#fail(error.message.split('\n')[0]));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#fail(`its thread ended with status ${code}`);
        resolve();
      });
    });
  }

  /**
   * Sends a request.
   * @throws InputError where the environments refuse it, RunError where one of them crashes.
   */
  ask(request: Exclude<Request, { kind: 'close' }>): Promise<Info[]> {
    if (this.#failure !== null) return Promise.reject(new RunError(this.#failure));
    const answer = this.#answer();
    this.#worker.postMessage(request);
    return answer;
  }

  /** Lets the environments close, and waits; ends the thread where that takes longer than `patience` ms. */
  async close(patience: number): Promise<void> {
    this.#worker.ref();
    if (this.#failure === null) this.#worker.postMessage({ kind: 'close' } satisfies Request);
    const timer = setTimeout(() => void this.#worker.terminate(), this.#failure === null ? patience : 0);
    await this.#exited;
    clearTimeout(timer);
  }

  #answer(): Promise<Info[]> {
    // Only a thread that owes an answer keeps the process alive.
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  #take(reply: Reply): void {
    if (reply.kind === 'crashed') {
      this.#fail(reply.message);
      return;
    }
    const waiting = this.#settle();
    if (reply.kind === 'done') waiting?.resolve(reply.infos);
    else waiting?.reject(new InputError(reply.message));
  }

  #fail(message: string): void {
    this.#failure ??= message;
    this.#settle()?.reject(new RunError(this.#failure));
  }

  #settle() {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#worker.unref();
    return waiting;
  }
}
