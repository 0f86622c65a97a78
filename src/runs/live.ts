import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from './status.ts';

/** The newest observation, for the screen: `frames` RGB pictures of `width * height * 3` bytes, oldest first. */
export interface LiveView {
  agentStep: number;
  width: number;
  height: number;
  frames: Uint8Array[];
}

const fileOf = (folder: string) => join(folder, 'live.bin');

/** Replaces `live.bin`: a line of JSON, then the pictures. */
export function writeLive(folder: string, { agentStep, width, height, frames }: LiveView): void {
  const header = JSON.stringify({ version: 1, agentStep, width, height, frames: frames.length });
  replaceFile(fileOf(folder), `${header}\n`, ...frames);
}

/** The newest observation of a run; undefined when there is none yet. */
export function readLive(folder: string): LiveView | undefined {
  try {
    const bytes = readFileSync(fileOf(folder));
    const end = bytes.indexOf(0x0a);
    const { version, agentStep, width, height, frames } = JSON.parse(bytes.toString('utf8', 0, end)) as {
      version: number;
      agentStep: number;
      width: number;
      height: number;
      frames: number;
    };
    const size = width * height * 3;
    if (version !== 1 || bytes.length !== end + 1 + size * frames) return undefined;
    const frame = (i: number) => new Uint8Array(bytes.subarray(end + 1 + i * size, end + 1 + (i + 1) * size));
    return { agentStep, width, height, frames: Array.from({ length: frames }, (_, i) => frame(i)) };
  } catch {
    return undefined;
  }
}

/**
 * Splits a stacked observation `[height, width, channels * frames]` into RGB pictures, oldest first.
 * @param channels of each frame: 3, or 1 for grey ones
 */
export function unstackFrames(
  observation: Uint8Array,
  width: number,
  height: number,
  channels: 1 | 3 = 3,
): Uint8Array[] {
  const pixels = width * height;
  const frames = Math.floor(observation.length / (pixels * channels));
  return Array.from({ length: frames }, (_, frame) => {
    const picture = new Uint8Array(pixels * 3);
    for (let pixel = 0; pixel < pixels; pixel++) {
      const from = (pixel * frames + frame) * channels;
      for (let c = 0; c < 3; c++) picture[pixel * 3 + c] = observation[from + (channels === 3 ? c : 0)];
    }
    return picture;
  });
}
