import { labelOf, secondsLeft, type CellProgress } from '../../bench/index.ts';
import { envShortName } from '../../runs/index.ts';
import {
  createTheme,
  fit,
  fitRight,
  humanCount,
  humanDuration,
  humanNumber,
  printable,
  truncate,
  type Theme,
} from '../../tui/index.ts';

/** The grid as plain data, for scripts. */
export function progressJson(all: readonly CellProgress[]) {
  return all.map(({ cell, ...rest }) => ({
    method: cell.method.id,
    env: cell.environment.id,
    seed: cell.seed,
    ...rest,
    envStep: rest.agentStep * cell.environment.actionRepeat,
    totalEnvSteps: rest.totalSteps * cell.environment.actionRepeat,
  }));
}

/** A run in a few signs: `✓ 812`, `▸ 45%`, `‖ 45%`, `✗`, `·`. */
function sign({ state, score, agentStep, totalSteps }: CellProgress, theme: Theme): string {
  const percent = `${Math.floor((100 * agentStep) / totalSteps)}%`;
  if (state === 'finished') return theme.good(`✓ ${score === null ? '' : humanNumber(score)}`);
  if (state === 'running') return theme.accent(`▸ ${percent}`);
  if (state === 'interrupted') return theme.warn(`‖ ${percent}`);
  if (state === 'failed') return theme.bad('✗ failed');
  return theme.faint('·');
}

const CELL = 9;

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

/** How many runs are in which state, and how long it will take. */
export function summaryLine(all: readonly CellProgress[], jobs?: number): string {
  const count = (state: CellProgress['state']) => all.filter((one) => one.state === state).length;
  const parts = (['finished', 'running', 'interrupted', 'waiting', 'failed'] as const)
    .map((state) => [count(state), state] as const)
    .filter(([n, state]) => n > 0 || state === 'finished')
    .map(([n, state]) => `${n} ${state}`);
  const left = secondsLeft(all, jobs ?? 1);
  const over = count('finished') + count('failed') === all.length;
  const time = over || jobs === undefined ? '' : `   about ${humanDuration(left)} left`;
  return `${all.length} runs: ${parts.join(', ')}${time}`;
}

/** Lines with the reasons of failures and interruptions. */
function reasonLines(all: readonly CellProgress[], theme: Theme): string[] {
  return all
    .filter(({ state, reason }) => state === 'failed' && reason !== null)
    .map(({ cell, reason, folder }) =>
      theme.bad(
        `✗ ${cell.method.id} on ${cell.environment.id}, seed ${cell.seed}: ${printable(reason!)} (${folder})`,
      ),
    );
}

/** One row a method and environment, one column a seed. */
export function gridLines(
  all: readonly CellProgress[],
  { theme = createTheme(1), width = 100, jobs }: { theme?: Theme; width?: number; jobs?: number } = {},
): string[] {
  const seeds = unique(all.map(({ cell }) => cell.seed));
  const shown = seeds.slice(0, Math.max(1, Math.floor((width - 40) / CELL)));
  const rows = unique(all.map(({ cell }) => `${cell.method.id}|${cell.environment.id}`));
  const first = (key: string) =>
    all.find(({ cell }) => `${cell.method.id}|${cell.environment.id}` === key)!.cell;
  const names = rows.map((key) => envShortName(first(key).environment.id));
  const nameWidth = Math.min(24, Math.max(11, ...names.map((name) => name.length)));
  const labels = rows.map((key) => labelOf(first(key).method));
  const labelWidth = Math.min(24, Math.max(6, ...labels.map((label) => label.length)));
  const head =
    fit('method', labelWidth) +
    '  ' +
    fit('environment', nameWidth) +
    '  ' +
    shown.map((seed) => fit(`seed ${seed}`, CELL)).join('') +
    (shown.length < seeds.length ? `+${seeds.length - shown.length} seeds` : '');
  const lines = rows.map((key, i) => {
    const cells = shown.map((seed) => {
      const one = all.find(
        ({ cell }) => cell.seed === seed && `${cell.method.id}|${cell.environment.id}` === key,
      );
      return fit(one ? sign(one, theme) : '', CELL);
    });
    return `${fit(labels[i], labelWidth)}  ${fit(names[i], nameWidth)}  ${cells.join('')}`;
  });
  const all_ = [theme.muted(head), ...lines, '', summaryLine(all, jobs), ...reasonLines(all, theme)];
  return all_.map((line) => truncate(line, width));
}

/** One line on a run that changed. */
export function changeLine(one: CellProgress): string {
  const { cell, state, agentStep, totalSteps, score, reason, wallSeconds } = one;
  const name = `${cell.method.id} on ${cell.environment.id}, seed ${cell.seed}`;
  const repeat = cell.environment.actionRepeat;
  const steps = `${humanCount(agentStep)} / ${humanCount(totalSteps)} agent steps (x${repeat} environment steps)`;
  const told = score === null || state === 'running' ? '' : `   return ${humanNumber(score)}`;
  const time = wallSeconds > 0 ? `   ${humanDuration(wallSeconds)}` : '';
  const why = reason === null || state === 'running' ? '' : `   ${printable(reason)}`;
  return `${fitRight(state, 11)}  ${name}   ${steps}${told}${time}${why}`;
}
