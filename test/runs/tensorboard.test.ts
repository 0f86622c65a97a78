import { appendFileSync, readFileSync, truncateSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crc32c } from '../../src/runs/sinks/crc32c.ts';
import { TensorBoardSink } from '../../src/runs/sinks/index.ts';
import { eventFiles, parseEvents, readEvents, slowCrc32c } from './events.ts';
import { line, temporaryFolder } from './fixtures.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const withValues = (folder: string) =>
  readEvents(folder).filter((event) => Object.keys(event.values).length > 0);

/** A file with one line per step. */
function written(steps: number[], folder = temporaryFolder(), resumeFrom?: number): string {
  const sink = new TensorBoardSink(folder, START, resumeFrom);
  for (const step of steps) sink.write(line(step, { loss: step / 2 }));
  sink.close();
  return folder;
}

describe('crc32c', () => {
  // RFC 3720, appendix B.4, and the usual check value.
  test.each([
    ['32 bytes of zeros', new Uint8Array(32), 0x8a9136aa],
    ['32 bytes of ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['32 bytes going up', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['123456789', Buffer.from('123456789'), 0xe3069283],
    ['nothing', new Uint8Array(0), 0],
  ])('of %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
    expect(slowCrc32c(bytes)).toBe(expected);
  });
});

describe('TensorBoardSink', () => {
  test('starts with the file version and holds each line as one event', () => {
    const folder = temporaryFolder();
    const sink = new TensorBoardSink(folder, START);
    sink.write(line(0, { 'loss.critic': 0.5, 'q.mean': -3 }));
    sink.write(line(70_000, { 'return.mean': 812.25 }, 'evaluation'));
    sink.flush();
    sink.close();
    const [version, ...events] = readEvents(folder);
    expect(version).toMatchObject({ fileVersion: 'brain.Event:2', values: {} });
    expect(events).toEqual([
      { wallTime: START / 1000, step: 0, values: { 'train/loss.critic': 0.5, 'train/q.mean': -3 } },
      { wallTime: START / 1000 + 7000, step: 70_000, values: { 'evaluation/return.mean': 812.25 } },
    ]);
    expect(eventFiles(folder)[0]).toMatch(/events\.out\.tfevents\.\d{10}\..+\.\d+\.curlew$/);
  });

  test('any steps, names and values come back', () => {
    const entry = fc.record({
      step: fc.nat({ max: Number.MAX_SAFE_INTEGER }),
      values: fc.dictionary(fc.string({ minLength: 1 }), fc.float(), { noNullPrototype: true, minKeys: 1 }),
    });
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 5 }), (entries) => {
        const folder = temporaryFolder();
        const sink = new TensorBoardSink(folder, START);
        for (const { step, values } of entries) sink.write(line(step, values));
        sink.close();
        const expected = entries.map(({ step, values }) => ({
          step,
          values: Object.fromEntries(Object.entries(values).map(([name, value]) => [`train/${name}`, value])),
        }));
        expect(withValues(folder).map(({ step, values }) => ({ step, values }))).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  test('a resumption cuts the file, opens a later one and tells an open TensorBoard', () => {
    const folder = written([1, 2, 3, 4, 5]);
    const [first] = eventFiles(folder);
    const before = readFileSync(first);
    written([4, 5, 6], folder, 3);
    expect(withValues(folder).map((event) => event.step)).toEqual([1, 2, 3, 4, 5, 6]);
    const files = eventFiles(folder);
    expect(files).toHaveLength(2);
    expect(files[0]).toBe(first);
    const kept = readFileSync(first);
    expect(kept).toEqual(before.subarray(0, kept.length));
    expect(parseEvents(readFileSync(files[1]))[1]).toMatchObject({ sessionStart: true, step: 4 });
  });

  test('several resumptions from ever earlier steps leave each step once', () => {
    const folder = written([0, 1, 2, 3, 4, 5]);
    written([4, 5, 6, 7], folder, 3);
    written([2, 3, 4], folder, 1);
    expect(withValues(folder).map((event) => event.step)).toEqual([0, 1, 2, 3, 4]);
    written([0, 1], folder, -1);
    expect(withValues(folder).map((event) => event.step)).toEqual([0, 1]);
  });

  test('a record left half-written by a killed process goes', () => {
    for (const cut of [1, 5, 13, 20]) {
      const folder = written([1, 2, 300]);
      const [path] = eventFiles(folder);
      truncateSync(path, readFileSync(path).length - cut);
      expect(() => parseEvents(readFileSync(path))).toThrow();
      written([4], folder);
      expect(withValues(folder).map((event) => event.step)).toEqual([1, 2, 4]);
    }
    const folder = written([1]);
    appendFileSync(eventFiles(folder)[0], Buffer.alloc(40, 7));
    written([2], folder);
    expect(withValues(folder).map((event) => event.step)).toEqual([1, 2]);
  });
});
