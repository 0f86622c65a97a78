import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { fileError } from '../base/index.ts';

export interface NewLines {
  lines: string[];
  /** The file was replaced or cut since the last read: these lines start at its beginning again. */
  restarted: boolean;
  /** More is there than one read takes: read again. */
  behind: boolean;
}

/**
 * Reads a growing file of lines from where it stopped. Only whole lines are taken: the rest is read again when
 * its line feed is there. A file replaced by another one (a resumed run) is read from its start.
 */
export class LineReader {
  readonly #path: string;
  readonly #limit: number;
  #offset = 0;
  #inode: bigint | undefined;

  /** @param limit bytes taken per read, unless one line is longer. */
  constructor(path: string, limit = 4 * 2 ** 20) {
    this.#path = path;
    this.#limit = limit;
  }

  read(): NewLines {
    let handle: number;
    try {
      handle = openSync(this.#path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw fileError('read', this.#path, error);
      const restarted = this.#offset > 0;
      this.#offset = 0;
      return { lines: [], restarted, behind: false };
    }
    try {
      return this.#readFrom(handle);
    } catch (error) {
      throw fileError('read', this.#path, error);
    } finally {
      closeSync(handle);
    }
  }

  #readFrom(handle: number): NewLines {
    const { size, ino } = fstatSync(handle, { bigint: true });
    const replaced = this.#inode !== undefined && this.#inode !== ino;
    const restarted = this.#offset > 0 && (replaced || Number(size) < this.#offset);
    this.#inode = ino;
    if (restarted) this.#offset = 0;

    const available = Number(size) - this.#offset;
    for (let take = Math.min(this.#limit, available); take > 0; take = Math.min(2 * take, available)) {
      const bytes = Buffer.alloc(take);
      const got = bytes.subarray(0, readSync(handle, bytes, 0, take, this.#offset));
      const end = got.lastIndexOf(0x0a) + 1;
      if (end > 0) {
        this.#offset += end;
        const lines = got.toString('utf8', 0, end - 1).split('\n');
        return { lines, restarted, behind: take < available };
      }
      if (got.length < take || take === available) break;
    }
    return { lines: [], restarted, behind: false };
  }
}
