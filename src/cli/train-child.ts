import type { AddCommand } from './command.ts';
import { workingOn } from './errors.ts';

/** `curlew __train FOLDER`: the process that trains, started by `curlew train`. Not for people. */
export const trainChildCommand: AddCommand = (program, done) => {
  program
    .command('__train', { hidden: true })
    .argument('<folder>')
    .action(async (folder: string) => {
      workingOn(folder);
      const { runTraining } = await import('../train/index.ts');
      done(await runTraining(folder));
    });
};
