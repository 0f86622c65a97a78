import {
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { ReplayBuffer, type ReplayManifest } from '../../src/replay/index.ts';
import { NaiveReplay, episodes, fill } from './naive.ts';

const layout = { height: 4, width: 4, channels: 3, stack: 3, actionSize: 2 };
const frameBytes = 48;
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curlew-replay-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function create(capacity = 20): ReplayBuffer {
  return new ReplayBuffer({
    capacity,
    ...layout,
    chunkBytes: 5 * frameBytes,
    random: Random.stream(1, 'replay'),
  });
}

function play(replay: ReplayBuffer, lengths: number[]): void {
  for (const episode of episodes(layout, lengths)) fill(replay, new NaiveReplay(1), episode);
}

function everything(replay: ReplayBuffer) {
  const all = Int32Array.from({ length: replay.size }, (_, k) => k);
  return {
    observations: replay.observations(all),
    next: replay.nextObservations(all),
    actions: replay.actions(all),
    rewards: replay.rewards(all),
    terminated: replay.terminated(all),
    truncated: replay.truncated(all),
    sampled: replay.sample(30),
  };
}

/** A manifest as it comes back from a checkpoint's JSON. */
const viaJson = (manifest: ReplayManifest) => JSON.parse(JSON.stringify(manifest)) as ReplayManifest;

test('a loaded buffer goes on exactly like the saved one, in the middle of an episode and after wrap-around', () => {
  const replay = create();
  play(replay, [9, 7, 8]);
  const [{ first, steps }] = episodes(layout, [12]);
  replay.start(first);
  for (const step of steps.slice(0, 4)) replay.add(step);
  const manifest = viaJson(replay.save(folder));
  const loaded = create();
  loaded.load(folder, manifest);
  expect(everything(loaded)).toEqual(everything(replay));
  for (const step of steps.slice(4)) {
    replay.add(step);
    loaded.add(step);
  }
  expect(everything(loaded)).toEqual(everything(replay));
});

test('full chunks are written once, and files of an older manifest are never touched', () => {
  const replay = create();
  play(replay, [7]);
  const older = viaJson(replay.save(folder));
  const before = everything(replay);
  const inodes = new Map(readdirSync(folder).map((file) => [file, statSync(join(folder, file)).ino]));
  play(replay, [9]);
  const newer = replay.save(folder);
  expect(newer.chunks[0]).toEqual(older.chunks[0]);
  expect(newer.chunks[1].file).not.toBe(older.chunks[1].file);
  for (const [file, inode] of inodes) expect(statSync(join(folder, file)).ino).toBe(inode);
  const loaded = create();
  loaded.load(folder, older);
  expect(everything(loaded)).toEqual(before);
});

test('the tail chunk takes only its used part on disk', () => {
  const replay = create();
  play(replay, [6]);
  const { chunks } = replay.save(folder);
  expect(chunks.map(({ bytes }) => bytes)).toEqual([5 * frameBytes, 2 * frameBytes]);
  expect(statSync(join(folder, chunks[1].file)).size).toBe(2 * frameBytes);
});

test('prune keeps what the given manifests name and nothing else of its own', () => {
  const replay = create();
  play(replay, [7]);
  replay.save(folder);
  play(replay, [30]);
  const newest = replay.save(folder);
  writeFileSync(join(folder, '.frames-3-abc.bin.1.0.tmp'), '');
  writeFileSync(join(folder, 'notes.txt'), '');
  ReplayBuffer.prune(folder, [newest]);
  const expected = [...newest.chunks.map(({ file }) => file), newest.table.file, 'notes.txt'];
  expect(readdirSync(folder).sort()).toEqual(expected.sort());
  create().load(folder, newest);
});

test('damaged, short and missing files are refused in one line that names the file', () => {
  const replay = create();
  play(replay, [9]);
  const manifest = replay.save(folder);
  const path = join(folder, manifest.chunks[0].file);
  const good = readFileSync(path);
  const bad = Uint8Array.from(good);
  bad[17] ^= 1;
  writeFileSync(path, bad);
  expect(() => create().load(folder, manifest)).toThrow(
    /^The replay file .*frames-0-.* is damaged .*older checkpoint\.$/,
  );
  truncateSync(path, 100);
  expect(() => create().load(folder, manifest)).toThrow('has 100 bytes instead of 240');
  rmSync(path);
  expect(() => create().load(folder, manifest)).toThrow('is missing or unreadable');
  writeFileSync(path, good);
  create().load(folder, manifest);
});

test('another layout or format is refused in one line', () => {
  const replay = create();
  play(replay, [3]);
  const manifest = replay.save(folder);
  expect(() => create(30).load(folder, manifest)).toThrow('The saved replay has capacity 20, this run 30.');
  expect(() => create().load(folder, { ...manifest, version: 2 as never })).toThrow(
    'The replay format 2 is not known',
  );
});
