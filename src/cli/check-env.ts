import { EXIT } from '../base/index.ts';
import type { AddCommand } from './command.ts';
import { print, printJson } from './output.ts';

const EXAMPLES = `
Examples:
  curlew check-env control/CartpoleSwingup-v0
  curlew check-env control/CartpoleSwingup-v0 --json
`;

/** `curlew check-env`: whether an environment keeps to the rules that agents rely on. */
export const checkEnvCommand: AddCommand = (program, done) => {
  program
    .command('check-env')
    .description('check that an environment keeps to the interface')
    .argument('<id>', 'environment, see curlew envs')
    .option('--json', 'print { id, problems } as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, { json }: { json?: boolean }) => {
      const { checkEnv, make } = await import('../envs/index.ts');
      const env = await make(id);
      const problems = checkEnv(env);
      env.close();
      if (json) printJson({ id, problems });
      else if (problems.length === 0) print(`${id}: no problems found`);
      else for (const problem of problems) print(`${id}: ${problem}`);
      done(problems.length === 0 ? EXIT.done : EXIT.failed);
    });
};
