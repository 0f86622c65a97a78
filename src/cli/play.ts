import { EXIT } from '../base/index.ts';
import { workingOn } from './errors.ts';
import { checkpointNamed, wholeNumber } from './eval.ts';
import { isInteractive } from './invocation.ts';
import { print } from './output.ts';
import type { AddCommand } from './command.ts';

const EXAMPLES = `
Examples:
  curlew play runs/quickstart/RUN                     in the terminal, at its real speed
  curlew play runs/quickstart/RUN --gif play.gif --episodes 2
  curlew play runs/quickstart/RUN --checkpoint best --png strip.png
`;

interface PlayFlags {
  gif?: string;
  png?: string;
  episodes: string;
  seed: string;
  checkpoint: string;
}

/** `curlew play`: the trained agent acting, in the terminal or in a file. */
export const playCommand: AddCommand = (program, done) => {
  program
    .command('play')
    .description('see a trained agent play')
    .argument('<run>', 'folder of the run')
    .option('--gif <file>', 'write an animation')
    .option('--png <file>', 'write moments of the play side by side')
    .option('--episodes <n>', 'episodes to play', '1')
    .option('--seed <n>', 'seed of the episodes', '0')
    .option('--checkpoint <which>', 'newest or best', 'newest')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, flags: PlayFlags) => {
      const episodes = wholeNumber('--episodes', flags.episodes, 1);
      const seed = wholeNumber('--seed', flags.seed, 0);
      const which = checkpointNamed(flags.checkpoint);
      const { experimentOf } = await import('../runs/index.ts');
      const title = experimentOf(folder).env.id;
      workingOn(folder);
      const { playToFiles, playOnScreen } = await import('./playing/play.ts');
      const request = { folder, title, episodes, seed, which };
      const toFiles = flags.gif !== undefined || flags.png !== undefined;
      const end =
        toFiles || !isInteractive() ? await playToFiles(request, flags) : await playOnScreen(request);
      if (end.how !== 'ended') return done(end.how === 'left' ? EXIT.done : EXIT.interrupted);
      const { humanCount, humanNumber } = await import('../tui/index.ts');
      for (const [i, result] of end.result.entries()) {
        print(
          `episode ${i + 1}   return ${humanNumber(result.return)}   ${humanCount(result.length)} agent steps`,
        );
      }
      for (const path of [flags.gif, flags.png]) if (path !== undefined) print(`wrote ${path}`);
    });
};
