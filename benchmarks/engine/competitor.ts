import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { RunError } from '../../src/base/index.ts';
import type { ProfileTable } from '../../src/engine/index.ts';
import type { Request, Work } from './sizes.ts';

export interface Answer {
  /** Mean milliseconds of one run. */
  ms: number;
  profile?: ProfileTable;
}

/** A process that stays alive and works only when it is asked. */
export class Competitor {
  readonly name: string;
  readonly threads: number;
  /** What it can be asked for. */
  readonly works: readonly Work[];
  /** What it said of itself. */
  about: Record<string, unknown> = {};
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(
    name: string,
    threads: number,
    works: readonly Work[],
    command: string,
    args: string[],
  ) {
    this.name = name;
    this.threads = threads;
    this.works = works;
    // Python would leave its compiled files among the sources.
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env });
    let complaints = '';
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    this.#process.on('error', (error) => (complaints += error.message));
    this.#complaints = () => complaints.trim().split('\n').at(-1) || 'no reason given';
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  readonly #complaints: () => string;

  /**
   * One of our engines.
   * @param batch images of a batch; 128 when left out
   * @throws RunError with its reason when it does not start
   */
  static engine(name: string, threads: number, batch?: number): Promise<Competitor> {
    const program = fileURLToPath(new URL('child.ts', import.meta.url));
    const args = ['--import', 'tsx', program, name, String(threads), ...(batch ? [String(batch)] : [])];
    return new Competitor(
      name,
      threads,
      ['step', 'update', 'joint', 'ppo'],
      process.execPath,
      args,
    ).#started();
  }

  /** A peer in Python. @throws RunError with its reason when it does not start */
  static peer(python: string, script: string, work: Work, threads: number): Promise<Competitor> {
    const program = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
    return new Competitor('torch', threads, [work], python, [program, String(threads)]).#started();
  }

  async ask(request: Request): Promise<Answer> {
    this.#process.stdin!.write(`${JSON.stringify(request)}\n`);
    return (await this.#next()) as unknown as Answer;
  }

  close(): void {
    this.#process.stdin!.end();
    this.#process.kill();
  }

  async #started(): Promise<this> {
    const { about } = await this.#next();
    this.about = about as Record<string, unknown>;
    return this;
  }

  async #next(): Promise<Record<string, unknown>> {
    const { value, done } = await this.#lines.next();
    const said = done ? {} : (JSON.parse(value) as Record<string, unknown>);
    if (done || said.error !== undefined) {
      this.close();
      throw new RunError(`${this.name}: ${(said.error as string | undefined) ?? this.#complaints()}`);
    }
    return said;
  }
}
