import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { fileError } from '../../base/index.ts';

/** A file that only grows. What `write` returned from is visible to readers at once; `sync` makes it durable. */
export class AppendFile {
  readonly path: string;
  #handle: number | null;

  constructor(path: string) {
    this.path = path;
    this.#handle = this.#try('open', () => openSync(path, 'a'));
  }

  write(data: string | Uint8Array): void {
    const bytes = typeof data === 'string' ? Buffer.from(data) : data;
    this.#try('write', () => {
      for (let at = 0; at < bytes.length;) at += writeSync(this.#open(), bytes, at);
    });
  }

  sync(): void {
    this.#try('write', () => fsyncSync(this.#open()));
  }

  /** Harmless when closed already. */
  close(): void {
    if (this.#handle === null) return;
    const handle = this.#handle;
    this.#handle = null;
    this.#try('close', () => closeSync(handle));
  }

  #open(): number {
    if (this.#handle === null) throw new Error('it is closed');
    return this.#handle;
  }

  #try<T>(doing: string, action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw fileError(doing, this.path, error);
    }
  }
}
