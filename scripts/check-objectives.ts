/**
 * Trains a small network with each objective beside an agent, and says whether anything became NaN, leaked or collapsed.
 *
 *     npm run check:objectives -- [--agents sac,ppo] [--objectives simclr,moco] [--updates 2000] [--set key=value]
 *                                 [--json FILE] [--docs]
 *
 * `--json` keeps the outcomes in a file, beside those that it holds already, so that a long check can be made in parts;
 * `--docs` writes a table of all of them into docs/encoders.md. Exit status 1 where something is wrong.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InputError, nearest, writeFileAtomic } from '../src/base/index.ts';
import { encoders } from '../src/curl/index.ts';
import {
  createRun,
  metricLines,
  parseExperiment,
  parseOverrides,
  readStatus,
  type Experiment,
} from '../src/runs/index.ts';
import { resolveExperiment, trainRun } from '../src/train/index.ts';
import { markdownTable, writeSection } from './tables.ts';

const { values: given } = parseArgs({
  options: {
    agents: { type: 'string', default: 'sac' },
    objectives: { type: 'string' },
    updates: { type: 'string', default: '2000' },
    set: { type: 'string', multiple: true, default: [] },
    json: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
});

const RANDOM_STEPS = 400;

const SMALL = `
env: { id: control/CheetahRun-v0, size: 36, actionRepeat: 4 }
augment: { crop: 32 }
agent: { hidden: 64 }
backbone: { id: conv, filters: 8, strides: [2, 2, 1] }
replay: { capacity: 3000 }
train: { batchSize: 32, randomSteps: ${RANDOM_STEPS}, logEvery: 50 }
evaluation: { every: 1000000, episodes: 1, record: 0 }
checkpoint: { every: 1000000 }
engine: { name: wasm, threads: 1 }
`;

/** Sizes that make the standard options fit 2,000 updates of a batch of 32. */
const SIZES: Record<string, Record<string, string>> = {
  moco: { 'encoder.queue': '1024' },
  'moco-v2': { 'encoder.queue': '1024' },
};

/** Rollouts of 4 environments and 32 steps, four times over in four parts: minibatches of 32 too. */
const PPO = {
  'agent.hidden': 'null',
  'agent.numEnvs': '4',
  'agent.numSteps': '32',
  'agent.epochs': '4',
  'agent.minibatches': '4',
  'train.logEvery': '512',
};
const STEPS_OF_16_UPDATES = 4 * 32;

function experimentOf(agent: string, encoder: string, updates: number): Experiment {
  const onPolicy = agent === 'ppo';
  return resolveExperiment(
    parseExperiment(SMALL, 'check-objectives', [
      ...Object.entries({
        'agent.id': agent,
        'encoder.id': encoder,
        steps: String(onPolicy ? STEPS_OF_16_UPDATES * Math.ceil(updates / 16) : RANDOM_STEPS + updates),
        ...SIZES[encoder],
        ...(onPolicy && PPO),
      }).map(([key, value]) => ({ key, value })),
      ...parseOverrides(given.set),
    ]),
  );
}

interface Outcome {
  agent: string;
  objective: string;
  updates: number;
  seconds: number;
  problems: string[];
  first: Record<string, number>;
  last: Record<string, number>;
}

/** Means of the last lines of training, and what went wrong. */
async function check(agent: string, objective: string, updates: number): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'curlew-objectives-'));
  const notes: string[] = [];
  const started = performance.now();
  try {
    const run = createRun(folder, experimentOf(agent, objective, updates), {
      command: 'check:objectives',
    }).folder;
    await trainRun(run, { onNote: (note) => notes.push(note) });
    const { state, reason } = readStatus(run);
    const lines = [...metricLines(run)];
    const train = lines.filter(({ kind }) => kind === 'train').map(({ values }) => values);
    const tensors = lines
      .filter(({ kind, agentStep }) => kind === 'timing' && agentStep > RANDOM_STEPS + 200)
      .map(({ values }) => values['memory.tensors']);
    const problems = [...notes];
    if (state !== 'finished') problems.push(`${state}: ${reason}`);
    if (train.some((values) => Object.values(values).some((value) => !Number.isFinite(value))))
      problems.push('a value is not finite');
    const grown = Math.max(...tensors.slice(-5)) - Math.max(...tensors.slice(0, 5));
    if (grown > 0) problems.push(`${grown} tensors leaked`);
    return {
      ...{ agent, objective, updates, problems },
      seconds: (performance.now() - started) / 1000,
      first: meanOf(train.slice(0, 4)),
      last: meanOf(train.slice(-4)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function meanOf(lines: Record<string, number>[]): Record<string, number> {
  const names = new Set(lines.flatMap((line) => Object.keys(line)));
  return Object.fromEntries(
    [...names].map((name) => {
      const values = lines.map((line) => line[name]).filter((value) => value !== undefined);
      return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
}

const short = (value: number | undefined) => (value === undefined ? '' : value.toPrecision(3));

function row({ agent, objective, updates, problems, first, last, seconds }: Outcome): string[] {
  return [
    agent,
    `\`${objective}\``,
    String(updates),
    problems.length === 0 ? 'none' : problems.join('; '),
    `${short(first['loss.contrastive'])} → ${short(last['loss.contrastive'])}`,
    `${short(first['embedding.spread'])} → ${short(last['embedding.spread'])}`,
    `${short(last['similarity.positive'])} / ${short(last['similarity.negative'])}`,
    short(last['contrastive.accuracy']),
    seconds.toFixed(0),
  ];
}

const HEADER = [
  'agent',
  'objective',
  'updates',
  'NaN, leak, collapse',
  'loss',
  'spread',
  'positive / negative',
  'accuracy',
  'seconds',
];

/** Outcomes of earlier parts of the check. */
function kept(): Outcome[] {
  if (given.json === undefined || !existsSync(given.json)) return [];
  return (JSON.parse(readFileSync(given.json, 'utf8')) as { outcomes: Outcome[] }).outcomes;
}

const known = Object.keys(encoders).filter((id) => id !== 'none');
const wanted = given.objectives === '' ? [] : (given.objectives?.split(',') ?? known);
for (const id of wanted) {
  if (!known.includes(id))
    throw new InputError(`--objectives: there is no ${id}; did you mean ${nearest(id, known)}?`);
}
const updates = Number(given.updates);
const outcomes = kept();
console.log(HEADER.join(' | '));
for (const agent of given.agents.split(',')) {
  for (const objective of wanted) {
    const outcome = await check(agent, objective, updates);
    const same = outcomes.findIndex((other) => other.agent === agent && other.objective === objective);
    outcomes.splice(same < 0 ? outcomes.length : same, same < 0 ? 0 : 1, outcome);
    console.log(row(outcome).join(' | '));
    if (given.json !== undefined)
      writeFileAtomic(given.json, `${JSON.stringify({ version: 1, outcomes }, null, 1)}\n`);
  }
}
if (given.docs) {
  const about = `One seed, CheetahRun at 32x32 pixels, batch 32, 8 filters; wasm engine, one thread of ${cpus()[0].model}.`;
  // Seconds tell more of the machine's other work than of the objective: bench:objectives measures costs.
  const rows = outcomes.map((outcome) => row(outcome).slice(0, -1));
  writeSection('encoders.md', 'online', `${about}\n\n${markdownTable(HEADER.slice(0, -1), rows)}`);
}
if (outcomes.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
