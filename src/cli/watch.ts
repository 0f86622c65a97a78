import { EXIT, InputError } from '../base/index.ts';
import type { RunSummary } from '../runs/index.ts';
import { isInteractive } from './invocation.ts';
import { columns, print, printable, printJson } from './output.ts';
import type { AddCommand } from './command.ts';

const EXAMPLES = `
Examples:
  curlew watch                     all runs in ./runs; Enter opens one
  curlew watch runs/quickstart/RUN
  curlew watch --plain             the list as text
  curlew watch runs/quickstart/RUN --json
  curlew watch --pictures blocks   half blocks, whatever the terminal can
`;

const POLL_MS = 1000;

async function printList(runs: readonly RunSummary[], json: boolean): Promise<void> {
  if (json) return printJson(runs);
  if (runs.length === 0) return print('no runs');
  const { humanCount, humanDuration, humanNumber } = await import('../tui/index.ts');
  const rows = runs.map(({ folder, status, evaluation, wallSeconds }) => [
    status.state,
    `${humanCount(status.agentStep)}/${humanCount(status.totalSteps)}`,
    evaluation ? humanNumber(evaluation.return) : '–',
    humanDuration(wallSeconds),
    printable(folder),
  ]);
  for (const line of columns([['STATE', 'STEPS', 'RETURN', 'TIME', 'RUN'], ...rows])) print(line);
}

/** Follows a run as text until it is no longer running. */
async function followText(folder: string, json: boolean): Promise<void> {
  const { followRun, readStatus } = await import('../runs/index.ts');
  const { followPlain } = await import('./training/plain.ts');
  const ended = (async () => {
    while (readStatus(folder).state === 'running')
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  })();
  await followPlain(followRun(folder, { maxPoints: 2 }), json, ended);
  if (json) return;
  const { state, reason } = readStatus(folder);
  print(reason ? `${state}: ${printable(reason)}` : state);
}

interface WatchFlags {
  plain?: boolean;
  json?: boolean;
  pictures?: string;
}

/** `curlew watch`: live or finished runs. */
export const watchCommand: AddCommand = (program, done) => {
  program
    .command('watch')
    .description('watch a run, or all runs of a folder')
    .argument('[path]', 'a run, or a folder with runs', 'runs')
    .option('--plain', 'print text, no screen')
    .option('--json', 'print the list of runs, or the metrics of a run, as JSON')
    .option('--pictures <how>', 'auto, kitty, iterm, sixel or blocks; also by CURLEW_PICTURES')
    .addHelpText('after', EXAMPLES)
    .action(async (path: string, { plain, json = false, pictures }: WatchFlags) => {
      // What every screen goes by.
      if (pictures !== undefined) process.env.CURLEW_PICTURES = pictures;
      const { isRun, listRuns } = await import('../runs/index.ts');
      const single = isRun(path);
      // Also checks that the folder is there, before a screen opens.
      const runs = single ? [] : listRuns(path);
      if (json || plain || !isInteractive()) {
        return single ? followText(path, json) : printList(runs, json);
      }
      if (!single && runs.length === 0) throw new InputError(`There are no runs in ${path}.`);
      const { loadScreens } = await import('../tui/index.ts');
      const { showRun, showRuns } = await loadScreens();
      const left = await (single ? showRun(path) : showRuns(path));
      done(left === 'interrupted' ? EXIT.interrupted : EXIT.done);
    });
};
