import { crc32, deflateSync } from 'node:zlib';
import { InputError } from '../../base/index.ts';
import { checkPicture, checkScale, enlarge, type Picture } from './picture.ts';

/** Small pictures are enlarged to about this height. */
const WATCHABLE = 200;
const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

type Area = { x: number; y: number; width: number; height: number };

/** Length, type, content and checksum, as every part of a PNG file has them. */
function chunk(type: string, content: Uint8Array): Buffer {
  const bytes = Buffer.alloc(content.length + 12);
  bytes.writeUInt32BE(content.length, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(content, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), content.length + 8);
  return bytes;
}

/** Four-byte and shorter numbers, big end first: `[value, bytes]` each. */
function numbers(...fields: [value: number, bytes: number][]): Buffer {
  const out = Buffer.alloc(fields.reduce((sum, [, bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [value, bytes] of fields) at = out.writeUIntBE(value, at, bytes);
  return out;
}

/** The rectangle in which two pictures differ; one pixel where they do not, as a frame cannot be empty. */
function changed(now: Uint8Array, before: Uint8Array, width: number, height: number): Area {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      if (now[at] === before[at] && now[at + 1] === before[at + 1] && now[at + 2] === before[at + 2])
        continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  if (bottom < 0) return { x: 0, y: 0, width: 1, height: 1 };
  return { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Rows as PNG stores them: each pixel less its left neighbour (filter 1), deflated. */
function packed(data: Uint8Array, stride: number, { x, y, width, height }: Area): Buffer {
  const line = width * 3 + 1;
  const rows = new Uint8Array(line * height);
  for (let row = 0; row < height; row++) {
    const from = ((y + row) * stride + x) * 3;
    const to = row * line + 1;
    rows[to - 1] = 1;
    for (let i = 0; i < line - 1; i++) rows[to + i] = data[from + i] - (i < 3 ? 0 : data[from + i - 3]);
  }
  return deflateSync(rows, { level: 9 });
}

/**
 * An animated PNG that repeats for ever: every colour as it is, each frame only where it differs from the one before.
 * Viewers that know no animation show the first frame.
 *
 * @param fps pictures a second, as in an environment's `metadata.renderFps`.
 * @param scale a whole number by which to enlarge the frames; by default up to about 200 pixels high.
 * @throws InputError for no frames, frames of different sizes, or an impossible speed.
 */
export function encodeApng(frames: readonly Picture[], fps: number, scale?: number): Uint8Array {
  if (frames.length === 0) throw new InputError('APNG: there are no frames; give at least one.');
  if (!(fps > 0 && fps < Infinity)) {
    throw new InputError(`APNG: ${fps} frames a second; give a positive number.`);
  }
  const first = frames[0];
  const zoom = scale ?? Math.ceil(WATCHABLE / first.height);
  checkScale(zoom);
  const [width, height] = [first.width * zoom, first.height * zoom];
  const chunks = [
    Buffer.from(SIGNATURE),
    // Eight bits of red, green and blue.
    chunk('IHDR', numbers([width, 4], [height, 4], [8, 1], [2, 1], [0, 1], [0, 1], [0, 1])),
    chunk('acTL', numbers([frames.length, 4], [0, 4])),
  ];
  // Rounded points in time rather than rounded delays, in milliseconds: the animation does not drift.
  const clock = (n: number) => Math.round((1000 * n) / fps);
  let sequence = 0;
  let before: Uint8Array | null = null;
  frames.forEach((frame, n) => {
    checkPicture(frame, `APNG frame ${n}`);
    if (frame.width !== first.width || frame.height !== first.height) {
      const want = `${first.width} x ${first.height}`;
      throw new InputError(`APNG frame ${n}: ${frame.width} x ${frame.height}; the first frame is ${want}.`);
    }
    const data = enlarge(frame.data, first.width, first.height, 3, zoom);
    const area = before ? changed(data, before, width, height) : { x: 0, y: 0, width, height };
    const delay = Math.min(65535, clock(n + 1) - clock(n));
    chunks.push(
      chunk(
        'fcTL',
        numbers(
          [sequence++, 4],
          [area.width, 4],
          [area.height, 4],
          [area.x, 4],
          [area.y, 4],
          [delay, 2],
          [1000, 2],
          [0, 1],
          [0, 1],
        ),
      ),
    );
    const pixels = packed(data, width, area);
    chunks.push(
      before ? chunk('fdAT', Buffer.concat([numbers([sequence++, 4]), pixels])) : chunk('IDAT', pixels),
    );
    before = data;
  });
  chunks.push(chunk('IEND', new Uint8Array(0)));
  return Buffer.concat(chunks);
}
