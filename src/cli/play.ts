import { EXIT, InputError } from '../base/index.ts';
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
  curlew play runs/quickstart/RUN --apng play.png     all colours, larger than a GIF
  curlew play --human arcade/Breakout-v0              by yourself, with the keyboard
`;

interface PlayFlags {
  gif?: string;
  apng?: string;
  png?: string;
  human?: string;
  fps?: string;
  ansi?: boolean;
  episodes: string;
  seed: string;
  checkpoint: string;
}

/** A person plays. @returns exit status */
async function byHand(id: string, { fps, ansi, seed }: PlayFlags): Promise<number> {
  const { playByHand } = await import('./playing/human.ts');
  const { colorDepthOf, createTheme, humanNumber, pictureColors } = await import('../tui/index.ts');
  const end = await playByHand({
    id,
    seed: wholeNumber('--seed', seed, 0),
    depth: ansi ? 'none' : pictureColors(createTheme(colorDepthOf(process.stdout))),
    ...(fps === undefined ? {} : { fps: wholeNumber('--fps', fps, 1) }),
  });
  if (end.how === 'interrupted') return EXIT.interrupted;
  print(`${id}   score ${humanNumber(end.score)}   best ${humanNumber(end.best)}`);
  return EXIT.done;
}

/** `curlew play`: the trained agent acting, in the terminal or in a file. */
export const playCommand: AddCommand = (program, done) => {
  program
    .command('play')
    .description('see a trained agent play, or play a game yourself')
    .argument('[run]', 'folder of the run')
    .option('--gif <file>', 'write an animation')
    .option('--apng <file>', 'write an animation as PNG, in all colours')
    .option('--png <file>', 'write moments of the play side by side')
    .option('--episodes <n>', 'episodes to play', '1')
    .option('--seed <n>', 'seed of the episodes', '0')
    .option('--checkpoint <which>', 'newest or best', 'newest')
    .option('--human <id>', 'play this environment with the keyboard')
    .option('--fps <n>', 'with --human: steps a second')
    .option('--ansi', 'with --human: characters instead of colours')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string | undefined, flags: PlayFlags) => {
      if (flags.human !== undefined) {
        if (folder !== undefined) {
          throw new InputError(`play takes a run or --human ID: ${folder} and ${flags.human} are both.`);
        }
        return done(await byHand(flags.human, flags));
      }
      if (folder === undefined) throw new InputError('play needs the folder of a run, or --human ID.');
      const episodes = wholeNumber('--episodes', flags.episodes, 1);
      const seed = wholeNumber('--seed', flags.seed, 0);
      const which = checkpointNamed(flags.checkpoint);
      const { experimentOf } = await import('../runs/index.ts');
      const title = experimentOf(folder).env.id;
      workingOn(folder);
      const { playToFiles, playOnScreen } = await import('./playing/play.ts');
      const request = { folder, title, episodes, seed, which };
      const toFiles = [flags.gif, flags.apng, flags.png].some((path) => path !== undefined);
      const end =
        toFiles || !isInteractive() ? await playToFiles(request, flags) : await playOnScreen(request);
      if (end.how !== 'ended') return done(end.how === 'left' ? EXIT.done : EXIT.interrupted);
      const { humanCount, humanNumber } = await import('../tui/index.ts');
      for (const [i, result] of end.result.entries()) {
        print(
          `episode ${i + 1}   return ${humanNumber(result.return)}   ${humanCount(result.length)} agent steps`,
        );
      }
      for (const path of [flags.gif, flags.apng, flags.png]) if (path !== undefined) print(`wrote ${path}`);
    });
};
