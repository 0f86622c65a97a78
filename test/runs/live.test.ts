import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readLive, unstackFrames, writeLive } from '../../src/runs/index.ts';
import { temporaryFolder } from './fixtures.ts';

const picture = (offset: number) => Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => (i + offset) % 256);

test('the newest observation comes back; the file is a line of JSON and the bytes', () => {
  const folder = temporaryFolder();
  expect(readLive(folder)).toBeUndefined();
  // A line feed among the bytes must not end the header.
  const view = { agentStep: 12, width: 2, height: 3, frames: [picture(0), picture(10), picture(250)] };
  writeLive(folder, view);
  expect(readLive(folder)).toEqual(view);
  const bytes = readFileSync(join(folder, 'live.bin'));
  const header = '{"version":1,"agentStep":12,"width":2,"height":3,"frames":3}\n';
  expect(bytes.toString('latin1', 0, header.length)).toBe(header);
  expect(bytes.length).toBe(header.length + 3 * 18);
  writeFileSync(join(folder, 'live.bin'), bytes.subarray(0, -1));
  expect(readLive(folder)).toBeUndefined();
});

test('a stacked observation splits into its pictures, oldest first', () => {
  const frames = [picture(0), picture(50), picture(100)];
  const observation = new Uint8Array(6 * 9);
  for (let pixel = 0; pixel < 6; pixel++)
    frames.forEach((frame, f) =>
      observation.set(frame.subarray(pixel * 3, pixel * 3 + 3), pixel * 9 + f * 3),
    );
  expect(unstackFrames(observation, 2, 3)).toEqual(frames);
});

test('grey frames become grey pictures', () => {
  // Two frames of three pixels, one byte each.
  const observation = Uint8Array.of(1, 10, 2, 20, 3, 30);
  expect(unstackFrames(observation, 3, 1, 1)).toEqual([
    Uint8Array.of(1, 1, 1, 2, 2, 2, 3, 3, 3),
    Uint8Array.of(10, 10, 10, 20, 20, 20, 30, 30, 30),
  ]);
});
