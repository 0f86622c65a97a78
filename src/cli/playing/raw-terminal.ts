import { writeSync } from 'node:fs';
import type { ReadStream, WriteStream } from 'node:tty';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J';
const LEAVE = '\x1b[0m\x1b[?25h\x1b[?1049l';

/** Names of the keys in what a terminal sends at once; several arrive together when the program was busy. */
export function keysIn(text: string): string[] {
  const arrows: Record<string, string> = { A: 'up', B: 'down', C: 'right', D: 'left' };
  const keys: string[] = [];
  // An arrow, any other sequence, or one character.
  // eslint-disable-next-line no-control-regex
  for (const [whole, arrow] of text.matchAll(/\x1b[[O]([ABCD])|\x1b[[O][0-9;]*[ -~]|[^]/g)) {
    if (arrow) keys.push(arrows[arrow]);
    else if (whole === '\x03') keys.push('interrupt');
    else if (whole === ' ') keys.push('space');
    else if (whole.length === 1 && whole > ' ') keys.push(whole.toLowerCase());
  }
  return keys;
}

/**
 * The whole terminal, drawn line by line: only lines that changed are written. It is given back as it was on `close`
 * and on every other way out of the process.
 */
export class RawTerminal {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #onKeys: (chunk: Buffer) => void;
  readonly #restore = () => this.#leave();
  #shown: string[] = [];
  #open = true;

  constructor(input: ReadStream, output: WriteStream, onKey: (key: string) => void) {
    this.#input = input;
    this.#output = output;
    this.#onKeys = (chunk) => keysIn(chunk.toString('utf8')).forEach(onKey);
    process.on('exit', this.#restore);
    input.setRawMode(true);
    input.on('data', this.#onKeys);
    input.resume();
    output.on('resize', this.#forget);
    output.write(ENTER);
  }

  get columns(): number {
    return this.#output.columns || 80;
  }

  get rows(): number {
    return this.#output.rows || 24;
  }

  /** Shows these lines; nothing while the terminal is still busy with the last ones. */
  show(lines: readonly string[]): void {
    if (!this.#open || this.#output.writableNeedDrain) return;
    let text = '';
    for (let i = 0; i < Math.max(lines.length, this.#shown.length); i++) {
      const line = lines[i] ?? '';
      if (line !== this.#shown[i]) text += `\x1b[${i + 1};1H${line}\x1b[0m\x1b[K`;
    }
    this.#shown = [...lines];
    // The two marks let terminals that know them show the frame at once.
    if (text !== '') this.#output.write(`\x1b[?2026h${text}\x1b[?2026l`);
  }

  close(): void {
    this.#input.off('data', this.#onKeys);
    this.#output.off('resize', this.#forget);
    process.off('exit', this.#restore);
    this.#leave();
    this.#input.pause();
  }

  readonly #forget = () => {
    this.#shown = [];
    this.#output.write('\x1b[2J');
  };

  #leave(): void {
    if (!this.#open) return;
    this.#open = false;
    try {
      this.#input.setRawMode(false);
      // At the end of a process nothing that waits in a stream is written any more.
      writeSync((this.#output as WriteStream & { fd: number }).fd, LEAVE);
    } catch {
      // The terminal is gone, and with it what was to be restored.
    }
  }
}
