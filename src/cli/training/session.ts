import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../base/index.ts';
import { launchTraining, type TrainingProcess } from '../../train/index.ts';
import { Store } from '../../tui/index.ts';

const SAVING = 'saving; Ctrl-C again ends at once and loses the steps since the last checkpoint';

/** How long a warning stays on the screen; the log keeps it. */
const WARNING_MS = 60_000;

/** A training process with its log, and with the rule for interruptions: first save and stop, then end at once. */
export class TrainingSession {
  /** A message for the user; empty when there is none. */
  readonly notice = new Store('');
  /** Exit status of the process. */
  readonly done: Promise<number>;
  /** What the process printed last. */
  lastLine = '';
  readonly log: string;
  #interruptions = 0;
  readonly #training: TrainingProcess;

  constructor(folder: string, onLine: (line: string) => void = () => {}) {
    this.log = join(folder, 'train.log');
    this.#training = launchTraining(folder, {
      onLine: (line) => {
        this.lastLine = line;
        this.#write(line);
        if (line.startsWith('warning: ')) this.#warn(line);
        onLine(line);
      },
    });
    this.#write(`${new Date().toISOString()} process ${this.#training.pid} started`);
    this.done = this.#training.done.then((code) => {
      this.#write(`${new Date().toISOString()} process ${this.#training.pid} ended with status ${code}`);
      return this.killed ? EXIT.interrupted : code;
    });
  }

  get interrupted(): boolean {
    return this.#interruptions > 0;
  }

  /** Ended at once, by a second interruption. */
  get killed(): boolean {
    return this.#interruptions > 1;
  }

  interrupt(): void {
    this.#interruptions += 1;
    if (this.#interruptions === 1) {
      this.notice.set(SAVING);
      this.#training.stop();
    } else this.#training.kill();
  }

  /** Shows a warning for a while; what the user is told of an interruption goes before it. */
  #warn(line: string): void {
    if (this.interrupted) return;
    this.notice.set(line);
    const clear = () => {
      if (this.notice.get() === line) this.notice.set('');
    };
    setTimeout(clear, WARNING_MS).unref();
  }

  #write(line: string): void {
    try {
      appendFileSync(this.log, `${line}\n`);
    } catch {
      // A full disk: the run itself reports that.
    }
  }
}
