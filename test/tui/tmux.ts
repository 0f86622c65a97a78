import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Why the tests that need tmux cannot run; undefined when they can. */
export function tmuxMissing(): string | undefined {
  try {
    execFileSync('tmux', ['-V'], { stdio: 'ignore' });
    return undefined;
  } catch {
    return 'tmux is not installed';
  }
}

/** A terminal of its own server, with a shell in it that finds this Node. */
export class Terminal {
  static #count = 0;
  readonly #socket = `curlew-test-${process.pid}-${Terminal.#count++}`;

  constructor(width: number, height: number, env: Record<string, string> = {}) {
    const settings = Object.entries({
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
      CI: '',
      NODE_ENV: '',
      PS1: '$ ',
      ...env,
    });
    const variables = settings.flatMap(([name, value]) => ['-e', `${name}=${value}`]);
    this.#tmux(
      '-f',
      '/dev/null',
      'new-session',
      '-d',
      '-s',
      'main',
      '-x',
      `${width}`,
      '-y',
      `${height}`,
      ...variables,
      'env -u NODE_ENV sh',
    );
    this.#tmux('set-option', '-g', 'default-terminal', 'tmux-256color');
  }

  #tmux(...args: string[]): string {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8' });
  }

  /** What the screen shows; `colors` keeps the sequences. */
  screen(colors = false): string {
    return this.#tmux('capture-pane', '-p', ...(colors ? ['-e'] : []), '-t', 'main');
  }

  /** Keys by tmux's names, such as `Enter`, `C-c`. */
  press(...keys: string[]): void {
    this.#tmux('send-keys', '-t', 'main', ...keys);
  }

  /** Types a command line and runs it. */
  run(command: string): void {
    this.#tmux('send-keys', '-t', 'main', '-l', command);
    this.press('Enter');
  }

  /** Runs Curlew from the repository. */
  curlew(args: string): void {
    this.run(`node ${join(ROOT, 'bin/curlew.js')} ${args}; echo "exit $?"`);
  }

  resize(width: number, height: number): void {
    this.#tmux('resize-window', '-t', 'main', '-x', `${width}`, '-y', `${height}`);
  }

  /** Whether a program holds the alternate screen. */
  alternate(): boolean {
    return this.#tmux('display-message', '-p', '-t', 'main', '#{alternate_on}').trim() === '1';
  }

  cursorVisible(): boolean {
    return this.#tmux('display-message', '-p', '-t', 'main', '#{cursor_flag}').trim() === '1';
  }

  /** Waits until the screen satisfies a condition. @throws with the screen when it never does */
  async until(condition: (screen: string) => boolean, what: string, seconds = 60): Promise<string> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const screen = this.screen();
      if (condition(screen)) return screen;
      if (Date.now() > end) throw new Error(`The screen never showed ${what}:\n${screen}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close(): void {
    try {
      this.#tmux('kill-server');
    } catch {
      // It is gone already.
    }
  }
}
