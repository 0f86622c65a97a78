import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';
import { analyse } from './analyse.ts';
import { curveFigure } from './figure.ts';
import { loadRuns } from './load.ts';
import { markdownReport } from './markdown.ts';
import { csvReport } from './rows.ts';
import type { Report } from './types.ts';

/** Folders of summaries below a folder: those with a suite and at least one finished run. */
export function resultFolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return names
    .map(({ name }) => join(folder, name))
    .filter((path) => existsSync(join(path, 'suite.yaml')))
    .filter((path) => readdirSync(path).some((name) => /-s\d+\.json$/.test(name)))
    .sort();
}

/**
 * Writes the tables and figures of a folder of summaries beside them, from the summaries alone: `README.md`,
 * `curves.svg`, `evaluations.csv`. The same summaries give the same files.
 */
export function rebuildResults(folder: string, replicates?: number): { report: Report; files: string[] } {
  const report = analyse(loadRuns([folder]), { replicates });
  const figure = report.curves.length > 0 ? '\n![learning curves](curves.svg)\n' : '';
  const text = markdownReport(report).replace(/\n(?=\n## )/, `\n${figure}`);
  const files: [name: string, contents: string][] = [
    ['README.md', text],
    ['curves.svg', curveFigure(report)],
    ['evaluations.csv', csvReport(report)],
  ];
  for (const [name, contents] of files) writeFileAtomic(join(folder, name), contents);
  return { report, files: files.map(([name]) => join(folder, name)) };
}
