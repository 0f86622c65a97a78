import { EXIT } from '../base/index.ts';
import { version } from './errors.ts';
import { columns, print, printJson } from './output.ts';
import type { AddCommand } from './command.ts';

const EXAMPLES = `
Examples:
  curlew doctor
  curlew doctor --json
`;

async function examine() {
  const { availableParallelism, cpus, totalmem } = await import('node:os');
  const { detectEngines, measureEngine, startEngine, stopEngine } = await import('../engine/index.ts');
  const chosen = await startEngine({ name: 'auto' });
  const speed = await measureEngine();
  // native and wasm share a backend: only one of them can run while the other is tried.
  await stopEngine();
  const engines = await detectEngines();
  return {
    curlew: version(),
    node: process.version,
    cpu: { model: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism() },
    memoryGB: Math.round(totalmem() / 2 ** 30),
    engines,
    auto: {
      name: chosen.name,
      threads: chosen.threads,
      simd: chosen.simd,
      kernels: chosen.kernels,
      notes: chosen.notes,
      ...speed,
    },
  };
}

type Report = Awaited<ReturnType<typeof examine>>;

/** Threads beyond these do not help nets of the usual size. */
const MOST_THREADS = 8;

/** What would make this machine learn faster. */
export function advice({ engines, auto }: Pick<Report, 'engines' | 'auto'>): string[] {
  const place = engines.findIndex(({ name }) => name === auto.name);
  const lines = engines
    .slice(0, Math.max(0, place))
    .filter(({ works, reason }) => !works && reason !== 'not part of this version')
    .map(
      ({ name, description, reason }) =>
        `the ${name} engine (${description}): ${reason ?? 'it does not work here'}`,
    );
  if (auto.kernels !== 'own') lines.push("Curlew's own kernels, which are not in use: see the notes above");
  const onCpu = ['native', 'wasm', 'cpu'].includes(auto.name);
  if (onCpu && auto.threads < MOST_THREADS) {
    lines.push(`more processor cores: ${auto.threads} are used here, up to ${MOST_THREADS} help`);
  }
  return lines;
}

/** `curlew doctor`: what this machine offers and how fast it is. */
export const doctorCommand: AddCommand = (program, done) => {
  program
    .command('doctor')
    .description('check Node, the engines found and their speed')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ json }: { json?: boolean }) => {
      const report = await examine();
      done(EXIT.done);
      if (json) return printJson(report);
      const { cpu, engines, auto } = report;
      print(
        `curlew ${report.curlew}, Node ${report.node}, ${cpu.model}, ${cpu.cores} cores, ${report.memoryGB} GB`,
      );
      print();
      print('Engines, in the order in which auto tries them:');
      const rows = engines.map(({ name, description, works, reason, threads, simd }) => [
        `  ${works ? '✓' : '–'} ${name}`,
        works
          ? `${threads} ${threads === 1 ? 'thread' : 'threads'}${simd && simd !== 'none' ? `, ${simd}` : ''}`
          : (reason ?? 'does not work'),
        description,
      ]);
      for (const line of columns(rows)) print(line);
      print();
      print(`auto takes ${auto.name}: the first of these that starts and passes its self-test.`);
      print(
        `  ${auto.forwardGflops.toFixed(1)} GFLOP/s forward, ${auto.trainingGflops.toFixed(1)} GFLOP/s training, ${auto.kernels} kernels`,
      );
      for (const note of auto.notes) print(`  ${note}`);
      const faster = advice(report);
      if (faster.length > 0) print('\nFaster would be:');
      for (const line of faster) print(`  ${line}`);
    });
};
