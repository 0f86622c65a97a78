import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readRun, type RunRecord } from '../../runs/index.ts';
import {
  colorDepthOf,
  createTheme,
  humanCount,
  humanDuration,
  humanNumber,
  type Theme,
} from '../../tui/index.ts';
import { commandName } from '../invocation.ts';
import { columns } from '../output.ts';

/** The newest film of a run. */
function newestFilm(folder: string): string | undefined {
  try {
    const films = readdirSync(join(folder, 'episodes')).filter((name) => name.endsWith('.gif'));
    const age = (name: string) => statSync(join(folder, 'episodes', name)).mtimeMs;
    const newest = films.sort((a, b) => age(b) - age(a))[0];
    return newest === undefined ? undefined : join(folder, 'episodes', newest);
  } catch {
    return undefined;
  }
}

const spread = (mean: number, std: number | undefined) =>
  std === undefined || Number.isNaN(std) ? humanNumber(mean) : `${humanNumber(mean)} ± ${humanNumber(std)}`;

function returns({ metrics }: RunRecord): [string, string][] {
  const last = (name: string) => metrics.get(name)?.last;
  const mean = last('return.mean');
  const random = last('random.return.mean');
  const rows: [string, string][] = [];
  if (mean !== undefined) {
    const at = metrics.get('return.mean')!.agentStep.at(-1)!;
    const episodes = last('return.episodes');
    rows.push([
      'trained policy',
      `${spread(mean, last('return.std'))}   at agent step ${humanCount(at)}${episodes ? `, ${episodes} episodes` : ''}`,
    ]);
  }
  if (random !== undefined) rows.push(['random policy', spread(random, last('random.return.std'))]);
  return rows;
}

/** What can be done with a run now: commands with what they are good for. */
function nextSteps(folder: string, { status, experiment }: RunRecord, curlew: string): [string, string][] {
  const { state, totalSteps } = status;
  if (experiment.pretrain) {
    if (state !== 'finished') return [[`${curlew} pretrain --resume ${folder}`, 'go on from here']];
    return [
      [`${curlew} probe ${folder}`, 'what the encoder has learned'],
      [`${curlew} train FILE --encoder-from ${folder}`, 'an agent that starts from it'],
      [`${curlew} pretrain --resume ${folder} --updates ${totalSteps * 2}`, 'train it for longer'],
    ];
  }
  if (state !== 'finished') return [[`${curlew} train --resume ${folder}`, 'go on from here']];
  return [
    [`${curlew} watch ${folder}`, 'its curves again'],
    [`${curlew} play ${folder}`, 'see the agent play'],
    [`${curlew} eval ${folder}`, 'measure it again, with a confidence interval'],
    [`${curlew} train --resume ${folder} --steps ${totalSteps * 2}`, 'train it for longer'],
  ];
}

/** What is worth knowing when a run ends: what was learned, where it lies, what to do next. */
export function summaryLines(
  folder: string,
  theme: Theme = createTheme(colorDepthOf(process.stdout)),
): string[] {
  const run = readRun(folder);
  const { state, agentStep, totalSteps } = run.status;
  const seconds = [...run.metrics.values()].reduce(
    (most, series) => Math.max(most, series.wallSeconds.at(-1) ?? 0),
    0,
  );
  const sign = state === 'finished' ? theme.good('✓ finished') : theme.warn(`‖ ${state}`);
  const film = newestFilm(folder);
  const rows: [string, string][] = [
    ...returns(run),
    ['run', folder],
    ...(film === undefined ? [] : [['film', film] as [string, string]]),
  ];
  const next = nextSteps(folder, run, commandName());
  const unit = run.experiment.pretrain ? 'updates' : 'agent steps';
  return [
    `${sign} ${theme.strong(run.experiment.name)} at ${humanCount(agentStep)} of ${humanCount(totalSteps)} ${unit}, ${humanDuration(seconds)}`,
    '',
    ...columns(rows).map((line) => `  ${line}`),
    '',
    ...columns(next).map((line) => `  ${line}`),
  ];
}
