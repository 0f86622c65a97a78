import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { RunError } from '../../src/base/index.ts';

/** A process that steps an environment when it is asked; it answers a line with a line. */
export class Stepper {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #complaints = '';

  private constructor(command: string, args: string[], env: NodeJS.ProcessEnv = {}) {
    // Python would leave its compiled files among the sources.
    const all = { ...process.env, PYTHONDONTWRITEBYTECODE: '1', ...env };
    this.#process = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'], env: all });
    this.#process.stderr!.setEncoding('utf8').on('data', (text: string) => (this.#complaints += text));
    this.#process.on('error', (error) => (this.#complaints += error.message));
    this.#process.stdin!.on('error', () => undefined);
    this.#lines = createInterface({ input: this.#process.stdout! })[Symbol.asyncIterator]();
  }

  static ours(id: string, actionRepeat: number, numEnvs: number): Stepper {
    const program = fileURLToPath(new URL('child.ts', import.meta.url));
    // The loader of TypeScript makes closures dearer than they are in the built package; Node.js itself does not.
    const reads = 'typescript' in process.features && process.features.typescript !== false;
    const loader = reads ? ['--disable-warning=ExperimentalWarning'] : ['--import', 'tsx'];
    return new Stepper(process.execPath, [...loader, program, id, String(actionRepeat), String(numEnvs)]);
  }

  static peer(python: string, args: string[], gl: string): Stepper {
    const program = fileURLToPath(new URL('../peers/env_steps.py', import.meta.url));
    return new Stepper(python, [program, ...args], { MUJOCO_GL: gl });
  }

  /** Agent steps a second. @throws RunError with the process's last words where it does not answer */
  async speed(workers: number, seconds: number): Promise<number> {
    this.#process.stdin!.write(`${JSON.stringify({ workers, seconds })}\n`);
    const { value, done } = await this.#lines.next();
    if (done) throw new RunError(this.#complaints.trim().split('\n').at(-1) || 'no reason given');
    const { steps, seconds: took } = JSON.parse(value) as { steps: number; seconds: number };
    return steps / took;
  }

  close(): void {
    this.#process.stdin!.end();
    this.#process.kill();
  }
}
