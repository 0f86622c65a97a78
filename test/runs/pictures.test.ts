import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import {
  encodeGif,
  encodePng,
  halfBlocks,
  writeEpisodeGif,
  type Picture,
} from '../../src/runs/pictures/index.ts';
import { readGif } from './pictures-gif.ts';

/** A picture from one character a pixel. */
function picture(rows: string[]): Picture {
  const colors: Record<string, number[]> = {
    r: [255, 0, 0],
    g: [0, 255, 0],
    b: [0, 0, 255],
    w: [255, 255, 255],
    k: [0, 0, 0],
  };
  const data = Uint8Array.from(rows.flatMap((row) => [...row].flatMap((c) => colors[c])));
  return { width: rows[0].length, height: rows.length, data };
}

const pictures = fc
  .record({ width: fc.integer({ min: 1, max: 9 }), height: fc.integer({ min: 1, max: 9 }) })
  .chain(({ width, height }) =>
    fc
      .uint8Array({ minLength: width * height * 3, maxLength: width * height * 3 })
      .map((data): Picture => ({ width, height, data })),
  );

describe('encodePng', () => {
  test('keeps every byte', () => {
    fc.assert(
      fc.property(pictures, (one) => {
        const png = decode(encodePng(one));
        expect([png.width, png.height, png.channels, png.depth]).toEqual([one.width, one.height, 3, 8]);
        expect([...png.data]).toEqual([...one.data]);
      }),
    );
  });

  test('enlarges by repeating pixels', () => {
    const png = decode(encodePng(picture(['rg', 'bw']), 2));
    expect([...png.data]).toEqual([...picture(['rrgg', 'rrgg', 'bbww', 'bbww']).data]);
  });

  test('refuses bytes that do not fit the size, in one line', () => {
    expect(() => encodePng({ width: 2, height: 2, data: new Uint8Array(5) })).toThrow(
      'Picture: 5 bytes for 2 x 2; RGB needs 12.',
    );
    expect(() => encodePng(picture(['r']), 0.5)).toThrow('Scale of a picture: 0.5');
  });
});

