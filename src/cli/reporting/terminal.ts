import {
  aggregateTable,
  improvementTable,
  missingTable,
  publishedTable,
  taskTable,
  type MethodCurve,
  type Report,
  type Table,
} from '../../bench/index.ts';
import { chart, fit, fitRight, humanCount, widthOf, wrap, type Theme } from '../../tui/index.ts';

export interface TerminalOptions {
  theme: Theme;
  /** Cells. */
  width: number;
}

/** Signs that tell methods apart without colours. */
const MARKERS = '●▲■◆○△□◇';

function tableLines({ title, note, head, rows, texts }: Table, { theme, width }: TerminalOptions): string[] {
  const widths = head.map((name, i) => Math.max(widthOf(name), ...rows.map((row) => widthOf(row[i]))));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i < texts ? fit(cell, widths[i]) : fitRight(cell, widths[i])))
      .join('  ')
      .trimEnd();
  const notes = note === undefined ? [] : wrap(note, width).map(theme.muted);
  const total = widths.reduce((sum, w) => sum + w + 2, -2);
  // A table wider than the terminal would break in the middle of its rows: one block a row instead.
  const body =
    total <= width
      ? [theme.muted(line(head)), ...rows.map(line)]
      : rows.flatMap((row) => [
          row.slice(0, texts).join('  '),
          ...wrap(
            row
              .slice(texts)
              .map((cell, i) => `${head[i + texts]}: ${cell}`)
              .join('   '),
            width - 4,
          ).map((text) => `    ${text}`),
        ]);
  return ['', theme.strong(title), ...notes, ...body];
}

function legend(report: Report, { theme, width }: TerminalOptions): string[] {
  const items = report.methods.map(
    ({ id, label }, i) => `${styleOf(report, id, theme)(MARKERS[i % MARKERS.length])} ${label}`,
  );
  const lines: string[] = [];
  for (const item of items) {
    const longer = lines.length > 0 ? `${lines.at(-1)}   ${item}` : item;
    if (lines.length > 0 && widthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  return lines;
}

function styleOf(report: Report, method: string, theme: Theme) {
  const at = report.methods.findIndex(({ id }) => id === method);
  return theme.series[at % theme.series.length];
}

/** Learning curves of several methods, in dots, with their intervals shaded. */
function curveLines(
  report: Report,
  title: string,
  curves: readonly MethodCurve[],
  { theme, width }: TerminalOptions,
): string[] {
  const layers = curves.map((curve) => {
    const at = report.methods.findIndex(({ id }) => id === curve.method);
    const band = curve.steps.flatMap((x, i) => {
      const [low, high] = [curve.low[i], curve.high[i]];
      return low === null || high === null ? [] : [{ x, low, high }];
    });
    return {
      points: curve.steps.map((x, i) => ({ x, y: curve.values[i] })),
      mark: 'line' as const,
      style: styleOf(report, curve.method, theme),
      band,
      marker: MARKERS[at % MARKERS.length],
    };
  });
  const size = { width: Math.min(width, 100), height: 12 };
  const style = { axis: theme.faint, label: theme.muted };
  const lines = chart({ ...size, ...style, layers, unit: 'environment steps', xLabel: humanCount });
  return ['', theme.strong(title), ...lines];
}

/** The report as lines for a terminal, or for a file. */
export function terminalReport(report: Report, options: TerminalOptions): string[] {
  const { theme, width } = options;
  const published = publishedTable(report);
  const missing = missingTable(report);
  const several = report.compared.methods.length > 0;
  const seeds = report.rows.map((row) => row.runs);
  const [least, most] = [Math.min(...seeds), Math.max(...seeds)];
  const facts = `${report.runs.length} finished runs of ${report.runs.length + report.missing.length}; seeds a method and task: ${least === most ? least : `${least} to ${most}`}; budget ${humanCount(report.budget)} environment steps a run; final scores of ${report.episodes} episodes, not the best on the way`;
  return [
    theme.strong(report.name),
    ...wrap(report.description, width),
    ...wrap(facts, width).map(theme.muted),
    ...report.notes.flatMap((note) => wrap(`! ${note}`, width)).map(theme.warn),
    '',
    ...legend(report, options),
    ...(several && report.compared.tasks.length > 1
      ? curveLines(report, 'Sample efficiency: IQM of normalised scores', report.efficiency, options)
      : []),
    ...report.curves.flatMap(({ env, methods }) =>
      curveLines(report, `${env}: mean return`, methods, options),
    ),
    ...(several ? tableLines(aggregateTable(report), options) : []),
    ...tableLines(taskTable(report), options),
    ...(report.compared.methods.length > 1 ? tableLines(improvementTable(report), options) : []),
    ...(published ? tableLines(published, options) : []),
    ...(missing ? tableLines(missing, options) : []),
  ];
}
