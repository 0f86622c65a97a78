import { EXIT, InputError, messageOf } from '../base/index.ts';
import type { LauncherChoice, LauncherItem, Preview } from '../tui/index.ts';
import type { AddCommand } from './command.ts';
import { workingOn } from './errors.ts';
import { givenCommand, isInteractive } from './invocation.ts';
import type { ExperimentFlags } from './training/experiment.ts';

const EXAMPLES = `
Examples:
  curlew launch
  curlew launch --out experiments/today
`;

/** The options of `curlew train` that a choice stands for; what is left empty takes its default. */
function flagsOf(choice: LauncherChoice): ExperimentFlags {
  const given = Object.entries(choice).filter(([, value]) => value !== '');
  return Object.fromEntries(given) as ExperimentFlags;
}

function itemsOf(registry: Record<string, { description: string }>): LauncherItem[] {
  return Object.entries(registry).map(([id, { description }]) => ({ id, description }));
}

/** The variants with distractors after all others: they are many. */
function plainFirst(items: readonly LauncherItem[]): LauncherItem[] {
  const distracts = ({ id }: LauncherItem) => id.includes('-Distract-');
  return [...items.filter((item) => !distracts(item)), ...items.filter(distracts)];
}

/** `curlew launch`: environment, agent and encoder chosen on a screen, then the run. */
export const launchCommand: AddCommand = (program, done) => {
  program
    .command('launch')
    .description('choose environment, agent and encoder on a screen, and train')
    .option('--out <folder>', 'folder for runs', 'runs')
    .addHelpText('after', EXAMPLES)
    .action(async ({ out }: { out: string }) => {
      if (!isInteractive()) {
        throw new InputError(
          'curlew launch needs a terminal; elsewhere use curlew train --env ID (see --help).',
        );
      }
      const { experimentFrom } = await import('./training/experiment.ts');
      const { createRun, experimentYaml } = await import('../runs/index.ts');
      const { agents } = await import('../agents/index.ts');
      const { encoders } = await import('../curl/index.ts');
      const { listEnvs } = await import('../envs/index.ts');
      const { loadScreens } = await import('../tui/index.ts');
      const { showLauncher } = await loadScreens();
      const resolve = (choice: LauncherChoice): Preview => {
        try {
          return { yaml: experimentYaml(experimentFrom(undefined, flagsOf(choice))) };
        } catch (error) {
          return { problem: messageOf(error) };
        }
      };
      const choice = await showLauncher({
        lists: { environments: plainFirst(listEnvs()), agents: itemsOf(agents), encoders: itemsOf(encoders) },
        initial: { env: 'control/CartpoleSwingup-v0', agent: 'sac', encoder: 'curl', seed: '1', steps: '' },
        resolve,
      });
      if (choice === 'left') return;
      if (choice === 'interrupted') return done(EXIT.interrupted);
      const { folder } = createRun(out, experimentFrom(undefined, flagsOf(choice)), {
        command: givenCommand(),
      });
      workingOn(folder);
      const { trainAndShow } = await import('./training/show.ts');
      done(await trainAndShow(folder, 'screen'));
    });
};
