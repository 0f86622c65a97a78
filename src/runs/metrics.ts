/** Kinds of lines in `metrics.jsonl`; `docs/architecture.md` lists their values. */
export const METRIC_KINDS = ['train', 'episode', 'evaluation', 'timing'] as const;
export type MetricKind = (typeof METRIC_KINDS)[number];

/** One line of `metrics.jsonl`. */
export interface MetricLine {
  kind: MetricKind;
  /** Decisions made so far. */
  agentStep: number;
  /** Environment steps so far: agent steps times the action repeat. */
  envStep: number;
  /** Seconds of running so far, over all resumptions. */
  wallSeconds: number;
  values: Record<string, number>;
}

/** One line of JSON, without the line feed. JSON has no NaN or infinities: they become `null`. */
export function encodeMetricLine({ kind, agentStep, envStep, wallSeconds, values }: MetricLine): string {
  return JSON.stringify({ kind, agentStep, envStep, wallSeconds, values });
}

/** The line again, `null` values as NaN; undefined when the text is not a whole metric line. */
export function decodeMetricLine(text: string): MetricLine | undefined {
  let line: MetricLine;
  try {
    line = JSON.parse(text) as MetricLine;
  } catch {
    return undefined;
  }
  if (typeof line !== 'object' || line === null || !METRIC_KINDS.includes(line.kind)) return undefined;
  if (![line.agentStep, line.envStep, line.wallSeconds].every(Number.isFinite)) return undefined;
  if (typeof line.values !== 'object' || line.values === null) return undefined;
  for (const [name, value] of Object.entries(line.values))
    if (typeof value !== 'number') line.values[name] = NaN;
  return line;
}
