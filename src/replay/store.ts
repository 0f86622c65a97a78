import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder, RunError, writeFileAtomic, type RandomState } from '../base/index.ts';
import type { ReplayContents } from './contents.ts';
import type { Chunk } from './frames.ts';

/** A file of a saved buffer, named after its content: it is never rewritten with anything else. */
export interface StoredFile {
  file: string;
  bytes: number;
  sha256: string;
}

/** Names everything that makes up one saved state of a buffer; plain JSON. */
export interface ReplayManifest {
  version: 1;
  layout: Record<'capacity' | 'height' | 'width' | 'channels' | 'stack' | 'actionSize' | 'perChunk', number>;
  added: number;
  frames: number;
  age: number | null;
  random: RandomState;
  /** Largest priority so far; absent where draws are uniform. */
  largestPriority?: number;
  chunks: (StoredFile & { number: number })[];
  table: StoredFile;
}

/** Full chunks never change, so their files are hashed and written once. */
const stored = new WeakMap<Chunk, StoredFile>();

function hash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function layoutOf({ options, frames }: ReplayContents): ReplayManifest['layout'] {
  const { capacity, height, width, channels, stack, actionSize } = options;
  return { capacity, height, width, channels, stack, actionSize, perChunk: frames.perChunk };
}

function store(folder: string, prefix: string, bytes: Uint8Array): StoredFile {
  const sha256 = hash(bytes);
  const file = `${prefix}-${sha256.slice(0, 16)}.bin`;
  if (!existsSync(join(folder, file))) writeFileAtomic(join(folder, file), bytes);
  return { file, bytes: bytes.length, sha256 };
}

function storeChunk(buffer: ReplayContents, folder: string, number: number, chunk: Chunk): StoredFile {
  const { frames } = buffer;
  const known = stored.get(chunk);
  if (known && existsSync(join(folder, known.file))) return known;
  const used = frames.used(number);
  const entry = store(folder, `frames-${number}`, chunk.bytes.subarray(0, used * frames.frameBytes));
  if (used === frames.perChunk) stored.set(chunk, entry);
  return entry;
}

/** The used rows of the transition table, column after column. */
function tableOf({ columns, size, options }: ReplayContents): Uint8Array[] {
  return Object.entries(columns).map(([name, column]) => {
    const length = size * (name === 'actions' ? options.actionSize : 1) * column.BYTES_PER_ELEMENT;
    return new Uint8Array(column.buffer, 0, length);
  });
}

/**
 * Saves a buffer: full chunks of frames that are not in the folder yet, the used part of the last one, and the
 * transition table. Files that an earlier manifest names stay untouched.
 * @throws RunError in one line (full disk, read-only folder)
 */
export function saveReplay(buffer: ReplayContents, folder: string): ReplayManifest {
  makeFolder(folder);
  const chunks = [...buffer.frames.chunks]
    .sort(([a], [b]) => a - b)
    .map(([number, chunk]) => ({ number, ...storeChunk(buffer, folder, number, chunk) }));
  return {
    version: 1,
    layout: layoutOf(buffer),
    added: buffer.added,
    frames: buffer.frames.count,
    age: buffer.age,
    random: buffer.options.random.state(),
    ...(buffer.priorities && { largestPriority: buffer.priorities.largest }),
    chunks,
    table: store(folder, 'table', Buffer.concat(tableOf(buffer))),
  };
}

function readStored(folder: string, { file, bytes, sha256 }: StoredFile): Uint8Array {
  const path = join(folder, file);
  let content: Uint8Array;
  try {
    content = readFileSync(path);
  } catch {
    throw new RunError(`The replay file ${path} is missing or unreadable; take an older checkpoint.`);
  }
  if (content.length !== bytes) {
    throw new RunError(
      `The replay file ${path} has ${content.length} bytes instead of ${bytes}; take an older checkpoint.`,
    );
  }
  if (hash(content) !== sha256)
    throw new RunError(`The replay file ${path} is damaged (checksum differs); take an older checkpoint.`);
  return content;
}

/**
 * Fills a buffer from what `saveReplay` wrote; samples go on as if nothing had happened. When it throws, the
 * buffer is in no usable state.
 * @param onProgress called after each file
 * @throws RunError in one line for another layout, a missing or a damaged file
 */
export function loadReplay(
  buffer: ReplayContents,
  folder: string,
  manifest: ReplayManifest,
  onProgress?: () => void,
): void {
  if (manifest.version !== 1)
    throw new RunError(`The replay format ${String(manifest.version)} is not known here; expected 1.`);
  if ((manifest.largestPriority === undefined) !== (buffer.priorities === null))
    throw new RunError('The saved replay and this run differ in replay.prioritised.');
  for (const [name, value] of Object.entries(layoutOf(buffer))) {
    const saved = manifest.layout[name as keyof ReplayManifest['layout']];
    if (saved !== value) throw new RunError(`The saved replay has ${name} ${saved}, this run ${value}.`);
  }
  const { frames } = buffer;
  frames.chunks.clear();
  frames.count = manifest.frames;
  for (const entry of manifest.chunks) {
    const chunk = frames.allocate();
    chunk.bytes.set(readStored(folder, entry));
    onProgress?.();
    frames.chunks.set(entry.number, chunk);
    if (frames.used(entry.number) === frames.perChunk)
      stored.set(chunk, { file: entry.file, bytes: entry.bytes, sha256: entry.sha256 });
  }
  buffer.added = manifest.added;
  buffer.age = manifest.age;
  const table = readStored(folder, manifest.table);
  let at = 0;
  for (const column of tableOf(buffer)) {
    column.set(table.subarray(at, at + column.length));
    at += column.length;
  }
  if (buffer.priorities) {
    buffer.priorities.largest = manifest.largestPriority!;
    buffer.priorities.rebuild();
  }
  buffer.options.random.restore(manifest.random);
}

/** Deletes replay files, and temporary ones of writes that never ended, that no manifest to keep names. */
export function pruneReplay(folder: string, keep: readonly ReplayManifest[]): void {
  if (!existsSync(folder)) return;
  const named = new Set(keep.flatMap(({ chunks, table }) => [...chunks, table].map(({ file }) => file)));
  for (const file of readdirSync(folder)) {
    if (/^\.?(frames|table)-.*\.(bin|tmp)$/.test(file) && !named.has(file))
      rmSync(join(folder, file), { force: true });
  }
}
