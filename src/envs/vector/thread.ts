import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import type { Reply, Request, WorkerSetup } from './messages.ts';

/** Sources need a TypeScript loader where Node.js does not read them by itself; built files need none. */
function start(setup: WorkerSetup): Worker {
  const options = { workerData: setup, transferList: [setup.port] };
  if (!import.meta.url.endsWith('.ts')) return new Worker(new URL('./worker.js', import.meta.url), options);
  const reads = 'typescript' in process.features && process.features.typescript !== false;
  const loader = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href;
  const execArgv = reads ? ['--disable-warning=ExperimentalWarning'] : ['--import', loader()];
  return new Worker(new URL('./worker.ts', import.meta.url), { ...options, execArgv });
}

/** One worker thread, seen from the parent. What goes to it in a message it finds when the board calls. */
export class Thread {
  /** Why the thread can no longer be used. */
  failure: string | null = null;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #exited: Promise<void>;

  /** @param failed told when the thread can no longer be used */
  constructor(setup: Omit<WorkerSetup, 'port'>, failed: () => void) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#worker = start({ ...setup, port: port2 });
    const fail = (message: string) => {
      this.failure ??= message;
      failed();
    };
    this.#worker.on('error', (error: Error) => fail(error.message.split('\n')[0]));
    this.#exited = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        fail(`its thread ended with status ${code}`);
        resolve();
      });
    });
  }

  /** Puts a request where the thread finds it at the next call. */
  post(request: Request): void {
    this.#port.postMessage(request);
  }

  /** The answer that the thread has sent before it answered on the board. */
  take(): Reply {
    return (receiveMessageOnPort(this.#port) as { message: Reply }).message;
  }

  /** Only threads that owe an answer keep the process alive. */
  keepAlive(keep: boolean): void {
    if (keep) this.#worker.ref();
    else this.#worker.unref();
  }

  /** Waits for the thread to end; ends it after `patience` milliseconds. */
  async ended(patience: number): Promise<void> {
    this.#worker.ref();
    const timer = setTimeout(() => void this.#worker.terminate(), this.failure === null ? patience : 0);
    await this.#exited;
    clearTimeout(timer);
    this.#port.close();
  }
}
