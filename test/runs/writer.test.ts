import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { RunError } from '../../src/base/index.ts';
import { followRun, metricLines, readRun, readStatus, RunWriter } from '../../src/runs/index.ts';
import { JsonlSink } from '../../src/runs/sinks/index.ts';
import { eventFiles, readEvents } from './events.ts';
import { freshRun, line, messageFrom } from './fixtures.ts';

const textOf = (folder: string, name: string) => readFileSync(join(folder, name), 'utf8');
/** What a run logs at one step. */
function logStep(writer: RunWriter, step: number): void {
  writer.log(line(step, { 'loss.critic': 1 / (step + 1), ...(step > 3 && { 'loss.actor': -step }) }));
  if (step % 2 === 0) writer.log(line(step, { 'return.mean': step * 10 }, 'evaluation'));
}

describe('RunWriter', () => {
  test('what is logged is what readers see', () => {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    for (let step = 1; step <= 6; step++) logStep(writer, step);
    writer.close('finished');
    const run = readRun(folder);
    expect(run.status).toMatchObject({ state: 'finished', agentStep: 6, totalSteps: 100_000 });
    expect(run.metrics.get('return.mean')).toMatchObject({
      kind: 'evaluation',
      agentStep: [2, 4, 6],
      envStep: [16, 32, 48],
      value: [20, 40, 60],
    });
    expect(run.metrics.get('loss.actor')?.value).toEqual([-4, -5, -6]);
  });

  test('a resumed run leaves the same files as one that was never interrupted', () => {
    const whole = freshRun();
    const uninterrupted = new RunWriter(whole);
    for (let step = 1; step <= 8; step++) logStep(uninterrupted, step);
    uninterrupted.close('finished');

    const folder = freshRun();
    const first = new RunWriter(folder);
    for (let step = 1; step <= 6; step++) logStep(first, step);
    first.close('interrupted');
    appendFileSync(join(folder, 'metrics.jsonl'), '{"kind":"train","agentSt');
    const second = new RunWriter(folder, { resumeFrom: 4 });
    expect([...metricLines(folder)].map((entry) => entry.agentStep)).toEqual([1, 2, 2, 3, 4, 4]);
    for (let step = 5; step <= 8; step++) logStep(second, step);
    second.close('finished');

    for (const name of ['metrics.jsonl', 'progress.csv'])
      expect(textOf(folder, name)).toBe(textOf(whole, name));
    const values = (run: string) =>
      readEvents(run).flatMap(({ step, values }) => (step === undefined ? [] : [{ step, values }]));
    expect(values(folder).filter((event) => Object.keys(event.values).length > 0)).toEqual(values(whole));
  });

  test('a resume from before the first line empties the files', () => {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    expect(eventFiles(folder)).toEqual([]);
    logStep(writer, 0);
    writer.truncateAfter(-1);
    writer.truncateAfter(-1);
    expect(textOf(folder, 'metrics.jsonl')).toBe('');
    expect(textOf(folder, 'progress.csv')).toBe('kind,agentStep,envStep,wallSeconds\n');
    logStep(writer, 0);
    expect(followRun(folder).poll().lines).toHaveLength(2);
    expect(eventFiles(folder)).toHaveLength(2);
    writer.close('finished');
    expect(readStatus(folder).state).toBe('finished');
  });

  test('nothing logged is lost when a run is opened again without a step', () => {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    logStep(writer, 2);
    writer.close('interrupted');
    appendFileSync(join(folder, 'metrics.jsonl'), '{"kind"');
    appendFileSync(join(folder, '.status.json.123.tmp'), '{"ver');
    new RunWriter(folder).close('interrupted');
    expect([...metricLines(folder)]).toHaveLength(2);
    expect(textOf(folder, 'metrics.jsonl').endsWith('}\n')).toBe(true);
    expect(existsSync(join(folder, '.status.json.123.tmp'))).toBe(false);
  });

  test('numbers that JSON lacks come back as NaN', () => {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    writer.log(line(1, { loss: NaN, other: Infinity, fine: 1 }));
    writer.close('failed', 'diverged');
    expect(textOf(folder, 'metrics.jsonl')).toContain('{"loss":null,"other":null,"fine":1}');
    expect([...metricLines(folder)][0].values).toEqual({ loss: NaN, other: NaN, fine: 1 });
  });

  test('closing twice keeps the first state; a reason is one line', () => {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    writer.close('failed', 'the loss is not finite\n  at somewhere');
    writer.close('finished');
    expect(readStatus(folder)).toMatchObject({ state: 'failed', reason: 'the loss is not finite' });
    expect(() => writer.log(line(1, {}))).toThrow(/^Cannot write .*metrics\.jsonl: it is closed\.$/);
  });
});

