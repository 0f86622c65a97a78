import type { AddCommand } from './command.ts';
import { printRegistry, type Registry } from './registry.ts';

const EXAMPLES = `
Examples:
  curlew augmentations
  curlew augmentations --json
  curlew train quickstart --set 'augment.views=[colorJitter, { op: blur, p: 0.1 }]'
  curlew train quickstart --encoder none --set 'augment.agent=[{ op: shift, pad: 4 }]'

augment.views is for the objective's views, augment.second for those after the first where they differ,
augment.agent for the images that the agent itself trains on. All come after the crop of augment.crop.
`;

/** `curlew augmentations`: what experiments can do to images after their crop. */
export const augmentationsCommand: AddCommand = (program) => {
  program
    .command('augmentations')
    .description('list the augmentations of images, with their options')
    .option('--json', 'print them as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false }: { json?: boolean }) => {
      const { augmentations } = await import('../encoders/index.ts');
      printRegistry(augmentations as Registry, null, json);
    });
};
