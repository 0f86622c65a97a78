import { AGGREGATES, type AggregateName } from '../../statistics/index.ts';
import { estimateText, labelIn } from '../format.ts';
import type { Report } from '../types.ts';
import { escapeHtml } from './text.ts';

const ROW = 26;
const WIDTH = 340;
const [LEFT, RIGHT, TOP, BOTTOM] = [16, 16, 8, 24];

/** Round numbers from `low` to `high`, five or fewer steps apart. */
function roundTicks(low: number, high: number): { ticks: number[]; digits: number } {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return { ticks: Array.from({ length: count }, (_, k) => (first + k) * step), digits };
}

/** A dot with its interval for each method, on one scale: `intervals([...])` of one aggregate as SVG. */
function plot(report: Report, name: AggregateName): string {
  const rows = report.aggregates;
  const ends = rows.flatMap(({ values }) => [values[name].point, ...(values[name].interval ?? [])]);
  const low = Math.min(0, ...ends);
  const high = Math.max(low + 0.1, ...ends) * 1.02;
  const x = (value: number) => LEFT + ((value - low) / (high - low)) * (WIDTH - LEFT - RIGHT);
  const height = TOP + rows.length * 2 * ROW * 0.8 + BOTTOM;
  const { ticks, digits } = roundTicks(low, high);
  const grid = ticks.map(
    (tick) =>
      `<line class="rule" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP}" y2="${height - BOTTOM}"/><text class="axis" x="${x(tick)}" y="${height - 6}" text-anchor="middle">${tick.toFixed(digits)}</text>`,
  );
  const marks = rows.map(({ method, values }, i) => {
    const { point, interval } = values[name];
    const y = TOP + i * ROW * 1.6 + ROW;
    const label = `<text x="${LEFT}" y="${y - 9}">${escapeHtml(labelIn(report, method))} ${escapeHtml(estimateText(values[name]))}</text>`;
    const line = interval
      ? `<line data-method="${escapeHtml(method)}" x1="${x(interval[0])}" x2="${x(interval[1])}" y1="${y}" y2="${y}" stroke-width="6" stroke-opacity="0.45" stroke-linecap="round"/>`
      : '';
    return `${label}${line}<circle data-method="${escapeHtml(method)}" cx="${x(point)}" cy="${y}" r="5"/>`;
  });
  const { label, better } = AGGREGATES[name];
  return `<div class="card"><h3>${label} <span class="soft">(${better} is better)</span></h3><svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label} of every method">${grid.join('')}${marks.join('')}</svg></div>`;
}

/** The aggregates with their intervals, drawn. */
export function intervalPlots(report: Report): string {
  const names = Object.keys(AGGREGATES) as AggregateName[];
  return `<div class="grid pair intervals">${names.map((name) => plot(report, name)).join('')}</div>`;
}