describe('the status of a running writer', () => {
  afterEach(() => vi.useRealTimers());
  const begin = Date.parse('2026-01-01T00:00:00Z');
  const heartbeat = (folder: string) => (Date.parse(readStatus(folder).heartbeatAt) - begin) / 1000;

  test('is renewed by the timer while the loop waits', () => {
    vi.useFakeTimers({ now: begin });
    const folder = freshRun();
    const writer = new RunWriter(folder);
    for (let second = 1; second <= 12; second++) {
      vi.advanceTimersByTime(1000);
      expect(second - heartbeat(folder)).toBeLessThanOrEqual(5);
    }
    writer.close('finished');
    vi.advanceTimersByTime(60_000);
    expect(heartbeat(folder)).toBe(12);
  });

  test('is renewed by calls while the loop keeps the event loop busy', () => {
    vi.useFakeTimers({ now: begin, toFake: ['Date'] });
    const folder = freshRun();
    const writer = new RunWriter(folder);
    for (let second = 1; second <= 12; second++) {
      vi.setSystemTime(begin + second * 1000);
      writer.status();
      expect(second - heartbeat(folder)).toBeLessThanOrEqual(5);
    }
    writer.close('finished');
  });

  test('shows a new phase at once, and steps at least every second', () => {
    vi.useFakeTimers({ now: begin, toFake: ['Date'] });
    const folder = freshRun();
    const writer = new RunWriter(folder);
    writer.status({ phase: 'evaluating' });
    expect(readStatus(folder).phase).toBe('evaluating');
    writer.status({ agentStep: 5 });
    vi.setSystemTime(begin + 1000);
    writer.status({ agentStep: 6 });
    expect(readStatus(folder)).toMatchObject({ agentStep: 6, phase: 'evaluating' });
    writer.close('finished');
  });
});

test('live views are built only when the last one is old enough', () => {
  const folder = freshRun();
  const writer = new RunWriter(folder, { liveSeconds: 3600 });
  const view = { agentStep: 1, width: 1, height: 1, frames: [new Uint8Array([1, 2, 3])] };
  const build = vi.fn(() => ({ ...view, agentStep: 2 }));
  writer.live(view);
  writer.live(build);
  expect(build).not.toHaveBeenCalled();
  expect(followRun(folder).live()).toEqual(view);
  writer.close('finished');
});

describe('when a file cannot be written', () => {
  // The device that is always full exists on Linux only.
  test.runIf(existsSync('/dev/full'))('a full disk is one clear line', () => {
    const sink = new JsonlSink('/dev/full');
    const action = () => sink.write(line(1, { loss: 1 }));
    expect(action).toThrow(RunError);
    expect(messageFrom(action)).toBe('Cannot write /dev/full: the disk is full; free some space.');
  });

  /** A run whose CSV file cannot take a new column. */
  function brokenRun(): { folder: string; writer: RunWriter } {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    rmSync(join(folder, 'progress.csv'));
    mkdirSync(join(folder, 'progress.csv'));
    return { folder, writer };
  }

  test('the run gets one clear line, and nothing goes behind half a line', () => {
    const { folder, writer } = brokenRun();
    const action = () => writer.log(line(1, { loss: 1 }));
    expect(action).toThrow(RunError);
    const message = messageFrom(action);
    expect(message).toMatch(/^Cannot read .*progress\.csv: this is a folder, not a file\.$/);
    expect([...metricLines(folder)]).toHaveLength(1);
    writer.close('failed', message);
    expect(readStatus(folder)).toMatchObject({ state: 'failed', reason: message });
  });

  test('a run that lost lines does not count as finished', () => {
    const { folder, writer } = brokenRun();
    expect(() => writer.log(line(1, { loss: 1 }))).toThrow(RunError);
    expect(() => writer.close('finished')).toThrow(/this is a folder/);
    expect(readStatus(folder).state).toBe('failed');
  });
});
