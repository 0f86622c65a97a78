import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError, RunError, messageOf } from './errors.ts';

const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full; free some space',
  EDQUOT: 'the disk quota is used up; free some space',
  EROFS: 'the file system is read-only; choose a folder that can be written',
  EACCES: 'permission denied; choose a folder that you may write to',
  EPERM: 'permission denied; choose a folder that you may write to',
  ENOENT: 'nothing can be created there',
  EEXIST: 'a file of this name is there already',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EISDIR: 'this is a folder, not a file',
};

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException | undefined)?.code ?? '';
}

/** Turns a failed file operation into one clear line: what failed, where, why. */
export function fileError(doing: string, path: string, error: unknown): Error {
  return new RunError(`Cannot ${doing} ${path}: ${REASONS[codeOf(error)] ?? messageOf(error)}.`);
}

/** Creates one folder; that it is there already is fine. */
function makeOneFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const there = codeOf(error) === 'EEXIST' && statSync(path, { throwIfNoEntry: false })?.isDirectory();
    if (!there) throw error;
  }
}

/** Creates a folder with its parents. @throws RunError in one line when it cannot. */
export function makeFolder(path: string): void {
  try {
    // Parent by parent: Node's recursive form never ends where a parent is there but refuses children (as in /proc).
    const missing = [resolve(path)];
    while (!existsSync(dirname(missing[0]))) missing.unshift(dirname(missing[0]));
    for (const folder of missing) makeOneFolder(folder);
  } catch (error) {
    throw fileError('create the folder', path, error);
  }
}

/** Makes a rename in a folder durable; some file systems refuse to sync folders, which is harmless. */
function syncFolder(path: string): void {
  try {
    const handle = openSync(path, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The file itself is already synced.
  }
}

let counter = 0;

/**
 * Writes a file whole or not at all: temporary name, fsync, rename.
 * @throws RunError in one line (full disk, read-only folder); the old file, if any, stays as it was.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array | Uint8Array[]): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.${counter++}.tmp`);
  try {
    const handle = openSync(temporary, 'w');
    try {
      for (const part of Array.isArray(data) ? data : [data]) {
        const bytes = typeof part === 'string' ? Buffer.from(part) : part;
        for (let at = 0; at < bytes.length;)
          at += writeSync(handle, bytes, at, Math.min(bytes.length - at, 2 ** 30));
      }
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
  } catch (error) {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // What went wrong first is what counts.
    }
    throw fileError('write', path, error);
  }
  syncFolder(dirname(path));
}

/**
 * Reads a text file that the user named.
 * @throws InputError when it is missing or unreadable.
 */
export function readText(path: string, what = 'file'): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason =
      codeOf(error) === 'ENOENT' ? 'it does not exist' : (REASONS[codeOf(error)] ?? messageOf(error));
    throw new InputError(`Cannot read the ${what} ${path}: ${reason}.`);
  }
}
