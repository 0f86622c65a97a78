import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import { Box, Discrete, MultiBinary } from '../../src/envs/index.ts';
import { RunWriter, createRun, metricLines } from '../../src/runs/index.ts';
import { Interaction, RunRecorder, Stopwatch, actionCodec, summarise } from '../../src/train/index.ts';
import { Film } from '../../src/train/film.ts';
import { LineEnv } from './fakes.ts';
import { smallExperiment } from './harness.ts';

test('the stopwatch charges every moment to one part', () => {
  let now = 0;
  const watch = new Stopwatch(() => now);
  now = 1000;
  expect(watch.enter('env')).toBe('other');
  now = 4000;
  watch.enter('update');
  now = 10_000;
  const { seconds, shares } = watch.lap();
  expect(seconds).toBe(10);
  expect(shares).toEqual({ env: 0.3, replay: 0, update: 0.6, evaluation: 0, other: 0.1 });
  now = 12_000;
  expect(watch.lap()).toEqual({
    seconds: 2,
    shares: { env: 0, replay: 0, update: 1, evaluation: 0, other: 0 },
  });
});

test('actions are stretched to the bounds of a box and never leave them', () => {
  const codec = actionCodec(new Box({ low: [-2, 0], high: [2, 10], shape: [2] }));
  expect(codec).toMatchObject({ size: 2, space: { kind: 'continuous', size: 2 } });
  expect(codec.toEnv(Float32Array.of(-1, 1))).toEqual(Float32Array.of(-2, 10));
  expect(codec.toEnv(Float32Array.of(0, 0))).toEqual(Float32Array.of(0, 5));
  expect(codec.toEnv(Float32Array.of(1.0001, -1.0001))).toEqual(Float32Array.of(2, 0));
  const plain = actionCodec(new Box({ low: -1, high: 1, shape: [1] }));
  expect(plain.toEnv(Float32Array.of(1e-9))).toEqual(Float32Array.of(1e-9));
});

test('random actions cover their space', () => {
  const random = Random.stream(1, 'x');
  const box = actionCodec(new Box({ low: -3, high: 1, shape: [1] }));
  const drawn = Array.from({ length: 500 }, () => (box.toEnv(box.random(random)) as Float32Array)[0]);
  expect(Math.min(...drawn)).toBeLessThan(-2.9);
  expect(Math.max(...drawn)).toBeGreaterThan(0.9);
  const discrete = actionCodec(new Discrete(3, 5));
  const choices = new Set(Array.from({ length: 100 }, () => discrete.toEnv(discrete.random(random))));
  expect([...choices].sort()).toEqual([5, 6, 7]);
});

test('spaces without a policy are refused in one line', () => {
  expect(() => actionCodec(new MultiBinary(3))).toThrow(
    'Agents act in bounded float boxes and in discrete spaces',
  );
  expect(() => actionCodec(new Box({ low: -Infinity, high: 1, shape: [1] }))).toThrow('bounded');
});

test('mean and standard deviation of returns', () => {
  const results = [1, 3, 8].map((value) => ({ return: value, length: 1 }));
  expect(summarise(results)).toEqual({ mean: 4, std: Math.sqrt(26 / 3) });
});

test('a film of a long episode thins out and keeps its real speed', () => {
  const env = new LineEnv(false);
  env.reset({ seed: 1 });
  const film = new Film(1);
  const judge = () => ({ value: Float32Array.of(2), entropy: Float32Array.of(0.5) });
  for (let step = 0; step < 400; step++) film.take(env, { episode: 0, reward: step, judge });
  film.take(env, { episode: 1, reward: 0 });
  expect(film.episodes.length).toBe(1);
  expect(film.episodes[0].length).toBe(100);
  expect(film.fps(0)).toBe(25 / 4);
  const { every, rewards, traces } = film.trace(0, 7);
  expect(every).toBe(4);
  expect(rewards).toHaveLength(399);
  expect(rewards[0]).toBe(1);
  expect(traces.value).toHaveLength(399);
  expect(traces.entropy[0]).toBe(0.5);
});

test('an environment that does not follow its seed cannot be resumed, and says so', () => {
  const codec = actionCodec(new LineEnv(false).actionSpace);
  const first = new Interaction(new LineEnv(false), codec, 1);
  first.begin();
  for (let k = 0; k < 3; k++) first.step(Float32Array.of(0.5, 0));
  const state = JSON.parse(JSON.stringify(first.state())) as ReturnType<Interaction['state']>;
  const faithful = new Interaction(new LineEnv(false), codec, 1);
  faithful.restore(state, first.observation);
  expect(faithful.step(Float32Array.of(1, 0))).toEqual(first.step(Float32Array.of(1, 0)));
  const other = new Interaction(new LineEnv(false), codec, 2);
  expect(() => other.restore(state, first.observation)).toThrow('does not repeat itself from its seed');
});

test('a recorder passes on the warning that an encoder has collapsed', () => {
  const out = mkdtempSync(join(tmpdir(), 'curlew-recorder-'));
  const { folder } = createRun(out, smallExperiment(), { command: 'test' });
  const writer = new RunWriter(folder);
  const notes: string[] = [];
  const recorder = new RunRecorder(writer, 6, (note) => notes.push(note));
  for (let agentStep = 1; agentStep < 20; agentStep++)
    recorder.metrics('train', { agentStep, envStep: agentStep, wallSeconds: 1 }, { 'embedding.spread': 0 });
  expect(notes).toEqual([expect.stringMatching(/^warning: the encoder has collapsed/)]);
  writer.close('finished');
  rmSync(out, { recursive: true });
});

test('a recorder keeps few films that span the run, and no evaluation line twice', () => {
  const out = mkdtempSync(join(tmpdir(), 'curlew-recorder-'));
  const { folder } = createRun(out, smallExperiment(), { command: 'test' });
  const writer = new RunWriter(folder);
  const line = (agentStep: number) => ({ agentStep, envStep: 2 * agentStep, wallSeconds: 1 });
  new RunRecorder(writer, 6).metrics('evaluation', line(20), { 'return.mean': 1 });
  const recorder = new RunRecorder(writer, 6);
  recorder.metrics('evaluation', line(20), { 'return.mean': 1 });
  recorder.metrics('evaluation', line(40), { 'return.mean': 2 });
  expect([...metricLines(folder)].map(({ agentStep }) => agentStep)).toEqual([20, 40]);
  const picture = { width: 2, height: 2, data: new Uint8Array(12) };
  for (let step = 0; step <= 100; step++) recorder.episode(`eval-${step}`, [picture], 10);
  const trace = { version: 1 as const, agentStep: 101, every: 1, rewards: [1], traces: {} };
  recorder.episode('eval-101', [picture], 10, trace);
  recorder.episode('eval-102', [picture], 10);
  recorder.episode('eval-103', [picture], 10);
  const files = readdirSync(join(folder, 'episodes'));
  // The numbers of an episode go with its pictures.
  expect(files.includes('eval-101.json')).toBe(files.includes('eval-101.gif'));
  const steps = files.filter((file) => file.endsWith('.gif')).map((file) => Number(/\d+/.exec(file)));
  steps.sort((a, b) => a - b);
  expect(steps.length).toBe(24);
  expect([steps[0], steps[23]]).toEqual([0, 103]);
  writer.close('finished');
  rmSync(out, { recursive: true });
});
