import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRun, listRuns, RunWriter, SummaryCache } from '../../src/runs/index.ts';
import { encodeMetricLine } from '../../src/runs/metrics.ts';
import { experiment, line, temporaryFolder } from './fixtures.ts';

describe('listRuns', () => {
  test('finds runs at several depths and tells how each stands', () => {
    const out = temporaryFolder();
    const first = createRun(out, experiment({ name: 'a' }), { command: 'x' }).folder;
    const second = createRun(join(out, 'deeper'), experiment({ name: 'b', seed: '2' }), {
      command: 'x',
    }).folder;
    createRun(join(out, 'much', 'too', 'deep'), experiment(), { command: 'x' });
    mkdirSync(join(out, 'a', 'empty'));
    writeFileSync(join(out, 'file'), '');
    const writer = new RunWriter(first);
    writer.log(line(100, { 'return.mean': 5 }, 'evaluation'));
    writer.log(line(200, { 'return.mean': 7 }, 'evaluation'));
    writer.log(line(250, { loss: 1 }));
    writer.close('finished');

    const runs = listRuns(out);
    expect(runs.map((run) => run.folder).sort()).toEqual([first, second].sort());
    expect(runs.find((run) => run.folder === first)).toMatchObject({
      experiment: 'a',
      status: {
        state: 'finished',
        agentStep: 250,
        method: 'sac-curl',
        env: 'control/CartpoleSwingup-v0',
        seed: 1,
      },
      wallSeconds: 25,
      evaluation: { return: 7, agentStep: 200 },
    });
    expect(runs.find((run) => run.folder === second)?.evaluation).toBeUndefined();
    expect(listRuns(first)).toHaveLength(1);
  });

  test('the newest start comes first', async () => {
    const out = temporaryFolder();
    const folders: string[] = [];
    for (const seed of ['1', '2', '3']) {
      folders.unshift(createRun(out, experiment({ seed }), { command: 'x' }).folder);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(listRuns(out).map((run) => run.folder)).toEqual(folders);
  });

  test('an evaluation far from the end is still found', () => {
    const { folder } = createRun(temporaryFolder(), experiment(), { command: 'x' });
    const rows = Array.from({ length: 2000 }, (_, i) => encodeMetricLine(line(i + 2, { loss: i })));
    const evaluation = encodeMetricLine(line(1, { 'return.mean': 3 }, 'evaluation'));
    appendFileSync(join(folder, 'metrics.jsonl'), [evaluation, ...rows, ''].join('\n'));
    expect(listRuns(folder)[0]).toMatchObject({
      evaluation: { return: 3, agentStep: 1 },
      wallSeconds: 200.1,
    });
  });

  test('a damaged run is listed, a missing folder refused', () => {
    const out = temporaryFolder();
    expect(listRuns(out)).toEqual([]);
    const { folder } = createRun(out, experiment(), { command: 'x' });
    rmSync(join(folder, 'status.json'));
    expect(listRuns(out)[0].status.state).toBe('interrupted');
    expect(() => listRuns(join(out, 'none'))).toThrow(
      /^Cannot list the runs in .*: the folder does not exist\.$/,
    );
  });
});

describe('a cache of summaries', () => {
  test('a run that has ended is read again only when its files change', () => {
    const out = temporaryFolder();
    const { folder } = createRun(out, experiment(), { command: 'x' });
    const writer = new RunWriter(folder);
    writer.log(line(100, { 'return.mean': 5 }, 'evaluation'));
    writer.close('finished');
    const cache = new SummaryCache();
    const [first] = listRuns(out, cache);
    expect(listRuns(out, cache)[0]).toBe(first);
    appendFileSync(
      join(folder, 'metrics.jsonl'),
      `${encodeMetricLine(line(200, { 'return.mean': 7 }, 'evaluation'))}\n`,
    );
    const [second] = listRuns(out, cache);
    expect(second.evaluation).toEqual({ return: 7, agentStep: 200 });
    expect(second).toEqual(listRuns(out)[0]);
    rmSync(folder, { recursive: true });
    expect(listRuns(out, cache)).toEqual([]);
  });
});
