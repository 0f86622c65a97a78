import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/base/index.ts';
import {
  followRun,
  metricLines,
  readRun,
  readStatus,
  RunWriter,
  type MetricLine,
} from '../../src/runs/index.ts';
import { LineReader } from '../../src/runs/line-reader.ts';
import { encodeMetricLine } from '../../src/runs/metrics.ts';
import { freshRun, line, temporaryFolder } from './fixtures.ts';

const metricsOf = (folder: string) => join(folder, 'metrics.jsonl');
const steps = (lines: MetricLine[]) => lines.map((entry) => entry.agentStep);

describe('followRun', () => {
  test('gives the new lines of each poll, and waits for the end of a line', () => {
    const folder = freshRun();
    const follower = followRun(folder);
    expect(follower.poll()).toEqual({ lines: [], restarted: false, behind: false });
    const text = encodeMetricLine(line(1, { loss: 2, näme: 3 }));
    appendFileSync(metricsOf(folder), text.slice(0, 20));
    expect(follower.poll().lines).toEqual([]);
    appendFileSync(metricsOf(folder), text.slice(20));
    expect(follower.poll().lines).toEqual([]);
    appendFileSync(metricsOf(folder), `\n${text}\n{"half`);
    expect(follower.poll().lines).toEqual([line(1, { loss: 2, näme: 3 }), line(1, { loss: 2, näme: 3 })]);
    expect(follower.metrics.get('loss')).toMatchObject({ value: [2, 2], last: 2 });
    expect(follower.poll().lines).toEqual([]);
  });

  test('lines that are no metric lines are passed over', () => {
    const folder = freshRun();
    const odd = ['', '{', 'null', '[]', '7', '{"kind":"other"}', '{"kind":"train","agentStep":1}'];
    writeFileSync(metricsOf(folder), [...odd, encodeMetricLine(line(3, { loss: NaN })), ''].join('\n'));
    expect(followRun(folder).poll().lines).toEqual([line(3, { loss: NaN })]);
  });

  test('starts over when a resumed run was cut back, even if it has grown past the old end', () => {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    for (let step = 1; step <= 5; step++) writer.log(line(step, { loss: step }));
    const follower = followRun(folder);
    follower.poll();
    writer.close('interrupted');
    const resumed = new RunWriter(folder, { resumeFrom: 3 });
    for (let step = 4; step <= 9; step++) resumed.log(line(step, { loss: -step }));
    const { lines, restarted } = follower.poll();
    expect(restarted).toBe(true);
    expect(steps(lines)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(follower.metrics.get('loss')?.value).toEqual([1, 2, 3, -4, -5, -6, -7, -8, -9]);
    resumed.close('finished');
    expect(follower.poll()).toEqual({ lines: [], restarted: false, behind: false });
  });

  test('a resumption that cuts nothing does not start it over', () => {
    const folder = freshRun();
    const writer = new RunWriter(folder);
    writer.log(line(1, { loss: 1 }));
    const follower = followRun(folder);
    follower.poll();
    writer.close('interrupted');
    new RunWriter(folder, { resumeFrom: 1 }).close('interrupted');
    expect(follower.poll().restarted).toBe(false);
    rmSync(metricsOf(folder));
    expect(follower.poll()).toEqual({ lines: [], restarted: true, behind: false });
    expect(follower.metrics.size).toBe(0);
  });

  test('keeps a bounded number of points, however long the run', () => {
    const folder = freshRun();
    const rows = Array.from({ length: 10_000 }, (_, i) => `${encodeMetricLine(line(i, { loss: i }))}\n`);
    writeFileSync(metricsOf(folder), rows.join(''));
    const follower = followRun(folder, { maxPoints: 100 });
    while (follower.poll().behind);
    const loss = follower.metrics.get('loss');
    expect(loss?.count).toBe(10_000);
    expect(loss?.length).toBeLessThanOrEqual(100);
    expect(loss?.agentStep.at(-1)).toBe(9999);
    expect(readRun(folder).metrics.get('loss')?.length).toBe(10_000);
  });

  test('of training one line in so many can be taken, of all else every one', () => {
    const folder = freshRun();
    const rows = Array.from({ length: 1000 }, (_, i) =>
      i % 100 === 99 ? line(i, { 'return.mean': i }, 'evaluation') : line(i, { loss: i }),
    );
    writeFileSync(metricsOf(folder), rows.map((row) => `${encodeMetricLine(row)}\n`).join(''));
    const follower = followRun(folder, { trainEvery: 10 });
    while (follower.poll().behind);
    expect(follower.metrics.get('loss')?.count).toBe(99);
    expect(follower.metrics.get('return.mean')?.count).toBe(10);
  });

  test('what is no run is refused in one line', () => {
    const folder = temporaryFolder();
    expect(() => followRun(folder)).toThrow(InputError);
    expect(() => readRun(join(folder, 'none'))).toThrow(
      /^There is no run in .*: the folder does not exist\.$/,
    );
  });
});

describe('LineReader', () => {
  test('takes a bounded part per read, but always a whole line', () => {
    const path = join(temporaryFolder(), 'lines');
    const long = 'x'.repeat(100);
    writeFileSync(path, `aa\nbb\ncc\n${long}\ndd\nrest`);
    const reader = new LineReader(path, 8);
    const reads = Array.from({ length: 5 }, () => reader.read());
    expect(reads.flatMap((read) => read.lines)).toEqual(['aa', 'bb', 'cc', long, 'dd']);
    expect(reads.at(-1)).toEqual({ lines: [], restarted: false, behind: false });
  });
});

test('a run that another process writes can be followed; killed, it reads as interrupted and can be resumed', async () => {
  const folder = freshRun();
  const script = join(import.meta.dirname, 'writing-process.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const exit = once(child, 'exit');
  try {
    const follower = followRun(folder);
    const seen: MetricLine[] = [];
    while (seen.length < 2000 && child.exitCode === null) {
      seen.push(...follower.poll().lines);
      await sleep(2);
    }
    expect(readStatus(folder)).toMatchObject({ state: 'running', phase: 'learning', pid: child.pid });
    child.kill('SIGKILL');
    await exit;
    seen.push(...follower.poll().lines);
    expect(steps(seen)).toEqual(seen.map((_, i) => i + 1));
    expect(readStatus(folder)).toMatchObject({ state: 'interrupted' });

    new RunWriter(folder, { resumeFrom: 1000 }).close('interrupted');
    expect(steps([...metricLines(folder)]).at(-1)).toBe(1000);
    expect(follower.poll()).toMatchObject({ restarted: true, behind: false });
  } finally {
    child.kill('SIGKILL');
  }
});
