import type { AddCommand } from './command.ts';
import { printRegistry } from './registry.ts';

const EXAMPLES = `
Examples:
  curlew encoders
  curlew encoders --json
  curlew train quickstart --encoder none
`;

/** `curlew encoders`: the contrastive objectives that train the encoder. */
export const encodersCommand: AddCommand = (program) => {
  program
    .command('encoders')
    .description('list the contrastive objectives that train the encoder, with their options')
    .option('--json', 'print them as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false }: { json?: boolean }) => {
      const { encoders } = await import('../curl/index.ts');
      printRegistry(encoders, 'encoder', json);
    });
};
