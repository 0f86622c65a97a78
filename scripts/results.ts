/**
 * Rebuilds every table and figure of `results/` from the summaries of runs in it, and the README's tables of scores.
 *
 *     npm run results            all suites
 *     npm run results -- FOLDER  the suites below another folder
 */
import {
  aggregateTable,
  markdownTable,
  rebuildResults,
  resultFolders,
  type Report,
} from '../src/bench/index.ts';
import { writeSection } from './tables.ts';

/** A suite's normalised scores for the README, with the way to all the rest. */
function scores(report: Report, path: string, asked: number): string {
  const runs = report.runs.length === asked ? `${asked}` : `${report.runs.length} of ${asked}`;
  const title = `[${report.name}](${path}/README.md), ${runs} runs`;
  const table = aggregateTable(report);
  return `**${title}.** ${table.note}\n\n${markdownTable(table)}`;
}

/** Suites that compare encoders. */
const IN_README = ['catch-quick', 'control-quick'];

const folder = process.argv[2] ?? 'results';
const folders = resultFolders(folder);
if (folders.length === 0) process.stdout.write(`${folder} holds no summaries of a suite's runs yet\n`);
const sections: string[] = [];
for (const path of folders) {
  const { report, files } = rebuildResults(path);
  const asked = report.runs.length + report.missing.length;
  process.stdout.write(`${report.name}: ${report.runs.length} of ${asked} runs -> ${files.join(', ')}\n`);
  if (IN_README.includes(report.name)) sections.push(scores(report, path, asked));
}
if (folder === 'results') writeSection('../README.md', 'scores', sections.join('\n\n'));
