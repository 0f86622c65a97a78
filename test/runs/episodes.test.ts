import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { listEpisodes, readEpisode, writeEpisode, type EpisodeTrace } from '../../src/runs/index.ts';
import { decodeGif, encodeGif, type Picture } from '../../src/runs/pictures/index.ts';

const out = mkdtempSync(join(tmpdir(), 'curlew-episodes-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

/** A picture of one colour but for one pixel. */
function picture(at: number, level = 40): Picture {
  const data = new Uint8Array(5 * 4 * 3).fill(level);
  data.set([250, 120, 10], at * 3);
  return { width: 5, height: 4, data };
}

test('an animation comes back picture by picture', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 19 }), { minLength: 1, maxLength: 12 }), (places) => {
      const frames = places.map((at) => picture(at));
      const { pictures, fps } = decodeGif(encodeGif(frames, 25, 1), 'it');
      expect(pictures.map(({ data }) => [...data])).toEqual(frames.map(({ data }) => [...data]));
      expect(fps).toBeCloseTo(25, 0);
    }),
  );
});

test('episodes of a run are listed by step, with their numbers', () => {
  const trace: EpisodeTrace = {
    version: 1,
    agentStep: 500,
    every: 2,
    rewards: [1, 2],
    traces: { value: [0.5, 0.25] },
  };
  writeEpisode(out, 'eval-1000', { pictures: [picture(1)], fps: 10 });
  writeEpisode(out, 'eval-500', { pictures: [picture(1), picture(2)], fps: 10, trace });
  writeEpisode(out, 'eval-500-2', { pictures: [picture(3)], fps: 10 });
  const episodes = listEpisodes(out);
  expect(episodes.map(({ name }) => name)).toEqual(['eval-500', 'eval-500-2', 'eval-1000']);
  const first = readEpisode(episodes[0]);
  expect(first.pictures).toHaveLength(2);
  expect(first.trace).toEqual(trace);
  expect(readEpisode(episodes[2]).trace).toBeUndefined();
  expect(listEpisodes(join(out, 'none'))).toEqual([]);
});

test('what is no GIF is said in one line', () => {
  const path = join(out, 'episodes', 'eval-7.gif');
  writeFileSync(path, 'text');
  expect(() => readEpisode({ name: 'eval-7', agentStep: 7, path })).toThrow(
    /eval-7.gif is not a GIF that can be read/,
  );
});
