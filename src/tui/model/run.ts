import {
  addToTable,
  Series,
  type LiveView,
  type MetricLine,
  type MetricTable,
  type RunStatus,
} from '../../runs/index.ts';
import { metricList, type MetricInfo } from './metrics.ts';

/** The part of a run's status that the screen shows. */
export type StatusView = Pick<RunStatus, 'state' | 'phase' | 'reason' | 'agentStep' | 'totalSteps'>;

/** What stays the same through a run. */
export interface RunFacts {
  folder: string;
  /** Name of the experiment. */
  name: string;
  env: string;
  /** Agent and objective, such as `sac-curl`. */
  method: string;
  seed: number;
  totalSteps: number;
  actionRepeat: number;
  /** Engine and its threads, once the run has told. */
  engine?: string;
}

export const TIME_SHARES = ['env', 'replay', 'update', 'evaluation', 'other'] as const;
export const TIME_TITLES: Record<(typeof TIME_SHARES)[number], string> = {
  env: 'environment',
  replay: 'replay',
  update: 'updates',
  evaluation: 'evaluation',
  other: 'other',
};

/** Points kept of a metric: more than any window has columns of dots, few enough to draw ten times a second. */
const MOST_POINTS = 2000;

/** Everything that the screen shows of one run, gathered from its folder line by line. */
export class RunModel {
  facts: RunFacts;
  status: StatusView;
  live: LiveView | undefined;
  /** Values of the newest timing line. */
  timing: Record<string, number> = {};
  /** Mean return of the random policy, once the run has measured it. */
  random: number | undefined;
  agentStep = 0;
  envStep = 0;
  wallSeconds = 0;
  /** Grows with every change. */
  version = 0;
  #table: MetricTable = new Map();
  #speed = new Series('timing', MOST_POINTS);
  #metrics: MetricInfo[] = metricList([]);

  constructor(facts: RunFacts) {
    this.facts = facts;
    this.status = { state: 'running', phase: 'starting', agentStep: 0, totalSteps: facts.totalSteps };
  }

  /** Metrics that can be charted, in the order of the screen. */
  get metrics(): readonly MetricInfo[] {
    return this.#metrics;
  }

  /** Mean returns of the evaluations. */
  get evaluations(): Series | undefined {
    return this.#table.get('return.mean');
  }

  /** Returns of the training episodes. */
  get episodes(): Series | undefined {
    return this.#table.get('return');
  }

  /** The series of a metric by its id in `metrics`. */
  series(id: string): Series | undefined {
    return id === 'return' ? this.evaluations : id === 'speed.agent' ? this.#speed : this.#table.get(id);
  }

  /** Standard deviation over the episodes of the newest evaluation. */
  get spread(): number | undefined {
    return this.#table.get('return.std')?.last;
  }

  /** Forgets all metrics: the run went back to a checkpoint and its file is read again. */
  restart(): void {
    this.#table = new Map();
    this.#speed = new Series('timing', MOST_POINTS);
    this.timing = {};
    this.random = undefined;
    this.version += 1;
  }

  /** Takes in one line of the metrics file. */
  add(line: MetricLine): void {
    const { kind, values } = line;
    this.agentStep = line.agentStep;
    this.envStep = line.envStep;
    this.wallSeconds = line.wallSeconds;
    this.version += 1;
    if (kind === 'timing') {
      this.timing = values;
      if (values['speed.agent'] !== undefined) this.#speed.push(line, values['speed.agent']);
    } else {
      const before = this.#table.size;
      addToTable(this.#table, line, MOST_POINTS);
      if (this.#table.size !== before || this.#metrics.length <= 1) this.#list();
      if (kind === 'evaluation') this.random = values['random.return.mean'] ?? this.random;
    }
    if (this.#speed.length === 1) this.#list();
  }

  #list(): void {
    const trained = [...this.#table].filter(([, series]) => series.kind === 'train').map(([id]) => id);
    this.#metrics = metricList(this.#speed.length > 0 ? [...trained, 'speed.agent'] : trained);
  }
}
