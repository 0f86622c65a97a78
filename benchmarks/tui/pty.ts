import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { fileURLToPath } from 'node:url';
import { Rows } from './rows.ts';

const BIN = fileURLToPath(new URL('../../bin/curlew.js', import.meta.url));

function procFile(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

export interface PtyOptions {
  columns: number;
  rows: number;
  env?: Record<string, string>;
}

/** A program in a pseudo-terminal of util-linux's `script`, with its output timed and counted. */
export class Pty {
  readonly #child: ChildProcess;
  readonly #started = performance.now();
  /** Chunks as they came, in milliseconds since the start. */
  readonly chunks: { at: number; bytes: number; frames: number }[] = [];
  readonly #decoder = new StringDecoder('utf8');
  readonly #screen = new Rows();
  /** What has come and is not on the screen yet: reading it takes time, and a measurement has none to spare. */
  #unread = '';
  #ended = false;

  constructor(args: string[], { columns, rows, env = {} }: PtyOptions) {
    const quoted = [process.execPath, BIN, ...args].map((word) => `'${word}'`).join(' ');
    const command = `stty rows ${rows} cols ${columns}; exec ${quoted}`;
    const { CI: _, NODE_ENV: __, NO_COLOR: ___, TMUX: ____, ...own } = process.env;
    const set = { TERM: 'xterm-256color', COLORTERM: 'truecolor', SHELL: '/bin/sh', ...env };
    this.#child = spawn('script', ['-qfec', command, '/dev/null'], { env: { ...own, ...set } });
    this.#child.stdout!.on('data', (data: Buffer) => this.#take(data));
    this.#child.on('close', () => (this.#ended = true));
  }

  #take(data: Buffer): void {
    const text = this.#decoder.write(data);
    this.#unread += text;
    const frames = text.split('\x1b[?2026l').length - 1;
    this.chunks.push({ at: this.elapsed, bytes: data.length, frames });
    // The terminal's answer to who it is, so that nobody waits for it.
    if (text.includes('\x1b[c')) this.press('\x1b[?1;2c');
  }

  /** Milliseconds since the program was started. */
  get elapsed(): number {
    return performance.now() - this.#started;
  }

  press(keys: string): void {
    this.#child.stdin!.write(keys);
  }

  #shown(): string {
    this.#screen.write(this.#unread);
    this.#unread = '';
    return this.#screen.text;
  }

  /** Waits until the screen shows a text. @returns milliseconds since the start */
  async until(text: string | RegExp, seconds = 60): Promise<number> {
    const end = performance.now() + 1000 * seconds;
    const there = () => (typeof text === 'string' ? this.#shown().includes(text) : text.test(this.#shown()));
    while (!there()) {
      if (this.#ended || performance.now() > end)
        throw new Error(`The screen never showed ${String(text)}:\n${this.#shown()}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.elapsed;
  }

  /** Bytes and frames a second over a stretch, keys pressed in turn meanwhile, and the longest time without a frame in it. */
  async measure(
    seconds: number,
    every?: { milliseconds: number; keys: readonly string[] },
  ): Promise<PtyRate> {
    const from = this.elapsed;
    const processor = this.processorSeconds();
    let pressed = 0;
    const press = ({ keys }: { keys: readonly string[] }) => this.press(keys[pressed++ % keys.length]);
    const timer = every && setInterval(() => press(every), every.milliseconds);
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    clearInterval(timer);
    const chunks = this.chunks.filter(({ at }) => at >= from);
    const sum = (of: (one: (typeof chunks)[number]) => number) =>
      chunks.reduce((all, one) => all + of(one), 0);
    const times = [from, ...chunks.filter(({ frames }) => frames > 0).map(({ at }) => at), this.elapsed];
    const gaps = times.slice(1).map((at, k) => at - times[k]);
    return {
      bytesPerSecond: Math.round(sum(({ bytes }) => bytes) / seconds),
      framesPerSecond: sum(({ frames }) => frames) / seconds,
      longestGap: Math.round(Math.max(...gaps)),
      processor: (this.processorSeconds() - processor) / seconds,
    };
  }

  /** The program's process; `script` and a shell stand between. */
  #pid(): number {
    let pid = this.#child.pid ?? 0;
    for (;;) {
      const children = procFile(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean);
      if (children.length === 0) return pid;
      pid = Number(children[0]);
    }
  }

  /** Largest and present memory of the program in MB; 0 where the system does not tell. */
  memory(): { peak: number; now: number } {
    const text = procFile(this.#pid(), 'status');
    const megabytes = (name: string) =>
      Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0) / 1024);
    return { peak: megabytes('VmHWM'), now: megabytes('VmRSS') };
  }

  /** Seconds of processor time, all threads, that the program has taken; 0 where the system does not tell. */
  processorSeconds(): number {
    // After the name in parentheses, which may hold anything: fields 14 and 15 are ticks, 100 a second.
    const fields = procFile(this.#pid(), 'stat').split(') ').at(-1)?.split(' ') ?? [];
    return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / 100;
  }

  async close(): Promise<void> {
    this.press('\x03');
    const end = performance.now() + 5000;
    while (!this.#ended && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    if (!this.#ended) this.#child.kill('SIGKILL');
  }
}

export interface PtyRate {
  bytesPerSecond: number;
  framesPerSecond: number;
  /** Milliseconds. */
  longestGap: number;
  /** Processors that the program kept busy. */
  processor: number;
}

/** Whether `script` is there; without it nothing can be measured. */
export function ptyMissing(): string | undefined {
  const found = (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      return readdirSync(folder).includes('script');
    } catch {
      return false;
    }
  });
  return found ? undefined : "util-linux's script is not installed";
}
