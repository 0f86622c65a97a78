import type { Crop } from './crop.ts';
import type { FrameQueue } from './frames.ts';

/**
 * Collects stacked images out of single frames.
 * @param frames numbers of the frames, `[n, stack]` row by row, oldest first
 * @param crop windows, one an image; whole frames without it
 * @param out bytes `[n, h, w, stack * channels]`: channels of the oldest frame first in each pixel
 */
export function gatherStacks(
  queue: FrameQueue,
  frames: Int32Array,
  stack: number,
  crop: Crop | undefined,
  out: Uint8Array,
): void {
  const { height, width, channels } = queue.shape;
  const rows = crop?.size ?? height;
  const columns = crop?.size ?? width;
  const n = frames.length / stack;
  const imageBytes = rows * columns * stack * channels;
  const target = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let image = 0; image < n; image++) {
    const top = crop ? crop.offsets[2 * image] : 0;
    const left = crop ? crop.offsets[2 * image + 1] : 0;
    const corner = (top * width + left) * channels;
    const window = { rows, columns, rowBytes: width * channels };
    if (stack === 3 && channels === 3 && image < n - 1) {
      const [a, b, c] = [frames[3 * image], frames[3 * image + 1], frames[3 * image + 2]];
      const starts: Triple = [
        queue.offsetOf(a) + corner,
        queue.offsetOf(b) + corner,
        queue.offsetOf(c) + corner,
      ];
      interleave3(
        queue.chunkOf(a).view,
        queue.chunkOf(b).view,
        queue.chunkOf(c).view,
        starts,
        window,
        target,
        image * imageBytes,
      );
      continue;
    }
    for (let k = 0; k < stack; k++) {
      const frame = frames[image * stack + k];
      const start = queue.offsetOf(frame) + corner;
      interleave(
        queue.chunkOf(frame).bytes,
        start,
        window,
        channels,
        stack,
        out,
        image * imageBytes + k * channels,
      );
    }
  }
}

type Triple = [number, number, number];

interface Window {
  rows: number;
  columns: number;
  /** Bytes from one row of the frame to the next. */
  rowBytes: number;
}

/**
 * Three RGB frames at four bytes a move, a third of the moves of a byte loop: the fourth byte of each is a
 * neighbour's and is overwritten by the next move. Only the very last move has no successor, which is why the
 * last image of a batch takes the plain loop.
 */
function interleave3(
  a: DataView,
  b: DataView,
  c: DataView,
  starts: Triple,
  window: Window,
  out: DataView,
  at: number,
): void {
  const { rows, columns, rowBytes } = window;
  for (let y = 0; y < rows; y++) {
    let i = starts[0] + y * rowBytes;
    let j = starts[1] + y * rowBytes;
    let k = starts[2] + y * rowBytes;
    for (const end = at + columns * 9; at < end; at += 9) {
      out.setUint32(at, a.getUint32(i, true), true);
      out.setUint32(at + 3, b.getUint32(j, true), true);
      out.setUint32(at + 6, c.getUint32(k, true), true);
      i += 3;
      j += 3;
      k += 3;
    }
  }
}

/** One frame of any stack, byte by byte; a stack of one goes row by row. */
function interleave(
  bytes: Uint8Array,
  start: number,
  window: Window,
  channels: number,
  stack: number,
  out: Uint8Array,
  at: number,
): void {
  const { rows, columns, rowBytes } = window;
  const skip = (stack - 1) * channels;
  for (let y = 0; y < rows; y++) {
    let from = start + y * rowBytes;
    if (stack === 1) {
      out.set(bytes.subarray(from, from + columns * channels), at);
      at += columns * channels;
      continue;
    }
    for (let x = 0; x < columns; x++, at += skip) {
      for (let c = 0; c < channels; c++) out[at++] = bytes[from++];
    }
  }
}