describe('encodeGif', () => {
  test('shows few colours exactly, also where later frames change only a part', () => {
    const frames = [
      picture(['rgb', 'kkw']),
      picture(['rgk', 'kkw']),
      picture(['rgk', 'kkw']),
      picture(['wwb', 'kgw']),
    ];
    const gif = readGif(encodeGif(frames, 10, 1));
    expect([gif.width, gif.height, gif.loops]).toEqual([3, 2, 0]);
    expect(gif.frames.map((frame) => [...frame.data])).toEqual(frames.map((frame) => [...frame.data]));
    expect(gif.frames.map((frame) => frame.delay)).toEqual([10, 10, 10, 10]);
  });

  test('any picture with up to 255 colours survives', () => {
    fc.assert(
      fc.property(pictures, fc.integer({ min: 1, max: 3 }), (one, scale) => {
        const gif = readGif(encodeGif([one], 10, scale));
        expect([gif.width, gif.height]).toEqual([one.width * scale, one.height * scale]);
        const shrunk: number[] = [];
        for (let y = 0; y < one.height; y++) {
          for (let x = 0; x < one.width; x++) {
            const at = (y * scale * gif.width + x * scale) * 3;
            shrunk.push(...gif.frames[0].data.subarray(at, at + 3));
          }
        }
        expect(shrunk).toEqual([...one.data]);
      }),
    );
  });

  test('many colours come close', () => {
    const [width, height] = [64, 64];
    const data = new Uint8Array(width * height * 3);
    for (let p = 0; p < width * height; p++)
      data.set([(p % width) * 4, Math.floor(p / width) * 4, 128], p * 3);
    const [frame] = readGif(encodeGif([{ width, height, data }], 10, 1)).frames;
    let worst = 0;
    for (let i = 0; i < data.length; i++) worst = Math.max(worst, Math.abs(data[i] - frame.data[i]));
    // 4096 colours on a plane in 255 groups: about 4 x 4 colours each, 16 levels wide.
    expect(worst).toBeLessThanOrEqual(16);
    expect(worst).toBeGreaterThan(0);
  });

  test('plays at its real speed: delays add up, and fast recordings leave frames out', () => {
    const frames = Array.from({ length: 90 }, (_, n) => picture([n % 2 ? 'r' : 'g']));
    const slow = readGif(encodeGif(frames, 30, 1));
    expect(slow.frames).toHaveLength(90);
    expect(slow.frames.reduce((sum, frame) => sum + frame.delay, 0)).toBe(300);
    const fast = readGif(encodeGif(frames, 100, 1));
    expect(fast.frames).toHaveLength(45);
    expect(fast.frames.every((frame) => frame.delay === 2)).toBe(true);
  });

  test('enlarges small frames so that they can be watched', () => {
    const small = { width: 48, height: 48, data: new Uint8Array(48 * 48 * 3) };
    expect(readGif(encodeGif([small], 10)).height).toBe(240);
    const large = { width: 300, height: 240, data: new Uint8Array(300 * 240 * 3) };
    expect(readGif(encodeGif([large], 10)).height).toBe(240);
  });

  test('refuses what it cannot show, in one line', () => {
    expect(() => encodeGif([], 10)).toThrow('GIF: there are no frames');
    expect(() => encodeGif([picture(['r'])], 0)).toThrow('GIF: 0 frames a second');
    expect(() => encodeGif([picture(['r']), picture(['rg'])], 10)).toThrow('GIF frame 1: 2 x 1');
  });

  test('writeEpisodeGif makes the folder and leaves nothing but the file', () => {
    const root = mkdtempSync(join(tmpdir(), 'curlew-gif-'));
    try {
      const path = join(root, 'episodes', 'one.gif');
      writeEpisodeGif(path, [picture(['rg'])], 20, 1);
      expect(existsSync(path)).toBe(true);
      expect(readdirSync(join(root, 'episodes'))).toEqual(['one.gif']);
      expect([...readGif(readFileSync(path)).frames[0].data]).toEqual([...picture(['rg']).data]);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

describe('halfBlocks', () => {
  const cross = picture(['rg', 'bw']);

  test('two pixels a cell, resetting at the end of a line', () => {
    expect(halfBlocks(cross, 2, 1, 'truecolor')).toEqual([
      '\x1b[38;2;255;0;0;48;2;0;0;255m▀\x1b[38;2;0;255;0;48;2;255;255;255m▀\x1b[0m',
    ]);
    expect(halfBlocks(cross, 2, 1, '256')).toEqual(['\x1b[38;5;196;48;5;21m▀\x1b[38;5;46;48;5;231m▀\x1b[0m']);
    expect(halfBlocks(cross, 2, 1, '16')).toEqual(['\x1b[91;44m▀\x1b[92;107m▀\x1b[0m']);
  });

  test('repeats no colour that is already set', () => {
    expect(halfBlocks(picture(['rrr', 'kkb']), 3, 1, 'truecolor')).toEqual([
      '\x1b[38;2;255;0;0;48;2;0;0;0m▀▀\x1b[48;2;0;0;255m▀\x1b[0m',
    ]);
  });

  test('characters for brightness where there are no colours', () => {
    expect(halfBlocks(picture(['kwg', 'kwg']), 3, 1, 'none')).toEqual([' @#']);
    expect(halfBlocks(picture(['kw', 'wk']), 2, 1, 'none')).toEqual(['==']);
  });

  test('shrinks by the mean of the area', () => {
    expect(halfBlocks(picture(['kwww', 'wkww', 'rrrr', 'kkkk']), 2, 1, 'truecolor')).toEqual([
      '\x1b[38;2;128;128;128;48;2;128;0;0m▀\x1b[38;2;255;255;255m▀\x1b[0m',
    ]);
  });

  test('fits the room and keeps the shape', () => {
    const wide = { width: 40, height: 10, data: new Uint8Array(1200) };
    expect(halfBlocks(wide, 80, 80, 'none')).toEqual(Array(10).fill(' '.repeat(80)));
    expect(halfBlocks(wide, 80, 3, 'none')).toEqual(Array(3).fill(' '.repeat(24)));
    expect(halfBlocks(wide, 0, 3, 'none')).toEqual([]);
    fc.assert(
      fc.property(
        pictures,
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 30 }),
        (one, columns, rows) => {
          const lines = halfBlocks(one, columns, rows, 'none');
          expect(lines.length).toBeGreaterThan(0);
          expect(lines.length).toBeLessThanOrEqual(rows);
          for (const line of lines) expect(line.length).toBeLessThanOrEqual(columns);
        },
      ),
    );
  });
});
