import { readFileSync, truncateSync } from 'node:fs';
import { fileError } from '../../base/index.ts';
import { maskedCrc32c } from './crc32c.ts';

/** Length and checksum before the data of a record, checksum behind it. */
const HEADER = 12;
const FOOTER = 4;
/** Our events start with the wall time (one byte of key, eight of double), then the step's key if it has one. */
const STEP_AT = 9;
const STEP_KEY = 0x10;

function stepOf(event: Uint8Array): number {
  if (event[STEP_AT] !== STEP_KEY) return 0;
  let step = 0;
  let scale = 1;
  for (let at = STEP_AT + 1; at < event.length; at++, scale *= 0x80) {
    step += (event[at] & 0x7f) * scale;
    if (event[at] < 0x80) break;
  }
  return step;
}

/** Bytes of the whole, sound records whose steps do not pass `agentStep`. */
function soundLength(bytes: Buffer, agentStep: number): number {
  let at = 0;
  while (at + HEADER + FOOTER <= bytes.length) {
    if (bytes.readUInt32LE(at + 8) !== maskedCrc32c(bytes.subarray(at, at + 8))) break;
    const end = at + HEADER + Number(bytes.readBigUInt64LE(at)) + FOOTER;
    if (end > bytes.length) break;
    const event = bytes.subarray(at + HEADER, end - FOOTER);
    if (bytes.readUInt32LE(end - FOOTER) !== maskedCrc32c(event)) break;
    if (event[STEP_AT] === STEP_KEY && stepOf(event) > agentStep) break;
    at = end;
  }
  return at;
}

/**
 * Cuts an events file in place, before the first event beyond `agentStep` or the first damaged record. In place,
 * and never deleted, because a TensorBoard that shows the run would not move on from a file that is gone.
 */
export function cutEvents(path: string, agentStep: number): void {
  try {
    const bytes = readFileSync(path);
    const length = soundLength(bytes, agentStep);
    if (length < bytes.length) truncateSync(path, length);
  } catch (error) {
    throw fileError('cut', path, error);
  }
}
