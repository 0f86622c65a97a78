import { EXIT, InputError } from '../base/index.ts';
import { workingOn } from './errors.ts';
import { print, printJson } from './output.ts';
import type { AddCommand } from './command.ts';

const EXAMPLES = `
Examples:
  curlew eval runs/quickstart/RUN
  curlew eval runs/quickstart/RUN --episodes 100 --seed 7
  curlew eval runs/quickstart/RUN --checkpoint best --json
`;

interface EvalFlags {
  episodes: string;
  seed: string;
  checkpoint: string;
  json?: boolean;
}

/** A whole number of an option. @throws InputError in one line */
export function wholeNumber(option: string, text: string, least: number): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least && text.trim() !== '') return value;
  throw new InputError(`${option} ${text}: it must be an integer, at least ${least}.`);
}

/** The checkpoint that an option names. @throws InputError in one line */
export function checkpointNamed(text: string): 'newest' | 'best' {
  if (text === 'newest' || text === 'best') return text;
  throw new InputError(`--checkpoint ${text}: it must be newest or best.`);
}

/** `curlew eval`: returns of the trained agent over fresh episodes, with the mean action. */
export const evalCommand: AddCommand = (program, done) => {
  program
    .command('eval')
    .description('measure a trained agent over fresh episodes')
    .argument('<run>', 'folder of the run')
    .option('--episodes <n>', 'episodes to play', '10')
    .option('--seed <n>', 'seed of the episodes', '0')
    .option('--checkpoint <which>', 'newest or best', 'newest')
    .option('--json', 'print all returns and the summary as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, flags: EvalFlags) => {
      const episodes = wholeNumber('--episodes', flags.episodes, 1);
      const seed = wholeNumber('--seed', flags.seed, 0);
      const which = checkpointNamed(flags.checkpoint);
      const { experimentOf } = await import('../runs/index.ts');
      const { id } = experimentOf(folder).env;
      workingOn(folder);
      const { evaluateRun } = await import('../train/index.ts');
      const { humanCount, humanNumber } = await import('../tui/index.ts');
      const stop = new AbortController();
      process.once('SIGINT', () => stop.abort());
      const result = await evaluateRun(folder, {
        episodes,
        seed,
        which,
        signal: stop.signal,
        onEpisode: (played, episode) => {
          if (!flags.json)
            print(`episode ${String(episode + 1).padStart(3)}   return ${humanNumber(played.return)}`);
        },
      });
      if (flags.json) printJson(result);
      else if (result.returns.length > 0) {
        const [low, high] = result.confidence.map(humanNumber);
        print(
          `${id} at agent step ${humanCount(result.agentStep)}: mean return ${humanNumber(result.mean)} ± ${humanNumber(result.std)}`,
        );
        print(
          `95% confidence interval of the mean over ${result.returns.length} episodes: ${low} to ${high}`,
        );
      }
      if (stop.signal.aborted) done(EXIT.interrupted);
    });
};
