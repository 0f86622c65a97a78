import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startEngine, stopEngine } from '../../src/engine/index.ts';
import { VisionStudy, readCifar10, shapeImages, sliceImages } from '../../src/probe/index.ts';
import { parseExperiment } from '../../src/runs/index.ts';

let folder: string;
beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 1 });
  folder = mkdtempSync(join(tmpdir(), 'curlew-vision-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await stopEngine();
});

describe('drawn shapes', () => {
  test('are a function of their seed, all classes among them', () => {
    const set = shapeImages(120, 1, 16);
    expect(shapeImages(120, 1, 16)).toEqual(set);
    expect(shapeImages(120, 2, 16).labels).not.toEqual(set.labels);
    expect(new Set(set.labels).size).toBe(set.classes.length);
    expect(set.images).toHaveLength(120 * 16 * 16 * 3);
  });

  test('a part of a set is what it was in the whole', () => {
    const set = shapeImages(10, 1, 8);
    const part = sliceImages(set, 4, 7);
    expect(part.count).toBe(3);
    expect([...part.labels]).toEqual([...set.labels.subarray(4, 7)]);
    expect(part.images[0]).toBe(set.images[4 * 8 * 8 * 3]);
    expect(sliceImages(set, 8, 20).count).toBe(2);
  });
});

describe("CIFAR-10's files", () => {
  /** A record whose value is `100 c + i mod 50` for channel c and pixel i. */
  const record = (label: number) =>
    Uint8Array.from({ length: 3073 }, (_, k) =>
      k === 0 ? label : 100 * Math.floor((k - 1) / 1024) + (((k - 1) % 1024) % 50),
    );
  const file = (name: string, bytes: Uint8Array[]) => {
    const path = join(folder, name);
    writeFileSync(path, Buffer.concat(bytes));
    return path;
  };

  test('are read as pictures with red, green and blue side by side', () => {
    const set = readCifar10([file('a.bin', [record(3), record(9)]), file('b.bin', [record(0)])]);
    expect(set.count).toBe(3);
    expect([...set.labels]).toEqual([3, 9, 0]);
    expect([...set.images.subarray(3072 + 3 * 33, 3072 + 3 * 33 + 3)]).toEqual([33, 133, 233]);
    expect(set.classes[9]).toBe('truck');
  });

  test('are refused in one line where they are none', () => {
    expect(() => readCifar10([join(folder, 'missing.bin')])).toThrow(/Cannot read the CIFAR-10 file/);
    expect(() => readCifar10([file('short.bin', [record(1).subarray(0, 100)])])).toThrow(
      /100 bytes, not a multiple/,
    );
    expect(() => readCifar10([file('odd.bin', [record(1), record(12)])])).toThrow(/picture 1 has class 12/);
  });
});

test('a study of pictures scores random, supervised and pretrained features', async () => {
  const all = shapeImages(90, 1, 12);
  const experiment = parseExperiment(
    `
steps: 3
env: { id: arcade/Catch-v0, size: 12, frameStack: 1 }
backbone: { filters: 4, strides: [2, 1], features: 8 }
augment: { views: [flip] }
train: { batchSize: 8 }
`,
    'test',
  );
  const study = new VisionStudy({
    experiment,
    train: sliceImages(all, 0, 60),
    test: sliceImages(all, 60, 90),
  });
  const scores = [study.random(), study.supervised(), await study.pretrained({ id: 'memory-bank' })];
  for (const { linear, knn } of scores) {
    expect(linear).toBeGreaterThanOrEqual(0);
    expect(knn).toBeLessThanOrEqual(1);
  }
  expect(study.random()).toEqual(scores[0]);
});
