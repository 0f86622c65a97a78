import { EXIT, InputError, readText } from '../base/index.ts';
import { wholeNumber } from './eval.ts';
import { commandName, givenCommand, isInteractive } from './invocation.ts';
import { print, printJson } from './output.ts';
import type { AddCommand } from './command.ts';

const EXAMPLES = `
Examples:
  curlew bench smoke                          a suite that comes with Curlew
  curlew bench my-suite.yaml --jobs 4
  curlew bench control-lite --only curl,rad,s1
  curlew bench control-lite --results results/control-lite
  curlew bench control-lite --list            where its runs stand; starts nothing
  curlew report runs/smoke --html report.html

Run the same command again and it goes on: finished runs are left alone, half-finished ones continue.
Exit status: 0 all finished, 1 some failed, 2 bad input, 130 interrupted and saved.
`;

interface BenchFlags {
  jobs?: string;
  threads?: string;
  out: string;
  results?: string;
  only?: string[];
  engine?: string;
  retryFailed?: boolean;
  list?: boolean;
  json?: boolean;
  plain?: boolean;
}

const ENGINES = ['auto', 'tensorflow', 'webgpu', 'native', 'wasm', 'cpu'] as const;

function engineNamed(text: string | undefined): (typeof ENGINES)[number] | undefined {
  const found = ENGINES.find((name) => name === text);
  if (text === undefined || found) return found;
  throw new InputError(`--engine ${text}: it must be one of ${ENGINES.join(', ')}.`);
}

const splitNames = (value: string, before: string[] = []) => [
  ...before,
  ...value.split(',').map((name) => name.trim()),
];

/** `curlew bench`: all runs of a suite, in processes of their own; started again, it goes on. */
export const benchCommand: AddCommand = (program, done) => {
  program
    .command('bench')
    .description('run a suite of methods, environments and seeds')
    .argument('<suite>', 'suite file, or the name of one that comes with Curlew')
    .option('--jobs <n>', 'runs at a time; one a core when absent, fewer where memory is short')
    .option('--threads <n>', 'threads of each run; the cores divided by the jobs when absent')
    .option('--out <folder>', 'folder for runs', 'runs')
    .option(
      '--results <folder>',
      'folder of summaries: runs in it count as finished, finished runs are added',
    )
    .option('--only <names>', 'methods, environments and seeds (s1) to run, with commas', splitNames)
    .option('--engine <name>', ENGINES.join(', '))
    .option('--retry-failed', 'try runs again that were given up')
    .option('--list', 'print where the runs stand, and start nothing')
    .option('--json', 'print where the runs stand as JSON, at the end or with --list')
    .option('--plain', 'print lines, no live screen')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string, flags: BenchFlags) => {
      const bench = await import('../bench/index.ts');
      const { defaultJobs, gridLines, progressJson, runAndShow } = await import('./benching/index.ts');
      const engine = engineNamed(flags.engine);
      const path = bench.suiteFile(file);
      const text = readText(path, 'suite file');
      const suite = bench.parseSuite(text, path);
      const cells = bench.chooseCells(bench.cellsOf(suite), flags.only ?? []);
      if (flags.list) {
        const places = { folder: `${flags.out}/${suite.name}`, results: flags.results };
        const all = bench.surveySuite(cells, places);
        if (flags.json) printJson(progressJson(all));
        else for (const line of gridLines(all)) print(line);
        return;
      }
      const jobs = flags.jobs ? wholeNumber('--jobs', flags.jobs, 1) : defaultJobs(cells.length);
      const threads = flags.threads ? wholeNumber('--threads', flags.threads, 1) : undefined;
      const { out, results, retryFailed, json } = flags;
      const options = { suite, cells, text, jobs, threads, engine, out, results, retryFailed };
      const mode = json ? 'silent' : flags.plain || !isInteractive() ? 'plain' : 'screen';
      const ended = await runAndShow({ ...options, command: givenCommand() }, mode);
      if (json) printJson(progressJson(ended.progress));
      else if (!ended.interrupted)
        print(`\n${commandName()} report ${results ?? ended.folder}   tables, curves and intervals`);
      const failed = ended.progress.some(({ state }) => state === 'failed');
      done(ended.interrupted ? EXIT.interrupted : failed ? EXIT.failed : EXIT.done);
    });
};
