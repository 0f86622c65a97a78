import type { AddCommand } from './command.ts';
import { columns, print, printJson } from './output.ts';

const EXAMPLES = `
Examples:
  curlew envs
  curlew envs --json
  curlew train --env control/CartpoleSwingup-v0
`;

/** `curlew envs`: the registered environments. */
export const envsCommand: AddCommand = (program) => {
  program
    .command('envs')
    .description('list the environments')
    .option('--json', 'print them with their options as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { json?: boolean }) => {
      const { listEnvs } = await import('../envs/index.ts');
      const envs = listEnvs();
      if (json) printJson(envs);
      else for (const line of columns(envs.map(({ id, description }) => [id, description]))) print(line);
    });
};
