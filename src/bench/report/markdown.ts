import { counted, method, steps } from './format.ts';
import { PUBLISHED_METHODS } from './published.ts';
import { commandsOf } from './provenance.ts';
import {
  aggregateTable,
  improvementTable,
  missingTable,
  publishedTable,
  taskTable,
  versionTable,
  type Table,
} from './tables.ts';
import type { Report } from './types.ts';

const escape = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** A table as Markdown, with numbers to the right. */
export function markdownTable({ head, rows, texts }: Table): string {
  const line = (cells: readonly string[]) => `| ${cells.map(escape).join(' | ')} |`;
  const rule = head.map((_, i) => (i < texts ? '---' : '---:'));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

function section(table: Table, depth = 2): string {
  const note = table.note === undefined ? [] : [table.note];
  return [`${'#'.repeat(depth)} ${table.title}`, ...note, markdownTable(table)].join('\n\n');
}

/** The report as one Markdown text. */
export function markdownReport(report: Report): string {
  const publishedScores = publishedTable(report);
  const missing = missingTable(report);
  const parts = [
    `# ${report.name}`,
    report.description,
    `${counted(report.compared.methods.length, 'method')}, ${counted(report.tasks.length, 'task')}, ${counted(report.runs.length, 'finished run')}; budget ${steps(report.budget)} environment steps.`,
    method(report),
    report.notes.map((note) => `- ${note}`).join('\n'),
    report.aggregates.length > 0 ? section(aggregateTable(report)) : '',
    section(taskTable(report)),
    report.compared.methods.length > 1 ? section(improvementTable(report)) : '',
    publishedScores ? section(publishedScores) : '',
    publishedScores
      ? PUBLISHED_METHODS.map(({ name, source }) => `- published ${name}: ${source}`).join('\n')
      : '',
    missing ? section(missing) : '',
    '## Commands',
    ['```sh', ...commandsOf(report), '```'].join('\n'),
    section(versionTable(report)),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
