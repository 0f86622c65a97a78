import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError, messageOf, writeFileAtomic } from '../src/base/index.ts';
import { ControlEnv, make } from '../src/envs/index.ts';
import { machine, summarise, table, type Summary } from './engine/statistics.ts';
import { Stepper } from './envs/process.ts';
import { MEASURED, type Measured } from './envs/tasks.ts';

const HELP = `npm run bench:envs -- [options]

Agent steps a second with a picture of 84x84 at each: one environment on one core, ${'`'}AsyncVectorEnv${'`'} with one and with
two workers (without copies of observations), and the same in Python where it is installed: our models in gymnasium's MujocoEnv, ale-py for the
arcade. Random actions, resets included, medians of interleaved rounds.

  --only TEXT      environments whose id contains it
  --rounds N       default 5
  --seconds N      of each measurement, default 0.5
  --envs N         environments of a vector, default 16
  --python FILE    a Python that has gymnasium, mujoco, ale-py (default python3)
  --gl LIST        how Python draws, tried in this order (default egl,osmesa)
  --json FILE      the results and the machine as JSON
  --docs           write the table into docs/environments.md
`;

const GUIDE = 'docs/environments.md';
const MARKS = ['<!-- speed: begin -->', '<!-- speed: end -->'];
/** Load of the last minute above which the machine is not quiet. */
const BUSY = 0.5;
/** Seconds before anything is measured. */
const WARM_UP = 2;

interface Result {
  id: string;
  actionRepeat: number;
  target?: number;
  core: Summary;
  oneWorker: Summary;
  twoWorkers: Summary;
  /** Median over rounds of two workers over one. */
  scaling: number;
  python?: Summary;
}

interface Settings {
  rounds: number;
  seconds: number;
  envs: number;
  /** How to draw in Python for control tasks; undefined where they cannot be run there. */
  python?: { command: string; gl?: string; ale: boolean };
}

/** The command of the peer that does the same, in a file of its own model. */
async function peerOf(measured: Measured, { python }: Settings, folder: string): Promise<Stepper | null> {
  if (!python) return null;
  if (measured.ale !== undefined)
    return python.ale ? Stepper.peer(python.command, ['ale', measured.ale], '') : null;
  if (!measured.id.startsWith('control/') || python.gl === undefined) return null;
  const env = await make(measured.id, { observation: 'state' });
  const { model, subSteps } = (env.unwrapped as unknown as ControlEnv).task;
  env.close();
  const file = join(folder, 'model.xml');
  writeFileSync(file, model);
  return Stepper.peer(python.command, ['control', file, String(subSteps * measured.actionRepeat)], python.gl);
}

async function measure(measured: Measured, settings: Settings, folder: string): Promise<Result> {
  const { rounds, seconds, envs } = settings;
  const { id, actionRepeat, target } = measured;
  const ours = Stepper.ours(id, actionRepeat, envs);
  const peer = await peerOf(measured, settings, folder);
  try {
    const speeds = { core: [] as number[], one: [] as number[], two: [] as number[], python: [] as number[] };
    // Each thread compiles its own code.
    for (const workers of [0, 1, 2]) await ours.speed(workers, WARM_UP);
    await peer?.speed(0, seconds);
    for (let round = 0; round < rounds; round++) {
      const core = await ours.speed(0, seconds);
      const python = peer ? await peer.speed(0, seconds) : null;
      const one = await ours.speed(1, seconds);
      const two = await ours.speed(2, seconds);
      speeds.core.push(core);
      speeds.one.push(one);
      speeds.two.push(two);
      if (python !== null) speeds.python.push(python);
    }
    const ratios = speeds.two.map((two, i) => two / speeds.one[i]);
    return {
      id,
      actionRepeat,
      ...(target === undefined ? {} : { target }),
      core: summarise(speeds.core),
      oneWorker: summarise(speeds.one),
      twoWorkers: summarise(speeds.two),
      scaling: summarise(ratios).median,
      ...(speeds.python.length > 0 ? { python: summarise(speeds.python) } : {}),
    };
  } finally {
    ours.close();
    peer?.close();
  }
}

const thousands = (x: number) => Math.round(x).toLocaleString('en-US');

