import type { Command } from 'commander';
import { InputError } from '../base/index.ts';
import { workingOn } from './errors.ts';
import { givenCommand, isInteractive } from './invocation.ts';
import { print } from './output.ts';
import type { AddCommand } from './command.ts';
import type { ExperimentFlags } from './training/experiment.ts';

/** What commander makes of the options of `curlew train`. */
interface TrainFlags extends ExperimentFlags {
  out: string;
  plain?: boolean;
  json?: boolean;
  resume?: string;
}

const EXAMPLES = `
Examples:
  curlew train quickstart                     an experiment that comes with Curlew
  curlew train my-experiment.yaml --seed 3
  curlew train --env control/CartpoleSwingup-v0 --agent sac --encoder curl --steps 50000
  curlew train --method rad --env control/ReacherEasy-v0
  curlew train quickstart --method drq        the same sizes with another method
  curlew train quickstart --set train.batchSize=64 --set agent.discount=0.98
  curlew train quickstart --plain             lines instead of the live screen
  curlew train --resume runs/quickstart/RUN --steps 100000

In a terminal this shows a live screen (? for its keys). Ctrl-C saves and stops; --resume goes on from there.
Exit status: 0 finished, 1 failed, 2 bad input, 130 interrupted and saved.
`;

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

function addOptions(command: Command): Command {
  return command
    .argument('[file]', 'experiment file, or the name of one that comes with Curlew')
    .option('--env <id>', 'environment, see curlew envs')
    .option(
      '--method <name>',
      'sac, rad, drq, curl, curl-joint, state-sac, ... (experiments/methods), over the file',
    )
    .option('--agent <id>', 'agent, see curlew agents')
    .option('--encoder <id>', 'contrastive objective, see curlew encoders')
    .option('--encoder-from <run>', 'start the encoder from that of a run, such as of curlew pretrain')
    .option('--seed <n>', 'seed of every generator of the run')
    .option('--steps <n>', 'length of the run in agent steps')
    .option('--engine <name>', 'auto, tensorflow, webgpu, native, wasm or cpu')
    .option('--threads <n>', 'threads of the CPU engines')
    .option('--name <name>', 'name of the experiment, a folder in the output folder')
    .option('--profile', "show at the end where an update's time went")
    .option('--set <key=value>', 'any key of the experiment, see curlew keys; may be repeated', collect)
    .option('--out <folder>', 'folder for runs', 'runs')
    .option('--resume <run>', 'go on with a run that was stopped or is to be longer (--steps)')
    .option('--plain', 'print lines, no live screen')
    .option('--json', 'print the metrics as they are written, one JSON object a line');
}

async function createFolder(file: string | undefined, flags: TrainFlags): Promise<string> {
  const { defaultsNote, experimentFrom } = await import('./training/experiment.ts');
  const { createRun } = await import('../runs/index.ts');
  const { checkTask } = await import('../train/index.ts');
  const experiment = experimentFrom(file, flags);
  await checkTask(experiment);
  const { folder } = createRun(flags.out, experiment, { command: givenCommand() });
  const note = defaultsNote(file, flags);
  // Lines of JSON stay the only output; the folder's experiment.yaml says everything.
  if (note !== null && !flags.json) print(note);
  return folder;
}

/** `--steps` of a resumed run. */
function newLength(steps: string | undefined): number | undefined {
  if (steps === undefined) return undefined;
  if (!/^[1-9]\d*$/.test(steps)) throw new InputError(`--steps ${steps}: steps must be a positive integer.`);
  return Number(steps);
}

async function resumeFolder(file: string | undefined, flags: TrainFlags): Promise<string> {
  const folder = flags.resume!;
  const { env, method, agent, encoder, encoderFrom, seed, engine, threads, name, profile, set = [] } = flags;
  const own = {
    env,
    method,
    agent,
    encoder,
    'encoder-from': encoderFrom,
    seed,
    engine,
    threads,
    name,
    profile,
  };
  const given = Object.entries(own);
  const refused = given.find(([, value]) => value !== undefined)?.[0] ?? (set.length > 0 ? 'set' : undefined);
  if (file !== undefined || refused !== undefined) {
    const what = refused === undefined ? `the file ${file}` : `--${refused}`;
    throw new InputError(
      `--resume goes on with the run's own experiment: leave out ${what}; only --steps can change.`,
    );
  }
  const { experimentOf, readStatus, resumeRun } = await import('../runs/index.ts');
  const steps = newLength(flags.steps);
  const status = readStatus(folder);
  const total = steps ?? experimentOf(folder).steps;
  if (status.state === 'finished' && status.agentStep >= total) {
    throw new InputError(
      `${folder} has finished its ${status.agentStep} agent steps; give --steps with a larger number to prolong it.`,
    );
  }
  resumeRun(folder, { command: givenCommand(), steps });
  return folder;
}

/** `curlew train`: one run in a process of its own, with a live screen, plain lines or JSON here. */
export const trainCommand: AddCommand = (program, done) => {
  addOptions(program.command('train').description('train an agent'))
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: TrainFlags) => {
      const folder = await (flags.resume === undefined
        ? createFolder(file, flags)
        : resumeFolder(file, flags));
      workingOn(folder);
      const { trainAndShow } = await import('./training/show.ts');
      const mode = flags.json ? 'json' : flags.plain || !isInteractive() ? 'plain' : 'screen';
      done(await trainAndShow(folder, mode));
    });
};
