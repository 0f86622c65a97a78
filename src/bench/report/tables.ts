import { AGGREGATES, type AggregateName } from '../statistics/index.ts';
import { counted, estimateText, labelIn, number, steps, taskIn } from './format.ts';
import { PUBLISHED_CAVEAT, PUBLISHED_METHODS, published, type PublishedScore } from './published.ts';
import type { Report } from './types.ts';

/** A table as text, for any renderer; the first columns, `texts` of them, are words. */
export interface Table {
  title: string;
  /** What to know when reading it. */
  note?: string;
  head: string[];
  rows: string[][];
  texts: number;
}

/** Every method on every task. */
export function taskTable(report: Report): Table {
  const at = report.rows[0]?.at.map(({ step }) => step) ?? [];
  const threshold = number(report.rows[0]?.threshold.score);
  const same = new Set(report.rows.map((row) => row.threshold.score)).size === 1;
  return {
    title: 'Scores by task',
    note: 'sd: standard deviation over runs. To threshold: median of the environment steps at which runs first reach the return, and how many did. Area: mean height of the learning curve.',
    texts: 2,
    head: [
      'task',
      'method',
      'runs',
      'agent steps',
      'environment steps',
      'final return (95 % interval)',
      'sd',
      ...at.map((step) => `at ${steps(step)}`),
      `steps to ${same ? threshold : 'threshold'}`,
      'reached',
      'area',
      'minutes',
    ],
    rows: report.rows.map((row) => [
      taskIn(report, row.env),
      labelIn(report, row.method),
      String(row.runs),
      steps(row.agentSteps),
      steps(row.envSteps),
      estimateText(row.final),
      number(row.deviation),
      ...row.at.map(({ mean }) => number(mean)),
      steps(row.threshold.steps),
      `${row.threshold.reached}/${row.runs}`,
      number(row.area),
      number(row.minutes),
    ]),
  };
}

/** IQM, mean, median, optimality gap. */
export function aggregateTable(report: Report): Table {
  const names = Object.keys(AGGREGATES) as AggregateName[];
  const tasks = report.compared.tasks.map((env) => taskIn(report, env)).join(', ');
  return {
    title: 'Normalised scores over all tasks',
    note: `0 is the random score, 1 the reference, of ${counted(report.compared.tasks.length, 'task')}: ${tasks || 'none that all methods finished'}. Less is better for the optimality gap.`,
    texts: 1,
    head: ['method', 'runs', 'fewest a task', ...names.map((name) => AGGREGATES[name].label)],
    rows: report.aggregates.map((row) => [
      labelIn(report, row.method),
      String(row.runs),
      String(row.fewest),
      ...names.map((name) => estimateText(row.values[name])),
    ]),
  };
}

/** Probability of improvement of row over column. */
export function improvementTable(report: Report): Table {
  const { methods } = report.compared;
  const cell = (x: string, y: string) => {
    const found = report.improvements.find((one) => one.x === x && one.y === y);
    return found ? estimateText(found.estimate) : '';
  };
  return {
    title: 'Probability of improvement',
    note: 'How probable it is that a run of the row beats a run of the column on the same task, ties one half.',
    texts: 1,
    head: ['', ...methods.map((id) => labelIn(report, id))],
    rows: methods.map((x) => [labelIn(report, x), ...methods.map((y) => cell(x, y))]),
  };
}

const publishedText = ({ mean, deviation }: PublishedScore) =>
  deviation === undefined ? String(mean) : `${mean} ± ${deviation}`;

/** Published scores of the report's tasks; null where there are none. */
export function publishedTable(report: Report): Table | null {
  const known = report.tasks.flatMap(({ env, label }) => {
    const scores = published(env);
    return scores ? [{ label, scores }] : [];
  });
  if (known.length === 0) return null;
  return {
    title: 'Published figures (not runs of this program)',
    note: PUBLISHED_CAVEAT,
    texts: 2,
    head: ['task', 'environment steps', ...PUBLISHED_METHODS.map(({ name }) => `published ${name}`)],
    rows: known.flatMap(({ label, scores }) => [
      [label, '100k', ...scores.at100k.map(publishedText)],
      [label, '500k', ...scores.at500k.map(publishedText)],
    ]),
  };
}

/** What is not finished, with reasons. */
export function missingTable(report: Report): Table | null {
  const told = report.missing.filter(({ state }) => state !== 'waiting');
  if (told.length === 0) return null;
  return {
    title: 'Runs that are not finished',
    texts: 4,
    head: ['task', 'method', 'seed', 'state', 'agent steps', 'reason'],
    rows: told.map((run) => [
      taskIn(report, run.env),
      labelIn(report, run.method),
      String(run.seed),
      run.state,
      steps(run.agentStep),
      run.reason ?? '',
    ]),
  };
}

/** Versions and machines behind the runs, most runs first. */
export function versionTable({ runs }: Report): Table {
  const counts = new Map<string, number>();
  for (const { versions } of runs) {
    const { curlew, node, platform, cpu, commit, dirty } = versions;
    const engine = versions.engine as { name?: string; threads?: number; kernels?: string } | null;
    const code = commit === null ? '' : `${commit.slice(0, 10)}${dirty ? ', changed' : ''}`;
    const key = JSON.stringify([
      curlew,
      code,
      node,
      platform,
      cpu,
      `${engine?.name ?? ''} (${engine?.threads ?? '?'} threads, ${engine?.kernels ?? ''} kernels)`,
    ]);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const rows = [...counts].sort((a, b) => b[1] - a[1]);
  return {
    title: 'Versions and machines',
    texts: 6,
    head: ['curlew', 'commit', 'node', 'platform', 'CPU', 'engine', 'runs'],
    rows: rows.map(([key, count]) => [...(JSON.parse(key) as string[]), String(count)]),
  };
}
