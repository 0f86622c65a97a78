import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { InputError, Random, RunError, type Json, type Snapshot } from '../../src/base/index.ts';
import { ReplayBuffer } from '../../src/replay/index.ts';
import { Checkpoints } from '../../src/train/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'curlew-checkpoints-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const pixel = Uint8Array.of(1, 2, 3);

function replayWith(steps: number): ReplayBuffer {
  const layout = { height: 1, width: 1, channels: 3, stack: 1, actionSize: 1, chunkBytes: 9 };
  const replay = new ReplayBuffer({ capacity: 20, ...layout, random: Random.stream(1, 'replay') });
  for (let k = 0; k < steps; k++) {
    if (k === 0) replay.start(pixel);
    replay.add({ action: [k], reward: k, observation: pixel, terminated: false, truncated: false });
  }
  return replay;
}

function snapshot(value: number): Snapshot {
  return {
    tensors: {
      'a/weights': { shape: [2, 2], data: Float32Array.of(value, -0, 1e-40, 3.4e38) },
      'b/bytes': { shape: [3], data: Uint8Array.of(0, 127, 255) },
    },
    values: { a: { counter: value, exact: 0.1 + 0.2, list: [1, null, 'x'] } },
  };
}

function saved(...steps: number[]): Checkpoints {
  const checkpoints = new Checkpoints(folder, 'key');
  for (const step of steps) checkpoints.save(step, snapshot(step), replayWith(step));
  return checkpoints;
}

/** Changes one byte of a file. */
function damage(file: string): void {
  const bytes = readFileSync(join(folder, file));
  bytes[bytes.length >> 1] ^= 4;
  writeFileSync(join(folder, file), bytes);
}

const fileOf = (step: number) =>
  readdirSync(folder).find((file) => new RegExp(`^step-${step}-.*safetensors$`).test(file))!;

test('what was saved comes back bit for bit, replay included', () => {
  const checkpoint = saved(5).newest(replayWith(0));
  expect(checkpoint?.snapshot).toEqual(snapshot(5));
  expect(Object.is(checkpoint?.snapshot.tensors['a/weights'].data[1], -0)).toBe(true);
  const replay = replayWith(0);
  saved(7).newest(replay);
  expect([...replay.rewards(Int32Array.of(0, 6))]).toEqual([0, 6]);
});

test('nothing saved is null', () => {
  expect(new Checkpoints(join(folder, 'none'), 'key').newest()).toBeNull();
  expect(new Checkpoints(join(folder, 'none'), 'key').best()).toBeNull();
});

test('the two newest and the best stay, and nothing else', () => {
  const checkpoints = new Checkpoints(folder, 'key');
  checkpoints.saveBest(3, snapshot(3));
  for (const step of [5, 10, 15, 20]) checkpoints.save(step, snapshot(step), replayWith(step));
  checkpoints.saveBest(18, snapshot(18));
  expect(checkpoints.steps()).toEqual([20, 15]);
  const files = readdirSync(folder).map((file) => file.replace(/-[0-9a-f]{16}\./, '-HASH.'));
  expect(files.sort()).toEqual([
    'best-HASH.safetensors',
    'best.json',
    'replay',
    'step-15-HASH.safetensors',
    'step-15.json',
    'step-20-HASH.safetensors',
    'step-20.json',
  ]);
  expect(checkpoints.best()?.snapshot).toEqual(snapshot(18));
  expect(checkpoints.best()?.agentStep).toBe(18);
  const older = replayWith(0);
  checkpoints.discardAfter(15);
  expect(checkpoints.newest(older)?.agentStep).toBe(15);
  expect(older.size).toBe(15);
});

test('a damaged newest state is passed over with a note, whichever of its files is hit', () => {
  const newestReplay = () => {
    const state = JSON.parse(readFileSync(join(folder, 'step-10.json'), 'utf8')) as {
      state: { replay: { table: { file: string } } };
    };
    return join('replay', state.state.replay.table.file);
  };
  for (const pick of [() => 'step-10.json', () => fileOf(10), newestReplay]) {
    const checkpoints = saved(5, 10);
    damage(pick());
    const replay = replayWith(0);
    const checkpoint = checkpoints.newest(replay);
    expect(checkpoint?.agentStep).toBe(5);
    expect(checkpoint?.notes.length).toBe(1);
    expect(checkpoint?.notes[0]).toMatch(/(is damaged|has format)/);
    expect(replay.size).toBe(5);
    rmSync(folder, { recursive: true });
  }
  saved(1);
});

test('tensors that are missing count as damage', () => {
  const checkpoints = saved(5, 10);
  rmSync(join(folder, fileOf(10)));
  expect(checkpoints.newest()?.agentStep).toBe(5);
});

test('when no state is whole, one line says so', () => {
  const checkpoints = saved(5, 10);
  damage(fileOf(5));
  damage(fileOf(10));
  expect(() => checkpoints.newest()).toThrow(RunError);
  expect(() => checkpoints.newest()).toThrow(
    /^No checkpoint in .* is usable\. The checkpoint file .* is damaged.*\.$/,
  );
});

test("another experiment's state is refused in one line instead of passed over", () => {
  saved(5, 10);
  const other = new Checkpoints(folder, 'other');
  expect(() => other.newest()).toThrow(InputError);
  expect(() => other.newest()).toThrow('belongs to another experiment: it is "key" there and "other" here.');
});

test('a state is of its experiment as long as every setting that it was saved with is the same', () => {
  const settings = { seed: 1, env: { id: 'a', size: 48 }, list: [1, 2] };
  const empty = { tensors: {}, values: {} };
  new Checkpoints(folder, settings).save(5, empty, null);
  const read = (now: Json) => () => new Checkpoints(folder, now).newest();
  const learned = { ...settings, env: { ...settings.env, shade: 'none' } };
  expect(read(learned)()?.agentStep).toBe(5);
  expect(read({ ...settings, env: { id: 'a', size: 54 } })).toThrow('env.size is 48 there and 54 here.');
  expect(read({ ...settings, list: [1] })).toThrow('list is [1,2] there and [1] here.');
  expect(read({ seed: 1, list: [1, 2] })).toThrow('env is {"id":"a","size":48} there and null here.');
});

test('a format of the future is not read', () => {
  const checkpoints = saved(5);
  const path = join(folder, 'step-5.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('{"version":2', '{"version":9'));
  expect(() => checkpoints.newest()).toThrow('has format 9; this program reads 2');
});

test('a write that was cut leaves the older state, and its leftovers go with the next save', () => {
  const checkpoints = saved(5, 10);
  writeFileSync(join(folder, '.step-15.json.77.0.tmp'), '{"vers');
  writeFileSync(join(folder, 'step-15-0123456789abcdef.safetensors'), 'cut');
  expect(checkpoints.newest()?.agentStep).toBe(10);
  checkpoints.save(15, snapshot(15), replayWith(15));
  expect(existsSync(join(folder, '.step-15.json.77.0.tmp'))).toBe(false);
  expect(existsSync(join(folder, 'step-15-0123456789abcdef.safetensors'))).toBe(false);
  expect(checkpoints.newest()?.agentStep).toBe(15);
});

test('saving a step again replaces it', () => {
  const checkpoints = saved(5);
  checkpoints.save(5, snapshot(6), replayWith(5));
  expect(checkpoints.newest()?.snapshot).toEqual(snapshot(6));
  expect(readdirSync(folder).filter((file) => file.endsWith('.safetensors')).length).toBe(1);
});
