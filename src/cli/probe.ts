import { InputError, nearest } from '../base/index.ts';
import { workingOn } from './errors.ts';
import { checkpointNamed, wholeNumber } from './eval.ts';
import { print, printJson } from './output.ts';
import type { AddCommand } from './command.ts';

const EXAMPLES = `
Examples:
  curlew probe runs/pretrain/RUN
  curlew probe runs/quickstart/RUN --policy agent        frames that the agent itself sees
  curlew probe RUN --against OTHER_RUN                   similarity of two encoders (CKA)
  curlew probe RUN --color "to target x" --json

Observations and true states are collected in the run's environment; probes are fitted on some episodes and judged
on others. The same network with random weights and the pixels themselves stand beside the encoder. Results go to
probe.json and probe/ in the run's folder.
`;

interface ProbeFlags {
  frames: string;
  episodeSteps: string;
  seed: string;
  checkpoint: string;
  policy: string;
  against?: string[];
  color?: string;
  mlp: boolean;
  json?: boolean;
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

/** `curlew probe`: what a run's encoder holds of the true state. */
export const probeCommand: AddCommand = (program) => {
  program
    .command('probe')
    .description("show what a run's encoder holds of the true state")
    .argument('<run>', 'folder of a run or of a pretraining')
    .option('--frames <n>', 'observations to collect', '3000')
    .option('--episode-steps <n>', 'episodes are cut after this many agent steps', '50')
    .option('--seed <n>', 'seed of the frames and the probes', '0')
    .option('--checkpoint <which>', 'newest or best', 'newest')
    .option('--policy <who>', "who acts: random, or the run's agent", 'random')
    .option(
      '--against <run>',
      'another run on the same pictures, to compare by CKA; may be repeated',
      collect,
    )
    .option('--color <variable>', 'what colours the map')
    .option('--no-mlp', 'leave the small network out')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (folder: string, flags: ProbeFlags) => {
      const frames = wholeNumber('--frames', flags.frames, 50);
      const episodeSteps = wholeNumber('--episode-steps', flags.episodeSteps, 2);
      const seed = wholeNumber('--seed', flags.seed, 0);
      const which = checkpointNamed(flags.checkpoint);
      const { policy, against, mlp } = flags;
      if (policy !== 'random' && policy !== 'agent')
        throw new InputError(`--policy ${policy}: it must be random or agent.`);
      const { experimentOf } = await import('../runs/index.ts');
      experimentOf(folder);
      workingOn(folder);
      const { coloring, probeRun, saveProbe } = await import('../probe/index.ts');
      const onNote = (note: string) => process.stderr.write(`note: ${note}\n`);
      const probed = await probeRun(folder, {
        ...{ frames, episodeSteps, seed, which, policy, against, mlp, onNote },
      });
      const known = [...probed.variables.targets, ...probed.variables.facts].map(({ name }) => name);
      if (flags.color !== undefined && !known.includes(flags.color))
        throw new InputError(
          `--color ${flags.color}: there is no such variable; did you mean ${nearest(flags.color, known)}?`,
        );
      const files = saveProbe(folder, probed, flags.color);
      if (flags.json) return printJson(probed.report);
      const { probeLines } = await import('./probing/lines.ts');
      for (const line of probeLines(probed, coloring(probed, flags.color))) print(line);
      print();
      for (const file of files) print(`saved ${file}`);
    });
};
