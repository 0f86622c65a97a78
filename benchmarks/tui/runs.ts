import { appendFileSync, constants, copyFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Random } from '../../src/base/index.ts';
import { make } from '../../src/envs/index.ts';
import {
  createRun,
  parseExperiment,
  writeEpisode,
  writeLive,
  type MetricLine,
} from '../../src/runs/index.ts';

const STEPS = 1_000_000;
const METHODS = ['curl', 'simclr', 'moco', 'swav'];
const TASKS = ['CartpoleSwingup', 'ReacherEasy', 'BallInCupCatch', 'FingerSpin', 'PointMassEasy'];

/** The lines that a run has written by a part of its way: mostly training, some episodes, few evaluations. */
function* linesOf(count: number, seed: number, start = 0): Generator<MetricLine> {
  const random = Random.stream(seed, 'bench', 'tui');
  for (let k = start; k < start + count; k++) {
    const agentStep = Math.round(((k + 1) * STEPS) / 100_000);
    const done = agentStep / STEPS;
    const place = { agentStep, envStep: 4 * agentStep, wallSeconds: agentStep / 50 };
    const noise = () => 0.1 * random.normal();
    if (k % 5000 === 4999) {
      const values = { 'return.mean': 800 * done + 20 * noise(), 'return.std': 30, 'return.episodes': 10 };
      yield { kind: 'evaluation', ...place, values };
    } else if (k % 100 === 99) {
      yield { kind: 'episode', ...place, values: { return: 800 * done + 100 * noise(), length: 250 } };
    } else if (k % 50 === 49) {
      const values = { 'speed.agent': 50 + noise(), 'share.env': 0.2, 'share.update': 0.8, secondsLeft: 10 };
      yield { kind: 'timing', ...place, values };
    } else {
      const values = {
        'loss.critic': 4 + noise(),
        'loss.actor': -100 * done + noise(),
        'loss.contrastive': 4 / (1 + 9 * done) + noise(),
        'contrastive.accuracy': done,
        entropy: 1 - 2 * done + noise(),
        'q.mean': 100 * done + noise(),
      };
      yield { kind: 'train', ...place, values };
    }
  }
}

const textOf = (lines: Iterable<MetricLine>) =>
  Array.from(lines, (line) => `${JSON.stringify(line)}\n`).join('');

function makeRun(out: string, method: string, task: string, seed: number, state: 'finished' | 'running') {
  const experiment = parseExperiment(
    `env: { id: control/${task}-v0 }\nencoder: { id: ${method} }`,
    'benchmark',
    {
      ...{ name: 'bench', seed: String(seed), steps: String(STEPS) },
    },
  );
  const { folder, status } = createRun(out, experiment, { command: 'benchmark', engine: { name: 'wasm' } });
  const now = { state, phase: 'learning', agentStep: STEPS, heartbeatAt: new Date().toISOString() };
  const write = () => writeFileSync(join(folder, 'status.json'), JSON.stringify({ ...status, ...now }));
  write();
  return { folder, beat: () => ((now.heartbeatAt = new Date().toISOString()), write()) };
}

/** Runs whose metrics are told apart; the others are copies of them. */
const DISTINCT = 8;

/** Writes finished runs of `lines` metric lines each. @returns bytes of all metrics */
export function writeRuns(out: string, runs: number, lines: number): number {
  const sources: string[] = [];
  let bytes = 0;
  for (let k = 0; k < runs; k++) {
    const [method, task] = [
      METHODS[k % METHODS.length],
      TASKS[Math.floor(k / METHODS.length) % TASKS.length],
    ];
    const seed = 1 + Math.floor(k / (METHODS.length * TASKS.length));
    const { folder } = makeRun(out, method, task, seed, 'finished');
    const path = join(folder, 'metrics.jsonl');
    if (k < DISTINCT) {
      writeFileSync(path, textOf(linesOf(lines, k)));
      sources.push(path);
    } else copyFileSync(sources[k % DISTINCT], path, constants.COPYFILE_FICLONE);
    bytes += statSync(path).size;
  }
  return bytes;
}

const SIDE = 84;

/** Frames of a task's environment under random actions. */
export async function framesOf(task: string, count: number): Promise<Uint8Array[]> {
  const env = await make(task, { size: SIDE, actionRepeat: 4, frameStack: 1 });
  env.actionSpace.seed(1);
  const frames = [(env.reset({ seed: 1 }).observation as Uint8Array).slice()];
  while (frames.length < count) {
    const { observation, terminated, truncated } = env.step(env.actionSpace.sample() as never);
    if (terminated || truncated) env.reset({ seed: frames.length });
    frames.push((observation as Uint8Array).slice());
  }
  env.close();
  return frames;
}

/** A run that goes on: metrics, status and live view change as those of a fast training do. */
export class LiveRun {
  readonly folder: string;
  readonly #beat: () => void;
  readonly #frames: readonly Uint8Array[];
  #line = 50_000;
  #timer: NodeJS.Timeout | undefined;

  /** @param frames what the agent sees, again and again */
  constructor(out: string, frames: readonly Uint8Array[]) {
    this.#frames = frames;
    const { folder, beat } = makeRun(out, 'curl', 'CartpoleSwingup', 1, 'running');
    [this.folder, this.#beat] = [folder, beat];
    writeFileSync(join(folder, 'metrics.jsonl'), textOf(linesOf(this.#line, 1)));
    const pictures = frames.map((data) => ({ width: SIDE, height: SIDE, data }));
    const trace = {
      version: 1,
      agentStep: 1000,
      every: 1,
      rewards: pictures.map(() => 0.5),
      traces: {},
    } as const;
    writeEpisode(folder, 'eval-1000', { pictures, fps: 10, trace });
    this.#advance();
  }

  start(): void {
    this.#timer = setInterval(() => this.#advance(), 100);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #advance(): void {
    appendFileSync(join(this.folder, 'metrics.jsonl'), textOf(linesOf(5, this.#line, this.#line)));
    this.#line += 5;
    const newest = Math.floor(this.#line / 5);
    const frames = [2, 1, 0].map((back) => this.#frames[(newest - back) % this.#frames.length]);
    writeLive(this.folder, { agentStep: this.#line, width: SIDE, height: SIDE, frames });
    this.#beat();
  }
}
