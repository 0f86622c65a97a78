import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { InputError, makeFolder, writeFileAtomic } from '../../base/index.ts';
import { choosePalette, countColors, nearestColors } from './palette.ts';
import { checkPicture, checkScale, enlarge, type Picture } from './picture.ts';

// The package is CommonJS in a form whose names Node cannot see ahead, and tools disagree on its default export.
const { GIFEncoder } = createRequire(import.meta.url)('gifenc') as typeof import('gifenc');

/** Viewers show delays under two hundredths of a second as ten. */
const FASTEST = 50;
/** Small pictures are enlarged to about this height. */
const WATCHABLE = 200;

/**
 * An animation that repeats for ever. All frames share one palette of up to 255 colours, so that nothing flickers;
 * pixels that stay as they are become transparent, which keeps the file small. Above 50 frames a second frames
 * are left out, so that it still plays at its real speed.
 *
 * @param fps pictures a second, as in an environment's `metadata.renderFps`.
 * @param scale a whole number by which to enlarge the frames; by default up to about 200 pixels high.
 * @throws InputError for no frames, frames of different sizes, or an impossible speed.
 */
export function encodeGif(frames: readonly Picture[], fps: number, scale?: number): Uint8Array {
  if (frames.length === 0) throw new InputError('GIF: there are no frames; give at least one.');
  if (!(fps > 0 && fps < Infinity))
    throw new InputError(`GIF: ${fps} frames a second; give a positive number.`);
  const { width, height } = frames[0];
  frames.forEach((frame, n) => {
    checkPicture(frame, `GIF frame ${n}`);
    if (frame.width !== width || frame.height !== height) {
      throw new InputError(
        `GIF frame ${n}: ${frame.width} x ${frame.height}; the first frame is ${width} x ${height}.`,
      );
    }
  });
  const zoom = scale ?? Math.ceil(WATCHABLE / height);
  checkScale(zoom);

  const step = Math.ceil(fps / FASTEST);
  const shown = frames.filter((_, n) => n % step === 0);
  const counts = countColors(shown);
  const colors = choosePalette(counts, 255);
  const indexOf = nearestColors(colors, counts.keys());
  const transparentIndex = colors.length;
  const palette = [...colors, [0, 0, 0]];
  const colorDepth = Math.max(2, Math.ceil(Math.log2(palette.length)));

  const encoder = GIFEncoder();
  const before = new Uint8Array(width * height).fill(transparentIndex);
  const indices = new Uint8Array(width * height);
  const clock = (n: number): number => Math.round((n * 100 * step) / fps) * 10;
  shown.forEach(({ data }, n) => {
    for (let p = 0, at = 0; p < indices.length; p++, at += 3) {
      const index = indexOf.get((data[at] << 16) | (data[at + 1] << 8) | data[at + 2])!;
      indices[p] = index === before[p] ? transparentIndex : index;
      before[p] = index;
    }
    encoder.writeFrame(enlarge(indices, width, height, 1, zoom), width * zoom, height * zoom, {
      ...(n === 0 ? { palette } : {}),
      // Rounded points in time rather than rounded delays: the animation does not drift.
      delay: clock(n + 1) - clock(n),
      transparent: true,
      transparentIndex,
      dispose: 1,
      colorDepth,
    });
  });
  encoder.finish();
  return encoder.bytes();
}

/**
 * Writes an episode as GIF, whole or not at all; makes the folder where it is missing.
 * @throws RunError in one line when it cannot be written.
 */
export function writeEpisodeGif(path: string, frames: readonly Picture[], fps: number, scale?: number): void {
  const bytes = encodeGif(frames, fps, scale);
  makeFolder(dirname(path));
  writeFileAtomic(path, bytes);
}
