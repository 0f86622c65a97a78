import { writeFileAtomic } from '../base/index.ts';
import { print, printJson } from './output.ts';
import type { AddCommand } from './command.ts';

const EXAMPLES = `
Examples:
  curlew report runs/smoke                       tables and curves in the terminal
  curlew report runs/smoke --html report.html    one page that needs nothing else
  curlew report results/control-lite --markdown table.md --csv evaluations.csv --parquet evaluations.parquet
  curlew report runs/control-lite results/control-lite    runs of two places together
  curlew report runs/quickstart                  runs that belong to no suite
`;

interface ReportFlags {
  html?: string;
  markdown?: string;
  csv?: string;
  parquet?: string;
  json?: boolean;
  replicates: string;
}

/** `curlew report`: statistics, tables and curves of a suite's runs. */
export const reportCommand: AddCommand = (program) => {
  program
    .command('report')
    .description('tables, intervals and curves of finished runs')
    .argument('<folders...>', "a suite's folder of runs, or a folder of summaries")
    .option('--html <file>', 'write one self-contained page')
    .option('--markdown <file>', 'write the tables as Markdown')
    .option('--csv <file>', 'write every evaluation as CSV')
    .option('--parquet <file>', 'write every evaluation as Apache Parquet')
    .option('--json', 'print everything as JSON')
    .option('--replicates <n>', 'bootstrap replicates behind each interval', '2000')
    .addHelpText('after', EXAMPLES)
    .action(async (folders: string[], flags: ReportFlags) => {
      const { analyse, csvReport, htmlReport, loadRuns, markdownReport, parquetReport } =
        await import('../bench/index.ts');
      const { wholeNumber } = await import('./eval.ts');
      const replicates = wholeNumber('--replicates', flags.replicates, 100);
      const report = analyse(loadRuns(folders), { replicates });
      const files: [path: string | undefined, make: () => string | Uint8Array][] = [
        [flags.html, () => htmlReport(report)],
        [flags.markdown, () => markdownReport(report)],
        [flags.csv, () => csvReport(report)],
        [flags.parquet, () => parquetReport(report)],
      ];
      const written = files.flatMap(([path, make]) => {
        if (path === undefined) return [];
        writeFileAtomic(path, make());
        return [path];
      });
      if (flags.json) {
        printJson(report);
        return;
      }
      const { terminalReport } = await import('./reporting/terminal.ts');
      const { colorDepthOf, createTheme } = await import('../tui/index.ts');
      const theme = createTheme(colorDepthOf(process.stdout));
      const width = process.stdout.isTTY ? Math.max(40, process.stdout.columns) : 160;
      for (const line of terminalReport(report, { theme, width })) print(line);
      if (written.length > 0) print(`\nwritten: ${written.join(', ')}`);
    });
};
