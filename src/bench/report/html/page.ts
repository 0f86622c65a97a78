import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { method, steps, taskIn } from '../format.ts';
import { commandsOf } from '../provenance.ts';
import { PUBLISHED_METHODS } from '../published.ts';
import {
  aggregateTable,
  improvementTable,
  missingTable,
  publishedTable,
  taskTable,
  versionTable,
  type Table,
} from '../tables.ts';
import type { MethodCurve, Report } from '../types.ts';
import { filmSection } from './films.ts';
import { intervalPlots } from './intervals.ts';
import { SCRIPT } from './script.ts';
import { PALETTE, STYLE } from './style.ts';
import { escapeHtml, scriptJson } from './text.ts';

/** A chart as the page's script takes it. */
interface ChartData {
  y: string;
  /** Name of the horizontal axis where it is no count of steps. */
  x?: string;
  /** Environment steps per agent step, where one number holds for the whole chart. */
  repeat?: number;
  /** Ends of the vertical axis; fitted when absent. */
  fixed?: [number, number];
  methods: MethodCurve[];
}

const require = createRequire(import.meta.url);
const library = (file: string) => readFileSync(require.resolve(`uplot/dist/${file}`), 'utf8');

function tableHtml({ head, rows, texts }: Table, kind = ''): string {
  const cell = (tag: string) => (text: string, i: number) =>
    `<${tag}${i < texts ? ' class="text"' : ''}>${escapeHtml(text)}</${tag}>`;
  const body = rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`).join('');
  return `<div class="scroll ${kind}" tabindex="0"><table><thead><tr>${head.map(cell('th')).join('')}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function section(table: Table): string {
  const note = table.note === undefined ? '' : `<p class="soft">${escapeHtml(table.note)}</p>`;
  return `<h2>${escapeHtml(table.title)}</h2>${note}${tableHtml(table)}`;
}

function chartsOf(report: Report): Record<string, ChartData> {
  const tasks = report.curves.map(({ env, methods }): [string, ChartData] => {
    const repeat = report.tasks.find((task) => task.env === env)?.actionRepeat;
    return [env, { y: 'mean return', repeat, methods }];
  });
  const shared = new Set(report.tasks.map((task) => task.actionRepeat));
  return {
    efficiency: {
      y: 'IQM, normalised',
      repeat: shared.size === 1 ? [...shared][0] : undefined,
      methods: report.efficiency,
    },
    profile: {
      y: 'fraction of runs above',
      x: 'normalised score',
      fixed: [0, 1.02],
      methods: report.profile.curves,
    },
    ...Object.fromEntries(tasks),
  };
}

function chartCard(key: string, title: string): string {
  return `<div class="card"><h3>${escapeHtml(title)}</h3><div class="plot" data-chart="${escapeHtml(key)}"></div><div class="readout" aria-live="off"></div></div>`;
}

function facts(report: Report): string {
  const { runs, missing, seeds, budget } = report;
  const repeats = report.tasks.map(({ label, actionRepeat }) => `${label} x${actionRepeat}`).join(', ');
  const perTask = report.rows.map((row) => row.runs);
  const least = Math.min(...perTask);
  const most = Math.max(...perTask);
  const items = [
    `<b>${runs.length}</b> finished runs of ${runs.length + missing.length}`,
    `<b>${least === most ? least : `${least} to ${most}`}</b> seeds a method and task, of ${seeds.length}`,
    `budget <b>${steps(budget)}</b> environment steps a run`,
    `action repeat (environment steps per agent step): ${escapeHtml(repeats)}`,
  ];
  return `<ul class="facts">${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

function publishedSection(report: Report): string {
  const table = publishedTable(report);
  if (!table) return '';
  const sources = PUBLISHED_METHODS.map(
    ({ name, source }) => `<li>published ${escapeHtml(name)}: ${escapeHtml(source)}</li>`,
  );
  return `<h2>Published figures <span class="tag">published, not run here</span></h2><p>${escapeHtml(table.note ?? '')}</p>${tableHtml(table, 'published')}<ul class="soft">${sources.join('')}</ul>`;
}

/**
 * The report as one HTML page that needs nothing else: charts by uPlot, films, tables, commands and versions. Light or
 * dark as the reader's system is.
 */
export function htmlReport(report: Report): string {
  const missing = missingTable(report);
  const several = report.compared.methods.length > 0;
  const charts = chartsOf(report);
  const toggles = report.methods.map(
    ({ id, label }) =>
      `<button type="button" data-toggle="${escapeHtml(id)}" aria-pressed="true"><i data-method="${escapeHtml(id)}"></i>${escapeHtml(label)}</button>`,
  );
  const data = { methods: report.methods, palette: PALETTE, charts };
  const body = [
    `<h1>${escapeHtml(report.name)}</h1>`,
    `<p>${escapeHtml(report.description)}</p>`,
    facts(report),
    `<p class="soft">${escapeHtml(method(report))}</p>`,
    report.notes.length > 0
      ? `<ul class="notes">${report.notes.map((note) => `<li>${escapeHtml(note)}</li>`).join('')}</ul>`
      : '',
    `<div class="bar">${toggles.join('')}<span class="spring"></span><button type="button" id="axis">axis: environment steps</button></div>`,
    several
      ? `<h2>Over all tasks</h2><div class="grid pair">${chartCard('efficiency', 'Sample efficiency')}${chartCard('profile', 'Performance profile')}</div>`
      : '',
    several ? section(aggregateTable(report)) : '',
    several ? intervalPlots(report) : '',
    '<h2>Task by task</h2>',
    `<div class="grid">${report.curves.map(({ env }) => chartCard(env, taskIn(report, env))).join('')}</div>`,
    '<p class="soft">Drag to zoom, double click to zoom out. Shaded: 95 % interval over runs.</p>',
    section(taskTable(report)),
    report.compared.methods.length > 1 ? section(improvementTable(report)) : '',
    publishedSection(report),
    filmSection(report),
    missing ? section(missing) : '',
    `<h2>Commands</h2><pre>${commandsOf(report).map(escapeHtml).join('\n')}</pre>`,
    section(versionTable(report)),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(report.name)} – Curlew report</title>
<link rel="icon" href="data:,">
<style>${library('uPlot.min.css')}${STYLE}</style>
</head>
<body>
<main>
${body.filter((part) => part !== '').join('\n')}
</main>
<script type="application/json" id="data">${scriptJson(data)}</script>
<script>${library('uPlot.iife.min.js')}</script>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
