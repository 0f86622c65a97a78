import type { AddCommand } from './command.ts';
import { workingOn } from './errors.ts';

/** `curlew __look FOLDER POLICY`: the process behind the encoder's screen. Not for people. */
export const lookChildCommand: AddCommand = (program) => {
  program
    .command('__look', { hidden: true })
    .argument('<folder>')
    .argument('<policy>')
    .action(async (folder: string, policy: string) => {
      workingOn(folder);
      const { serveLook } = await import('../probe/index.ts');
      await serveLook(folder, policy === 'random' ? 'random' : 'agent');
    });
};
