import type { AddCommand } from './command.ts';
import { columns, print, printJson } from './output.ts';

const EXAMPLES = `
Examples:
  curlew keys
  curlew train quickstart --set train.batchSize=64 --set evaluation.every=1000
`;

/** `curlew keys`: the keys of an experiment file. */
export const keysCommand: AddCommand = (program) => {
  program
    .command('keys')
    .description('list the keys of an experiment file, for --set')
    .option('--json', 'print them as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { json?: boolean }) => {
      const { experimentKeys } = await import('../runs/index.ts');
      const keys = experimentKeys();
      if (json) return printJson(keys);
      const rows = keys.map(({ key, accepts, default: fallback, description = '' }) => [
        key,
        fallback === undefined ? '–' : JSON.stringify(fallback),
        [accepts, description].filter(Boolean).join('; '),
      ]);
      for (const line of columns([['KEY', 'DEFAULT', 'VALUE'], ...rows])) print(line);
    });
};
