import { setTimeout as sleep } from 'node:timers/promises';
import { SuiteRunner, type CellProgress, type SuiteRunOptions } from '../../bench/index.ts';
import { colorDepthOf, createTheme } from '../../tui/index.ts';
import { print } from '../output.ts';
import { changeLine, gridLines, summaryLine } from './grid.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const TABLE_MS = 1000;
const PLAIN_MS = 60_000;

export interface SuiteEnd {
  folder: string;
  progress: CellProgress[];
  interrupted: boolean;
}

/** Draws the grid over itself, once a second, until `ended`. */
async function drawTable(runner: SuiteRunner, ended: Promise<unknown>): Promise<void> {
  const theme = createTheme(colorDepthOf(process.stdout));
  let drawn = 0;
  const draw = () => {
    const { columns = 80, rows = 24 } = process.stdout;
    // More lines than the terminal holds could not be drawn over.
    const lines = gridLines(runner.progress(), { theme, width: columns - 1, jobs: runner.jobs });
    const shown = lines.length < rows ? lines : [...lines.slice(0, rows - 3), '...', lines.at(-1)!];
    const up = drawn > 0 ? `\x1b[${drawn}A` : '';
    process.stdout.write(`${up}${shown.map((line) => `\x1b[2K${line}\n`).join('')}\x1b[J`);
    drawn = shown.length;
  };
  let over = false;
  void ended.finally(() => (over = true)).catch(() => undefined);
  while (!over) {
    draw();
    await Promise.race([ended, sleep(TABLE_MS, undefined, { ref: false })]).catch(() => undefined);
  }
  draw();
}

/** Prints a line of progress now and then. */
async function printProgress(runner: SuiteRunner, ended: Promise<unknown>): Promise<void> {
  let over = false;
  void ended.finally(() => (over = true)).catch(() => undefined);
  for (;;) {
    await Promise.race([ended, sleep(PLAIN_MS, undefined, { ref: false })]).catch(() => undefined);
    if (over) return;
    print(summaryLine(runner.progress(), runner.jobs));
  }
}

/** Runs a suite and shows how it goes; the first signal saves and stops, the second ends all runs at once. */
export async function runAndShow(
  options: Omit<SuiteRunOptions, 'onChange'>,
  mode: 'table' | 'plain' | 'silent',
): Promise<SuiteEnd> {
  const onChange = mode === 'plain' ? (one: CellProgress) => print(changeLine(one)) : undefined;
  const runner = new SuiteRunner({ ...options, onChange });
  let interrupted = 0;
  const interrupt = () => {
    interrupted++;
    runner.stop();
    if (interrupted > 1) return;
    process.stderr.write(
      'saving; Ctrl-C again ends at once and loses the steps since the last checkpoints\n',
    );
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    if (mode !== 'silent') {
      print(
        `suite ${options.suite.name} in ${runner.folder}: ${runner.jobs} at a time, threads each: ${runner.threads}`,
      );
      if (mode === 'plain') print(summaryLine(runner.progress()));
    }
    const ended = runner.run();
    if (mode === 'table') await drawTable(runner, ended);
    if (mode === 'plain') await printProgress(runner, ended);
    const progress = await ended;
    if (mode === 'plain') for (const line of gridLines(progress)) print(line);
    return { folder: runner.folder, progress, interrupted: interrupted > 0 };
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}
