import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';
import { InputError } from '../../base/index.ts';

// The parts of the format that wheels use (APPNOTE 6.3, sections 4.3.7, 4.3.12 and 4.3.16).
const END = { signature: 0x06054b50, bytes: 22 };
const CENTRAL = { signature: 0x02014b50, bytes: 46 };
const LOCAL = { signature: 0x04034b50, bytes: 30 };
const LONGEST_COMMENT = 65535;
const STORED = 0;
const DEFLATED = 8;

interface Entry {
  name: string;
  method: number;
  compressed: number;
  offset: number;
}

/**
 * Extracts the wanted files of a zip archive into a folder, under their names in the archive.
 * @returns their names
 * @throws InputError where the file is no archive that can be read
 */
export async function extract(
  archive: string,
  folder: string,
  wanted: (name: string) => boolean,
): Promise<string[]> {
  const file = await open(archive);
  try {
    const entries = (await entriesOf(file, archive)).filter(
      ({ name }) => wanted(name) && !name.endsWith('/'),
    );
    for (const entry of entries) await extractOne(file, archive, entry, folder);
    return entries.map(({ name }) => name);
  } finally {
    await file.close();
  }
}

async function read(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

async function entriesOf(file: FileHandle, archive: string): Promise<Entry[]> {
  const { size } = await file.stat();
  const tail = Math.min(size, END.bytes + LONGEST_COMMENT);
  const end = await read(file, size - tail, tail);
  const signature = Buffer.alloc(4);
  signature.writeUInt32LE(END.signature);
  const at = end.lastIndexOf(signature);
  if (at < 0) throw new InputError(`${archive} is not a wheel: it is no zip archive, or only a part of one.`);
  const count = end.readUInt16LE(at + 10);
  const directory = await read(file, end.readUInt32LE(at + 16), end.readUInt32LE(at + 12));
  const entries: Entry[] = [];
  for (let i = 0, p = 0; i < count; i++) {
    if (p + CENTRAL.bytes > directory.length || directory.readUInt32LE(p) !== CENTRAL.signature)
      throw new InputError(`${archive} is damaged: its list of files cannot be read.`);
    const nameLength = directory.readUInt16LE(p + 28);
    entries.push({
      name: directory.toString('utf8', p + CENTRAL.bytes, p + CENTRAL.bytes + nameLength),
      method: directory.readUInt16LE(p + 10),
      compressed: directory.readUInt32LE(p + 20),
      offset: directory.readUInt32LE(p + 42),
    });
    p += CENTRAL.bytes + nameLength + directory.readUInt16LE(p + 30) + directory.readUInt16LE(p + 32);
  }
  return entries;
}

async function extractOne(file: FileHandle, archive: string, entry: Entry, folder: string): Promise<void> {
  const { name, method, compressed, offset } = entry;
  const header = await read(file, offset, LOCAL.bytes);
  const known = header.length === LOCAL.bytes && header.readUInt32LE(0) === LOCAL.signature;
  const outside = name.startsWith('/') || name.split(/[/\\]/).includes('..');
  if (!known || outside || (method !== STORED && method !== DEFLATED))
    throw new InputError(`${archive} is damaged: ${name} cannot be read from it.`);
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  const start = offset + LOCAL.bytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  if (compressed === 0) return pipeline([], createWriteStream(path));
  const bytes = createReadStream(archive, { start, end: start + compressed - 1 });
  if (method === STORED) await pipeline(bytes, createWriteStream(path));
  else await pipeline(bytes, createInflateRaw(), createWriteStream(path));
}