function row({ id, actionRepeat, target, core, oneWorker, twoWorkers, scaling, python }: Result): string[] {
  return [
    id,
    String(actionRepeat),
    thousands(core.median),
    target === undefined ? '' : thousands(target),
    thousands(oneWorker.median),
    thousands(twoWorkers.median),
    scaling.toFixed(2),
    python ? thousands(python.median) : '',
    python ? `${(core.median / python.median).toFixed(1)}` : '',
  ];
}

const HEAD = [
  'environment',
  'repeat',
  'one core',
  'target',
  '1 worker',
  '2 workers',
  '2 : 1',
  'Python',
  'one core : Python',
];

const runs = (command: string, code: string, gl = '') =>
  spawnSync(command, ['-c', code], { env: { ...process.env, MUJOCO_GL: gl }, stdio: 'ignore' }).status === 0;

const DRAW = `
import gymnasium, mujoco
r = mujoco.Renderer(mujoco.MjModel.from_xml_string("<mujoco><worldbody><geom size='1'/></worldbody></mujoco>"), 8, 8)
r.render()
`;

function pythonAt(command: string, gls: string[]): Settings['python'] {
  if (!runs(command, 'import gymnasium')) return undefined;
  const gl = gls.find((gl) => runs(command, DRAW, gl));
  return { command, ...(gl === undefined ? {} : { gl }), ale: runs(command, 'import ale_py') };
}

function writeDocs(about: string, results: Result[]): void {
  const guide = readFileSync(GUIDE, 'utf8');
  const [begin, end] = MARKS.map((mark) => guide.indexOf(mark));
  if (begin < 0 || end < 0) throw new InputError(`${GUIDE} has no ${MARKS.join(' and ')}.`);
  const rows = [HEAD, HEAD.map((_, i) => (i === 0 ? '---' : '--:')), ...results.map(row)];
  const text = rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
  writeFileAtomic(GUIDE, `${guide.slice(0, begin)}${MARKS[0]}\n\n${about}\n\n${text}\n\n${guide.slice(end)}`);
}

function positive(option: string, given: string): number {
  const value = Number(given);
  if (!(value > 0)) throw new InputError(`--${option} ${given}: give a positive number.`);
  return value;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', default: '' },
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '0.5' },
      envs: { type: 'string', default: '16' },
      python: { type: 'string', default: 'python3' },
      gl: { type: 'string', default: 'egl,osmesa' },
      json: { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const print = (line: string) => process.stdout.write(`${line}\n`);
  if (values.help) {
    print(HELP);
    return;
  }
  const system = machine();
  const python = pythonAt(values.python, values.gl.split(','));
  const settings: Settings = {
    rounds: positive('rounds', values.rounds),
    seconds: positive('seconds', values.seconds),
    envs: positive('envs', values.envs),
    python,
  };
  const notes = [
    ...(system.loadBefore > BUSY
      ? [`other work kept ${system.loadBefore} processors busy: take the numbers as indications`]
      : []),
    ...(python ? [] : [`${values.python} has no gymnasium: nothing to compare with`]),
    ...(python && python.gl === undefined
      ? ['Python draws with none of egl, osmesa: apt-get install libosmesa6']
      : []),
    ...(python && !python.ale ? ['no ale-py'] : []),
  ];
  const about =
    `${system.processor}, ${system.cores} cores, ${system.platform}, Node.js ${system.node}; ` +
    `medians of ${settings.rounds} rounds of ${settings.seconds} s; vectors of ${settings.envs} environments` +
    `${python?.gl ? `; Python draws through ${python.gl}` : ''}.${notes.map((note) => ` Note: ${note}.`).join('')}`;
  print(about);
  const folder = mkdtempSync(join(tmpdir(), 'bench-envs-'));
  const results: Result[] = [];
  try {
    for (const measured of MEASURED.filter(({ id }) => id.includes(values.only))) {
      if (process.stderr.isTTY) process.stderr.write(`\r${measured.id.padEnd(40)}\r`);
      results.push(await measure(measured, settings, folder));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  print(['', ...table([HEAD, ...results.map(row)])].join('\n'));
  if (values.json !== undefined) {
    const summary = { version: 1, machine: system, notes, ...settings, results };
    writeFileAtomic(values.json, `${JSON.stringify(summary, null, 2)}\n`);
  }
  if (values.docs) writeDocs(about, results);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = error instanceof InputError || error instanceof TypeError ? 2 : 1;
}
