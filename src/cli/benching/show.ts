import { setTimeout as sleep } from 'node:timers/promises';
import { SuiteRunner, type CellProgress, type SuiteRunOptions } from '../../bench/index.ts';
import { colorDepthOf, createTheme, loadScreens, Store } from '../../tui/index.ts';
import { print } from '../output.ts';
import { changeLine, gridLines, summaryLine } from './grid.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const PLAIN_MS = 60_000;

export interface SuiteEnd {
  folder: string;
  progress: CellProgress[];
  interrupted: boolean;
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

const SAVING = 'saving; Ctrl-C again ends at once and loses the steps since the last checkpoints';

/** The suite's screen until it has ended; the screen catches the signals. */
async function showScreen(
  title: string,
  runner: SuiteRunner,
  ended: Promise<unknown>,
  interrupt: () => void,
  notice: Store<string>,
): Promise<void> {
  const { showSuite } = await loadScreens();
  const suite = { title, progress: () => runner.progress(), jobs: runner.jobs };
  try {
    await showSuite(suite, { notice, interrupt, done: ended });
  } catch (error) {
    // The screen broke, not the suite: save its runs before this error ends the program.
    interrupt();
    await ended;
    throw error;
  }
}

/** Runs a suite and shows how it goes; the first signal saves and stops, the second ends all runs at once. */
export async function runAndShow(
  options: Omit<SuiteRunOptions, 'onChange'>,
  mode: 'screen' | 'plain' | 'silent',
): Promise<SuiteEnd> {
  const onChange = mode === 'plain' ? (one: CellProgress) => print(changeLine(one)) : undefined;
  const runner = new SuiteRunner({ ...options, onChange });
  const notice = new Store('');
  let interrupted = 0;
  const interrupt = () => {
    interrupted++;
    runner.stop();
    if (interrupted > 1) return;
    if (mode === 'screen') notice.set(SAVING);
    else process.stderr.write(`${SAVING}\n`);
  };
  const signals = mode === 'screen' ? [] : SIGNALS;
  for (const signal of signals) process.on(signal, interrupt);
  try {
    if (mode === 'plain') {
      print(
        `suite ${options.suite.name} in ${runner.folder}: ${runner.jobs} at a time, threads each: ${runner.threads}`,
      );
      print(summaryLine(runner.progress()));
    }
    const ended = runner.run();
    if (mode === 'screen') await showScreen(options.suite.name, runner, ended, interrupt, notice);
    if (mode === 'plain') await printProgress(runner, ended);
    const progress = await ended;
    const theme = createTheme(colorDepthOf(process.stdout));
    if (mode !== 'silent') for (const line of gridLines(progress, { theme })) print(line);
    return { folder: runner.folder, progress, interrupted: interrupted > 0 };
  } finally {
    for (const signal of signals) process.off(signal, interrupt);
  }
}
