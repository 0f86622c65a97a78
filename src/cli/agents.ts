import type { AddCommand } from './command.ts';
import { printRegistry } from './registry.ts';

const EXAMPLES = `
Examples:
  curlew agents
  curlew agents --json
  curlew train quickstart --agent sac
`;

/** `curlew agents`: the learning algorithms. */
export const agentsCommand: AddCommand = (program) => {
  program
    .command('agents')
    .description('list the learning algorithms, with their options')
    .option('--json', 'print them as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json = false }: { json?: boolean }) => {
      const { agents } = await import('../agents/index.ts');
      printRegistry(agents, 'agent', json);
    });
};
