import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  analyse,
  csvReport,
  evaluationRows,
  htmlReport,
  loadRuns,
  markdownReport,
  parquetReport,
  published,
  rebuildResults,
  resultFolders,
  type Report,
  type RunResult,
} from '../../src/bench/index.ts';
import { terminalReport } from '../../src/cli/reporting/terminal.ts';
import { createTheme, widthOf } from '../../src/tui/index.ts';
import { messageFrom } from '../runs/fixtures.ts';
import { writeSynthetic } from './synthetic.ts';

const out = mkdtempSync(join(tmpdir(), 'curlew-report-'));
const replicates = 200;
let report: Report;

function reportOf(name: string, keep?: (run: RunResult) => boolean): Report {
  writeSynthetic(join(out, name), keep);
  return analyse(loadRuns([join(out, name)]), { replicates });
}

beforeAll(() => {
  report = reportOf('synthetic');
});
afterAll(() => rmSync(out, { recursive: true, force: true }));

const theme = createTheme(1);
const terminal = (of: Report, width = 160) => terminalReport(of, { theme, width });

test('rows tell seeds, both counts of steps, and the last score, not the best', () => {
  expect(report.rows).toHaveLength(9);
  for (const row of report.rows) {
    expect(row).toMatchObject({ runs: 5, envSteps: 100_000, agentSteps: 100_000 / row.actionRepeat });
    const own = report.runs.filter((run) => run.method === row.method && run.env === row.env);
    const finals = own.map((run) => run.evaluations.at(-1)!.mean);
    expect(row.scores.map(({ score }) => score)).toEqual(finals);
    expect(row.final.point).toBeCloseTo(finals.reduce((sum, x) => sum + x, 0) / 5);
    expect(row.final.interval![0]).toBeLessThan(row.final.point);
    expect(row.at).toEqual([{ step: 50_000, mean: expect.closeTo(meanAt(own, 5)) as number }]);
  }
  expect(report.notes).toEqual([]);
});

const meanAt = (runs: RunResult[], i: number) =>
  runs.reduce((sum, run) => sum + run.evaluations[i].mean, 0) / runs.length;

test('aggregates are of normalised scores over all tasks', () => {
  const [sac, rad, curl] = report.aggregates;
  expect([sac.method, rad.method, curl.method]).toEqual(['sac', 'rad', 'curl']);
  const finals = report.runs
    .filter((run) => run.method === 'sac')
    .map((run) => run.evaluations.at(-1)!.mean / 1000);
  expect(sac).toMatchObject({ runs: 15, fewest: 5 });
  expect(sac.values.mean.point).toBeCloseTo(finals.reduce((sum, x) => sum + x, 0) / 15);
  expect(sac.values.optimalityGap.point).toBeCloseTo(1 - sac.values.mean.point);
  const better = report.improvements.find(({ x, y }) => x === 'curl' && y === 'sac')!;
  expect(better.estimate.point).toBe(1);
  expect(report.efficiency[2].steps).toEqual(Array.from({ length: 11 }, (_, i) => i * 10_000));
  expect(report.efficiency[2].values.at(-1)).toBeCloseTo(curl.values.iqm.point);
});

test('too few seeds are said, and give no interval', () => {
  const few = reportOf('few', ({ seed }) => seed <= 2);
  expect(few.rows.every((row) => row.final.interval === null && row.runs === 2)).toBe(true);
  expect(few.notes[0]).toMatch(/Too few seeds for an interval/);
  expect(few.notes[1]).toMatch(/27 of 45 runs are not finished/);
  expect(few.missing).toHaveLength(27);
  expect(reportOf('three', ({ seed }) => seed <= 3).notes[0]).toMatch(
    /Only 3 seeds in places: intervals are there, but rough/,
  );
});

test('a task that a method has no run of is left out of the aggregates of all', () => {
  const part = reportOf('part', ({ method, env }) => method !== 'curl' || !env.includes('Finger'));
  expect(part.compared.tasks).toEqual(['control/CartpoleSwingup-v0', 'control/ReacherEasy-v0']);
  expect(part.aggregates.every(({ runs }) => runs === 10)).toBe(true);
  expect(part.notes.join()).toMatch(/Aggregates leave out finger-spin/);
});

test('an agent that ends a little after the budget is scored there', () => {
  const loaded = loadRuns([join(out, 'synthetic')]);
  const [run] = loaded.runs;
  run.evaluations[10] = { ...run.evaluations[10], envStep: 100_352, mean: 777 };
  run.evaluations.push({ ...run.evaluations[10], envStep: 110_000, mean: 999 });
  const { scores } = analyse(loaded, { replicates }).rows[0];
  expect(scores[0].score).toBe(777);
});

test('CSV and Parquet hold every evaluation, the same in both', async () => {
  const rows = evaluationRows(report);
  expect(rows).toHaveLength(45 * 11);
  expect(rows.filter((row) => row.final)).toHaveLength(45);
  const [head, first, ...rest] = csvReport(report).trimEnd().split('\n');
  expect(head).toContain('agent_step,env_step');
  expect(first).toMatch(/^synthetic,sac,"SAC, no crop",control\/CartpoleSwingup-v0,1,/);
  expect(rest).toHaveLength(45 * 11 - 1);
  const bytes = parquetReport(report);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  expect(await parquetReadObjects({ file })).toEqual(rows);
});

test('every form of the report names seeds, units, what is published and where it is from', () => {
  const texts = [terminal(report).join('\n'), markdownReport(report), htmlReport(report)];
  for (const text of texts) {
    for (const word of [
      'environment steps',
      'agent steps',
      'runs',
      'published CURL',
      '582 ± 146',
      'not the best',
    ])
      expect(text).toContain(word);
  }
  expect(markdownReport(report)).toContain('curlew bench synthetic');
  expect(published('control/CheetahRun-v0')!.at500k.map(({ mean }) => mean)).toEqual([518, 197, 660, 548]);
  expect(published('arcade/Pong-v0')).toBeNull();
});

test('the page escapes what it is told and asks for nothing', () => {
  const page = htmlReport(report);
  expect(page).toContain('Made-up learning curves &lt;for tests&gt; &amp; nothing else.');
  expect(page).not.toMatch(/(src|href)="https?:/);
});

test.each([80, 160, 250])('the terminal report keeps to %i columns', (width) => {
  const lines = terminal(report, width);
  expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
  expect(lines.join('\n')).toMatch(/[\u2801-\u28ff]/);
});

test('results are rebuilt from summaries alone, always to the same files', () => {
  expect(resultFolders(out)).toContain(join(out, 'synthetic'));
  const read = () =>
    ['README.md', 'curves.svg', 'evaluations.csv'].map((name) =>
      readFileSync(join(out, 'synthetic', name), 'utf8'),
    );
  rebuildResults(join(out, 'synthetic'), replicates);
  const before = read();
  rebuildResults(join(out, 'synthetic'), replicates);
  expect(read()).toEqual(before);
  expect(before[0]).toContain('![learning curves](curves.svg)');
});

test('what cannot be reported is said in one line', () => {
  expect(messageFrom(() => loadRuns([join(out, 'nowhere')]))).toMatch(/the folder does not exist/);
  expect(messageFrom(() => reportOf('none', () => false))).toMatch(
    /No run of the suite synthetic in .* is finished yet/,
  );
});
