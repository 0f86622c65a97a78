import { crc32, inflateSync } from 'node:zlib';
import { decode } from 'fast-png';
import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { encodeApng } from '../../src/runs/index.ts';

interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}

/** Plays an animation as the specification says, for frames that replace what is under them. */
function play(file: Uint8Array): { frames: Uint8Array[]; delays: number[] } {
  const bytes = Buffer.from(file);
  const frames: Uint8Array[] = [];
  const delays: number[] = [];
  let [width, sequence] = [0, 0];
  let canvas = new Uint8Array();
  let area = { x: 0, y: 0, width: 0, height: 0 };
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    let content = bytes.subarray(at + 8, at + 8 + length);
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += length + 12;
    if (type === 'IHDR') {
      width = content.readUInt32BE(0);
      canvas = new Uint8Array(width * content.readUInt32BE(4) * 3);
    }
    if (type === 'fcTL' || type === 'fdAT') expect(content.readUInt32BE(0)).toBe(sequence++);
    if (type === 'fcTL') {
      const [w, h, x, y] = [4, 8, 12, 16].map((place) => content.readUInt32BE(place));
      area = { x, y, width: w, height: h };
      delays.push(content.readUInt16BE(20) / content.readUInt16BE(22));
      expect([...content.subarray(24)]).toEqual([0, 0]);
    }
    if (type === 'fdAT') content = content.subarray(4);
    if (type !== 'fdAT' && type !== 'IDAT') continue;
    const rows = inflateSync(content);
    const line = area.width * 3 + 1;
    expect(rows.length).toBe(line * area.height);
    for (let row = 0; row < area.height; row++) {
      expect(rows[row * line]).toBe(1);
      const to = ((area.y + row) * width + area.x) * 3;
      for (let i = 0; i < line - 1; i++) {
        canvas[to + i] = rows[row * line + 1 + i] + (i < 3 ? 0 : canvas[to + i - 3]);
      }
    }
    frames.push(canvas.slice());
  }
  return { frames, delays };
}

/** A still of noise in which a small square moves. */
function film(count: number, width = 23, height = 17): Picture[] {
  const random = Random.stream(1, 'apng');
  const still = Uint8Array.from({ length: width * height * 3 }, () => random.integer(256));
  return Array.from({ length: count }, (_, n) => {
    const data = still.slice();
    for (let y = 5; y < 8; y++) data.fill(255, (y * width + n) * 3, (y * width + n + 3) * 3);
    return { width, height, data };
  });
}

test('gives back every frame, to the byte', () => {
  const frames = film(9);
  // One frame twice: nothing changes, and it is still shown.
  frames.push(frames[8]);
  const { frames: shown, delays } = play(encodeApng(frames, 24, 1));
  expect(shown).toEqual(frames.map(({ data }) => data));
  expect(delays.reduce((sum, delay) => sum + delay, 0)).toBeCloseTo(10 / 24, 3);
});

test('any reader of PNG shows the first frame, enlarged by whole numbers', () => {
  const [first] = film(3);
  const still = decode(encodeApng(film(3), 30, 2));
  expect([still.width, still.height, still.channels]).toEqual([46, 34, 3]);
  for (const [x, y] of [
    [0, 0],
    [45, 33],
    [7, 20],
  ]) {
    const from = (Math.floor(y / 2) * 23 + Math.floor(x / 2)) * 3;
    expect([...still.data.slice((y * 46 + x) * 3, (y * 46 + x) * 3 + 3)]).toEqual([
      ...first.data.slice(from, from + 3),
    ]);
  }
});

test('a still scene costs little more than its first frame', () => {
  const [one, all] = [encodeApng(film(1), 25, 1).length, encodeApng(film(20), 25, 1).length];
  expect(all).toBeLessThan(3 * one);
});

test('refuses what it cannot write in one line', () => {
  const [small] = film(1, 5, 5);
  const [large] = film(1, 10, 10);
  expect(() => encodeApng([], 25)).toThrow('there are no frames');
  expect(() => encodeApng([small], 0)).toThrow('0 frames a second');
  expect(() => encodeApng([small, large], 25)).toThrow('APNG frame 1: 10 x 10; the first frame is 5 x 5');
});
