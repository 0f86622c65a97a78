import { EXIT, InputError, nearest, RunError } from '../base/index.ts';
import type { AddCommand } from './command.ts';
import { engineTable } from './doctor.ts';
import { examineApart } from './doctor/engines.ts';
import { print } from './output.ts';

const EXAMPLES = `
Examples:
  curlew engine install webgpu                        for GPUs without CUDA
  curlew engine install tensorflow --gpu              for CUDA GPUs, with the library's own download
  curlew engine install tensorflow --from-wheel       for the processor, from a Python wheel that pip fetches
  curlew engine install tensorflow --from-wheel FILE  the same from a wheel that is here
`;

const ENGINES = ['tensorflow', 'webgpu'] as const;

/** `curlew engine install`: engines whose packages do not come with this one. */
export const engineCommand: AddCommand = (program, done) => {
  program
    .command('engine')
    .description('install an engine that does not come with Curlew: tensorflow or webgpu')
    .argument('<action>', 'install')
    .argument('<engine>', ENGINES.join(' or '))
    .option('--gpu', 'tensorflow for CUDA GPUs')
    .option(
      '--from-wheel [path]',
      'tensorflow: libtensorflow from a Python wheel (file, or folder that holds one)',
    )
    .addHelpText('after', EXAMPLES)
    .action(
      async (action: string, name: string, options: { gpu?: boolean; fromWheel?: boolean | string }) => {
        if (action !== 'install') throw new InputError(`There is no action ${action}; did you mean install?`);
        const engine = ENGINES.find((each) => each === name);
        if (!engine) {
          const near = nearest(name, ENGINES);
          throw new InputError(
            `${name} is not an engine to install; did you mean ${near}? (${ENGINES.join(', ')})`,
          );
        }
        const { installEngine } = await import('../engine/index.ts');
        await installEngine({ engine, ...options, say: print });
        print('Tries the engine.');
        const report = await examineApart(engine);
        if (!report.works)
          throw new RunError(`The ${engine} engine is installed and does not work here: ${report.reason}`);
        for (const line of engineTable([report])) print(line);
        done(EXIT.done);
      },
    );
};
