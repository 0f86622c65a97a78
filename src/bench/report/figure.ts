import { PALETTE } from './html/style.ts';
import { escapeHtml } from './html/text.ts';
import { labelIn, steps, taskIn } from './format.ts';
import type { MethodCurve, Report } from './types.ts';

interface Panel {
  title: string;
  curves: readonly MethodCurve[];
}

const [WIDTH, HEIGHT] = [340, 230];
const MARGIN = { left: 44, right: 20, top: 26, bottom: 36 };

/** Upper end of an axis and the distance of its ticks: whole numbers of 1, 2 or 5 times a power of ten. */
function axisOf(highest: number): { end: number; tick: number } {
  const rough = Math.max(highest, 1e-9) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const tick = [1, 2, 5, 10].map((m) => m * power).find((size) => size >= rough)!;
  return { end: Math.ceil(highest / tick - 1e-9) * tick || tick, tick };
}

function ticksOf({ end, tick }: { end: number; tick: number }): number[] {
  return Array.from({ length: Math.round(end / tick) + 1 }, (_, i) => i * tick);
}

function panelSvg(report: Report, { title, curves }: Panel, left: number, top: number): string {
  const values = curves.flatMap((curve) => [...curve.values, ...curve.high.map((high) => high ?? 0)]);
  const vertical = axisOf(Math.max(0, ...values));
  const floor = Math.min(
    0,
    ...curves.flatMap((curve) => [...curve.values, ...curve.low.map((low) => low ?? 0)]),
  );
  const x = (step: number) =>
    left + MARGIN.left + (step / report.budget) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (value: number) =>
    top +
    HEIGHT -
    MARGIN.bottom -
    ((value - floor) / (vertical.end - floor)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const at = (value: number) => value.toFixed(1);
  const grid = ticksOf(vertical).map(
    (tick) =>
      `<line x1="${at(x(0))}" x2="${at(x(report.budget))}" y1="${at(y(tick))}" y2="${at(y(tick))}" stroke="#e3e5e7"/><text x="${at(x(0) - 6)}" y="${at(y(tick) + 4)}" text-anchor="end">${Number(tick.toPrecision(3))}</text>`,
  );
  const across = [0, 0.25, 0.5, 0.75, 1].map((share) => share * report.budget);
  const labels = across.map(
    (step) => `<text x="${at(x(step))}" y="${top + HEIGHT - 20}" text-anchor="middle">${steps(step)}</text>`,
  );
  const lines = curves.map((curve) => {
    const index = report.methods.findIndex(({ id }) => id === curve.method);
    const colour = PALETTE.light[index % PALETTE.light.length];
    const points = curve.steps.map((step, i) => `${at(x(step))},${at(y(curve.values[i]))}`);
    const ends = curve.steps.flatMap((step, i) => {
      const [low, high] = [curve.low[i], curve.high[i]];
      return low === null || high === null ? [] : [{ step, low, high }];
    });
    const upper = ends.map(({ step, high }) => `${at(x(step))},${at(y(high))}`);
    const lower = ends.map(({ step, low }) => `${at(x(step))},${at(y(low))}`).reverse();
    const band =
      ends.length > 1
        ? `<polygon points="${[...upper, ...lower].join(' ')}" fill="${colour}" fill-opacity="0.15"/>`
        : '';
    const dash = index >= PALETTE.light.length ? ' stroke-dasharray="6 4"' : '';
    return `${band}<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`;
  });
  const unit = `<text x="${at(x(report.budget / 2))}" y="${top + HEIGHT - 4}" text-anchor="middle">environment steps</text>`;
  return `<text x="${left + MARGIN.left}" y="${top + 16}" font-weight="600">${escapeHtml(title)}</text>${grid.join('')}${labels.join('')}${unit}${lines.join('')}`;
}

function legend(
  report: Report,
  methods: readonly string[],
  width: number,
  top: number,
): { svg: string; height: number } {
  let [left, row] = [MARGIN.left, 0];
  const items = methods.map((method) => {
    const label = labelIn(report, method);
    const room = 30 + label.length * 7;
    if (left + room > width && left > MARGIN.left) [left, row] = [MARGIN.left, row + 1];
    const index = report.methods.findIndex(({ id }) => id === method);
    const y = top + 12 + row * 18;
    const text = `<line x1="${left}" x2="${left + 16}" y1="${y - 4}" y2="${y - 4}" stroke="${PALETTE.light[index % PALETTE.light.length]}" stroke-width="3"/><text x="${left + 22}" y="${y}">${escapeHtml(label)}</text>`;
    left += room + 12;
    return text;
  });
  return { svg: items.join(''), height: (row + 1) * 18 + 8 };
}

/**
 * Learning curves as a picture (SVG) that stands by itself: the IQM over all tasks, then each task, with 95 % intervals
 * shaded where there are runs enough.
 */
export function curveFigure(report: Report): string {
  const panels: Panel[] = [
    ...(report.efficiency.length > 0 && report.compared.tasks.length > 1
      ? [{ title: `IQM over ${report.compared.tasks.length} tasks, normalised`, curves: report.efficiency }]
      : []),
    ...report.curves.map(({ env, methods }) => ({
      title: `${taskIn(report, env)} (${fewest(methods)} seeds)`,
      curves: methods,
    })),
  ];
  const columns = Math.min(3, panels.length);
  const width = columns * WIDTH;
  const methods = report.methods
    .map(({ id }) => id)
    .filter((id) => panels.some((one) => one.curves.some((curve) => curve.method === id)));
  const names = legend(report, methods, width, 4);
  const bodies = panels.map((panel, i) =>
    panelSvg(report, panel, (i % columns) * WIDTH, names.height + Math.floor(i / columns) * HEIGHT),
  );
  const height = names.height + Math.ceil(panels.length / columns) * HEIGHT + 4;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#2a3036"><rect width="100%" height="100%" fill="#ffffff"/>${names.svg}${bodies.join('')}</svg>\n`;
}

function fewest(curves: readonly MethodCurve[]): string {
  const runs = curves.map((curve) => curve.runs);
  const [least, most] = [Math.min(...runs), Math.max(...runs)];
  return least === most ? String(least) : `${least} to ${most}`;
}
