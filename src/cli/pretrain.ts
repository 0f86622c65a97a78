import { InputError } from '../base/index.ts';
import { workingOn } from './errors.ts';
import { givenCommand, isInteractive } from './invocation.ts';
import type { AddCommand } from './command.ts';
import type { ExperimentFlags } from './training/experiment.ts';

const EXAMPLES = `
Examples:
  curlew pretrain experiments/pretrain/reacher-easy.yaml
  curlew pretrain --env control/ReacherEasy-v0 --encoder simclr --updates 5000 --frames 20000
  curlew pretrain FILE --policy-from runs/quickstart/RUN   frames of a trained agent
  curlew pretrain --resume runs/pretrain/RUN
  curlew train FILE --encoder-from runs/pretrain/RUN       an agent that starts from it
  curlew probe runs/pretrain/RUN                           what it learned

Frames are collected first, by random actions or a run's agent; then the objective is trained on them. Without
augment.crop and augment.views, views are random crops of 84 % of the picture's sides.
`;

interface PretrainFlags extends Omit<ExperimentFlags, 'steps' | 'method' | 'agent' | 'encoderFrom'> {
  updates?: string;
  frames?: string;
  policyFrom?: string;
  out: string;
  resume?: string;
  plain?: boolean;
  json?: boolean;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

async function createFolder(file: string | undefined, flags: PretrainFlags): Promise<string> {
  const { experimentFrom } = await import('./training/experiment.ts');
  const { createRun } = await import('../runs/index.ts');
  const { updates, frames, policyFrom, set = [], name = file === undefined ? 'pretrain' : undefined } = flags;
  const given = (extra: string[]) =>
    experimentFrom(file, { ...flags, name, steps: updates, set: [...extra, ...set] });
  const own = [
    ...(frames === undefined ? [] : [`pretrain.frames=${frames}`]),
    ...(policyFrom === undefined ? [] : [`pretrain.policyFrom=${JSON.stringify(policyFrom)}`]),
  ];
  let experiment = given(own);
  const more = experiment.pretrain ? [] : ['pretrain={}'];
  const { crop, views } = experiment.augment;
  if (crop === undefined && views === undefined)
    more.push(`augment.crop=${Math.max(1, Math.round(0.84 * experiment.env.size))}`);
  if (more.length > 0) experiment = given([...more, ...own]);
  if (experiment.encoder.id === 'none')
    throw new InputError('encoder.id: none trains nothing; name an objective, see curlew encoders.');
  return createRun(flags.out, experiment, { command: givenCommand() }).folder;
}

async function resumeFolder(flags: PretrainFlags): Promise<string> {
  const folder = flags.resume!;
  const { experimentOf, resumeRun } = await import('../runs/index.ts');
  if (!experimentOf(folder).pretrain)
    throw new InputError(`${folder} trains an agent: curlew train --resume goes on with it.`);
  const { updates } = flags;
  if (updates !== undefined && !/^[1-9]\d*$/.test(updates))
    throw new InputError(`--updates ${updates}: updates must be a positive integer.`);
  resumeRun(folder, { command: givenCommand(), steps: updates === undefined ? undefined : Number(updates) });
  return folder;
}

/** `curlew pretrain`: an objective alone on collected frames, in a process of its own like any run. */
export const pretrainCommand: AddCommand = (program, done) => {
  program
    .command('pretrain')
    .description('train an encoder alone, on collected frames')
    .argument('[file]', 'experiment file; its pretrain section says what is collected')
    .option('--env <id>', 'environment, see curlew envs')
    .option('--encoder <id>', 'objective, see curlew encoders')
    .option('--updates <n>', 'updates of the objective')
    .option('--frames <n>', 'agent steps collected')
    .option('--policy-from <run>', 'run whose agent acts while frames are collected')
    .option('--seed <n>', 'seed of every generator of the run')
    .option('--engine <name>', 'auto, tensorflow, webgpu, native, wasm or cpu')
    .option('--threads <n>', 'threads of the CPU engines')
    .option('--name <name>', 'name of the experiment, a folder in the output folder')
    .option('--set <key=value>', 'any key of the experiment, see curlew keys; may be repeated', collect)
    .option('--out <folder>', 'folder for runs', 'runs')
    .option('--resume <run>', 'go on with a pretraining that was stopped or is to be longer (--updates)')
    .option('--plain', 'print lines, no live screen')
    .option('--json', 'print the metrics as they are written, one JSON object a line')
    .addHelpText('after', EXAMPLES)
    .action(async (file: string | undefined, flags: PretrainFlags) => {
      const folder = await (flags.resume === undefined ? createFolder(file, flags) : resumeFolder(flags));
      workingOn(folder);
      const { trainAndShow } = await import('./training/show.ts');
      const mode = flags.json ? 'json' : flags.plain || !isInteractive() ? 'plain' : 'screen';
      done(await trainAndShow(folder, mode));
    });
};
