import { Command } from 'commander';
import { EXIT } from '../base/index.ts';
import { agentsCommand } from './agents.ts';
import { augmentationsCommand } from './augmentations.ts';
import { benchCommand } from './bench.ts';
import { checkEnvCommand } from './check-env.ts';
import type { AddCommand } from './command.ts';
import { doctorCommand } from './doctor.ts';
import { encodersCommand } from './encoders.ts';
import { engineCommand } from './engine.ts';
import { envsCommand } from './envs.ts';
import { reportError, version } from './errors.ts';
import { evalCommand } from './eval.ts';
import { keysCommand } from './keys.ts';
import { launchCommand } from './launch.ts';
import { lookChildCommand } from './look-child.ts';
import { playCommand } from './play.ts';
import { pretrainCommand } from './pretrain.ts';
import { probeCommand } from './probe.ts';
import { reportCommand } from './report.ts';
import { trainCommand } from './train.ts';
import { trainChildCommand } from './train-child.ts';
import { isHelp, usageError } from './usage.ts';
import { watchCommand } from './watch.ts';

const COMMANDS: readonly AddCommand[] = [
  trainCommand,
  launchCommand,
  watchCommand,
  playCommand,
  evalCommand,
  pretrainCommand,
  probeCommand,
  benchCommand,
  reportCommand,
  envsCommand,
  agentsCommand,
  encodersCommand,
  augmentationsCommand,
  keysCommand,
  checkEnvCommand,
  doctorCommand,
  engineCommand,
  trainChildCommand,
  lookChildCommand,
];

const EXAMPLES = `
Examples:
  curlew train quickstart                     a short run from pixels, with a live screen
  curlew train --env control/CartpoleSwingup-v0 --seed 2
  curlew launch                               choose what to train on a screen
  curlew watch                                the runs in ./runs
  curlew play runs/quickstart/RUN --gif out.gif
  curlew COMMAND --help                       options and examples of a command
`;

/** The whole command line. */
export function createProgram(done: (code: number) => void): Command {
  const program = new Command('curlew')
    .description('Reinforcement learning from pixels with contrastive state encoders.')
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .addHelpText('after', EXAMPLES);
  for (const add of COMMANDS) add(program, done);
  return program;
}

/** Runs one command. @returns exit status; errors are already reported, in one line */
export async function runCli(args: string[]): Promise<number> {
  let code: number = EXIT.done;
  const program = createProgram((given) => {
    code = given;
  });
  try {
    if (args.length === 0) program.outputHelp();
    else await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (isHelp(error)) return EXIT.done;
    return reportError(usageError(error, program, args) ?? error);
  }
}
