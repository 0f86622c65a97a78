import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A reader of TensorBoard files of its own, which shares no code with the writer. */
export interface Event {
  wallTime: number;
  step?: number;
  fileVersion?: string;
  sessionStart?: boolean;
  values: Record<string, number>;
}

/** CRC-32C, one bit at a time. */
export function slowCrc32c(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

function unmask(masked: number): number {
  const rotated = (masked - 0xa282ead8) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}

type Field = { field: number; wire: number; bytes: Buffer; integer: bigint };

function fields(message: Buffer): Field[] {
  const found: Field[] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[at++];
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const key = Number(varint());
    const wire = key & 7;
    const integer = wire === 0 || wire === 2 ? varint() : 0n;
    const length = wire === 1 ? 8 : wire === 5 ? 4 : wire === 2 ? Number(integer) : 0;
    if (at + length > message.length) throw new Error('a field passes the end of its message');
    found.push({ field: key >> 3, wire, bytes: message.subarray(at, at + length), integer });
    at += length;
  }
  return found;
}

function decode(data: Buffer): Event {
  const event: Event = { wallTime: NaN, values: {} };
  for (const { field, bytes, integer } of fields(data)) {
    if (field === 1) event.wallTime = bytes.readDoubleLE();
    if (field === 2) event.step = Number(integer);
    if (field === 3) event.fileVersion = bytes.toString();
    if (field === 7) event.sessionStart = fields(bytes)[0].integer === 1n;
    if (field === 5)
      for (const value of fields(bytes)) {
        const [tag, number] = fields(value.bytes);
        event.values[tag.bytes.toString()] = number.bytes.readFloatLE();
      }
  }
  return event;
}

/** @throws Error when a length or a checksum is wrong. */
export function parseEvents(bytes: Buffer): Event[] {
  const events: Event[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = Number(bytes.readBigUInt64LE(at));
    if (unmask(bytes.readUInt32LE(at + 8)) !== slowCrc32c(bytes.subarray(at, at + 8)))
      throw new Error('length');
    const data = bytes.subarray(at + 12, at + 12 + length);
    if (data.length !== length) throw new Error('the last record is cut');
    if (unmask(bytes.readUInt32LE(at + 12 + length)) !== slowCrc32c(data)) throw new Error('data');
    events.push(decode(data));
    at += 16 + length;
  }
  return events;
}

/** The events files of a run in the order in which TensorBoard reads them. */
export function eventFiles(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.startsWith('events.out.tfevents.'));
  return names.sort().map((name) => join(folder, name));
}

/** All events of a run. */
export function readEvents(folder: string): Event[] {
  return eventFiles(folder).flatMap((path) => parseEvents(readFileSync(path)));
}
