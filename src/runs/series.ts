import type { MetricKind, MetricLine } from './metrics.ts';

/**
 * One metric over a run, as columns. With a limit, neighbouring points are merged into their mean whenever it
 * would be passed, so that memory stays bounded and the whole run stays visible; each merged point stands at
 * the step of its last raw point.
 */
export class Series {
  readonly kind: MetricKind;
  /** Agent steps. */
  readonly agentStep: number[] = [];
  /** Environment steps. */
  readonly envStep: number[] = [];
  readonly wallSeconds: number[] = [];
  readonly value: number[] = [];
  /** The newest raw value. */
  last = NaN;
  /** Raw points seen. */
  count = 0;
  readonly #limit: number;
  /** Raw points per stored point; the last stored point may hold fewer. */
  #stride = 1;
  #inLast = 0;

  constructor(kind: MetricKind, limit = Infinity) {
    this.kind = kind;
    this.#limit = Math.max(2, limit);
  }

  get length(): number {
    return this.value.length;
  }

  push(line: Pick<MetricLine, 'agentStep' | 'envStep' | 'wallSeconds'>, value: number): void {
    this.last = value;
    this.count++;
    if (this.#inLast === 0 || this.#inLast === this.#stride) {
      if (this.length >= this.#limit) this.#merge();
      // An odd number of points leaves a last one that is half full: go on filling it.
      if (this.#inLast === 0 || this.#inLast === this.#stride) {
        this.#inLast = 0;
        for (const column of [this.agentStep, this.envStep, this.wallSeconds, this.value]) column.push(0);
      }
    }
    const at = this.length - 1;
    this.#inLast++;
    this.value[at] += (value - this.value[at]) / this.#inLast;
    this.agentStep[at] = line.agentStep;
    this.envStep[at] = line.envStep;
    this.wallSeconds[at] = line.wallSeconds;
  }

  #merge(): void {
    const half = Math.ceil(this.length / 2);
    const odd = this.length % 2 === 1;
    for (let i = 0; i < half; i++) {
      const last = Math.min(2 * i + 1, this.length - 1);
      this.value[i] = (this.value[2 * i] + this.value[last]) / 2;
      for (const column of [this.agentStep, this.envStep, this.wallSeconds]) column[i] = column[last];
    }
    for (const column of [this.agentStep, this.envStep, this.wallSeconds, this.value]) column.length = half;
    this.#inLast = odd ? this.#stride : 2 * this.#stride;
    this.#stride *= 2;
  }
}

/** Metrics by name, such as `return.mean`; no two kinds share a name. */
export type MetricTable = Map<string, Series>;

/** Adds a line's values to the table. */
export function addToTable(table: MetricTable, line: MetricLine, limit?: number): void {
  for (const [name, value] of Object.entries(line.values)) {
    let series = table.get(name);
    if (!series) table.set(name, (series = new Series(line.kind, limit)));
    series.push(line, value);
  }
}
