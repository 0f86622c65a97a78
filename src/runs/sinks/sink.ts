import type { MetricLine } from '../metrics.ts';

/** One place that metric lines go to. All calls are synchronous and throw RunError in one line. */
export interface MetricSink {
  write(line: MetricLine): void;
  /** Waits until everything written is on the disk. */
  flush(): void;
  close(): void;
}
