/**
 * Rebuilds every table and figure of `results/` from the summaries of runs in it.
 *
 *     npm run results            all suites
 *     npm run results -- FOLDER  the suites below another folder
 */
import { rebuildResults, resultFolders } from '../src/bench/index.ts';

const folder = process.argv[2] ?? 'results';
const folders = resultFolders(folder);
if (folders.length === 0) process.stdout.write(`${folder} holds no summaries of a suite's runs yet\n`);
for (const path of folders) {
  const { report, files } = rebuildResults(path);
  const asked = report.runs.length + report.missing.length;
  process.stdout.write(`${report.name}: ${report.runs.length} of ${asked} runs -> ${files.join(', ')}\n`);
}
