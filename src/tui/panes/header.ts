import { bar } from '../charts/bars.ts';
import type { RunModel } from '../model/run.ts';
import { humanCount, humanDuration, humanMegabytes, humanNumber, humanPercent } from '../text/format.ts';
import { ends, fit, fitRight, joinFitting, printable } from '../text/lines.ts';
import type { Style, Theme } from '../text/theme.ts';

const PHASES: Record<string, string> = {
  starting: 'starting',
  random: 'acting at random',
  learning: 'learning',
  evaluating: 'evaluating',
  saving: 'saving',
};

/** The state of a run as a coloured word with a sign before it. */
export function stateBadge(status: { state: string; phase?: string }, theme: Theme): string {
  if (status.state === 'finished') return theme.good('✓ finished');
  if (status.state === 'failed') return theme.bad('✗ failed');
  if (status.state === 'interrupted') return theme.warn('‖ interrupted');
  const phase = PHASES[status.phase ?? ''] ?? 'running';
  return status.phase === 'saving' ? theme.warn(`● ${phase}`) : theme.accent(`● ${phase}`);
}

/** The lines at the top: the experiment and its state; then what learns where, on which engine. */
export function headerLines(model: RunModel, width: number, height: number, theme: Theme): string[] {
  const { facts } = model;
  const badge = `${stateBadge(model.status, theme)} `;
  const title = ` ${theme.accent('curlew')}  ${theme.strong(facts.name)}`;
  const parts = [facts.env, facts.method, `seed ${facts.seed}`, facts.engine ?? ''];
  const about = theme.muted(joinFitting(parts, ' · ', width - 2));
  if (height === 1) return [ends(`${title}  ${about}`, badge, width)];
  return [ends(title, badge, width), fit(` ${about}`, width)];
}

function speedParts(model: RunModel): string[] {
  const { timing } = model;
  const parts: string[] = [];
  if (timing['speed.agent'] !== undefined) {
    parts.push(`${humanNumber(timing['speed.agent'])} agent steps/s`);
    parts.push(`${humanNumber(timing['speed.env'] ?? timing['speed.agent'])} environment steps/s`);
  }
  if (timing['speed.updates'] !== undefined) parts.push(`${humanNumber(timing['speed.updates'])} updates/s`);
  if (timing['memory.resident'] !== undefined) parts.push(humanMegabytes(timing['memory.resident']));
  return parts;
}

/** The lines of progress: the bar with both step counts; then speeds and times, or why the run ended. */
export function progressLines(model: RunModel, width: number, height: number, theme: Theme): string[] {
  const { status, facts } = model;
  const total = status.totalSteps || facts.totalSteps;
  const done = Math.max(status.agentStep, model.agentStep);
  const fraction = total > 0 ? done / total : 0;
  const envSteps = `${humanCount(done * facts.actionRepeat)} environment steps`;
  const steps = `${humanCount(done)} of ${humanCount(total)} agent steps`;
  const counts = joinFitting(
    [theme.strong(steps), theme.muted(envSteps)],
    theme.faint(' · '),
    Math.floor(width * 0.7),
  );
  const ended: Record<string, Style> = { failed: theme.bad, interrupted: theme.warn, finished: theme.good };
  const fill = ended[status.state] ?? theme.accent;
  const percent = fitRight(humanPercent(Math.min(1, fraction)), 4);
  const room = width - 6 - percent.length - (counts === '' ? 0 : 2);
  const barWidth = Math.max(4, room - counts.replaceAll(/\x1b\[[\d;]*m/g, '').length); // eslint-disable-line no-control-regex
  const first = ` ${bar(fraction, barWidth, fill, theme.faint)} ${theme.strong(percent)}  ${counts}`;
  if (height === 1) return [fit(first, width)];

  if (status.reason !== undefined && status.state !== 'running') {
    return [fit(first, width), fit(` ${fill(printable(status.reason))}`, width)];
  }
  const times = [`elapsed ${humanDuration(model.wallSeconds)}`];
  if (status.state === 'running') times.push(`${humanDuration(model.timing.secondsLeft)} left`);
  const right = `${theme.strong(times.join(' · '))} `;
  const left = joinFitting(speedParts(model), ' · ', width - times.join(' · ').length - 4);
  return [fit(first, width), ends(` ${theme.muted(left)}`, right, width)];
}
