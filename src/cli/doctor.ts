import { availableParallelism, cpus, totalmem } from 'node:os';
import { EXIT, InputError, nearest } from '../base/index.ts';
import type { EngineName } from '../engine/index.ts';
import type { AddCommand } from './command.ts';
import { advice } from './doctor/advice.ts';
import { examineApart, examineHere } from './doctor/engines.ts';
import type { EngineReport } from './doctor/engines.ts';
import { version } from './errors.ts';
import { columns, print, printJson } from './output.ts';

const EXAMPLES = `
Examples:
  curlew doctor
  curlew doctor --threads 1
  curlew doctor --engine wasm
  curlew doctor --json
`;

interface Options {
  engine?: string;
  threads?: string;
  json?: boolean;
}

/** All engines, each in a process of its own, one after the other so that they do not disturb each other. */
async function examine(threads: number | undefined) {
  const { describeEngine, engineNames } = await import('../engine/index.ts');
  const engines: EngineReport[] = [];
  for (const name of engineNames()) {
    const { description, missing } = describeEngine(name);
    if (missing === null) engines.push(await examineApart(name, threads));
    else engines.push({ name, description, found: false, works: false, reason: missing });
  }
  const { info, reason } = await examineApart('auto', threads);
  const speed = engines.find(({ name }) => name === info?.name)?.speed;
  return {
    curlew: version(),
    node: process.version,
    cpu: { model: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism() },
    memoryGB: Math.round(totalmem() / 2 ** 30),
    engines,
    auto: info ? { ...info, ...speed } : { name: null, reason },
  };
}

function mark({ found, works }: EngineReport): string {
  return works ? '✓' : found ? '✗' : '–';
}

/** The engines as a table. */
export function engineTable(engines: EngineReport[]): string[] {
  const number = (value: number | null | undefined) => (value == null ? '' : value.toFixed(1));
  const rows = engines.map((engine) => {
    const { name, found, works, info, speed, reason } = engine;
    const simd = info?.simd === 'none' ? undefined : info?.simd;
    const what = [info?.device, info && `${info.threads} thread${info.threads === 1 ? '' : 's'}`, simd];
    return [
      `  ${mark(engine)} ${name}`,
      found ? 'yes' : 'no',
      works ? 'yes' : 'no',
      number(speed?.forwardGflops),
      number(speed?.trainingGflops),
      number(speed?.updatesPerSecond),
      works ? what.filter(Boolean).join(', ') : (reason ?? 'does not work'),
    ];
  });
  const head = ['    engine', 'found', 'works', 'forward', 'training', 'updates/s', ''];
  return columns([head, ...rows]);
}

function checked(
  { engine, threads }: Options,
  names: string[],
): [EngineName | undefined, number | undefined] {
  if (engine !== undefined && !names.includes(engine))
    throw new InputError(
      `--engine ${engine}: there is no such engine; did you mean ${nearest(engine, names)}?`,
    );
  if (threads !== undefined && !/^[1-9]\d*$/.test(threads))
    throw new InputError(`--threads ${threads}: it must be a positive integer.`);
  return [engine as EngineName | undefined, threads === undefined ? undefined : Number(threads)];
}

/** `curlew doctor`: what this machine offers and how fast it is. */
export const doctorCommand: AddCommand = (program, done) => {
  program
    .command('doctor')
    .description('check Node, the engines found and their speed')
    .option('--engine <name>', 'only this one')
    .option('--threads <n>', 'threads of the engines (default: one for each processor, at most 8)')
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (options: Options) => {
      const { engineNames } = await import('../engine/index.ts');
      const [engine, threads] = checked(options, ['auto', ...engineNames()]);
      if (engine !== undefined) {
        const report = await examineHere(engine, threads);
        done(report.works || options.json ? EXIT.done : EXIT.failed);
        if (options.json) return printJson(report);
        for (const line of [...engineTable([report]), ...(report.info?.notes ?? [])]) print(line);
        return;
      }
      const { UPDATE } = await import('./doctor/updates.ts');
      const report = await examine(threads);
      done(report.auto.name === null ? EXIT.failed : EXIT.done);
      const faster = advice(report.engines, report.auto.name);
      if (options.json) return printJson({ ...report, advice: faster });
      const { cpu, engines, auto } = report;
      const machine = `${cpu.model}, ${cpu.cores} cores, ${report.memoryGB} GB`;
      print(`curlew ${report.curlew}, Node ${report.node}, ${machine}`);
      print('\nEngines, in the order in which auto tries them:');
      for (const line of engineTable(engines)) print(line);
      print(`  forward, training: GFLOP/s of a small convolutional encoder; updates/s: ${UPDATE}`);
      print(auto.name === null ? `\nNo engine works: ${auto.reason}` : `\nauto takes ${auto.name}.`);
      for (const note of auto.name === null ? [] : auto.notes) print(`  ${note}`);
      if (faster.length > 0) print('\nFaster could be:');
      for (const line of faster) print(`  ${line}`);
    });
};
