import type { Picture } from '../envs/index.ts';
import type { EpisodeTrace, MetricKind, RunPhase } from '../runs/index.ts';
import type { Metrics } from '../agents/index.ts';
import type { Counters } from './types.ts';

/** Where the loop leaves what it has to tell; the run folder in a real run, a list in tests. */
export interface Recorder {
  metrics(kind: MetricKind, counters: Counters, values: Metrics): void;
  /** The phase changed, or time has passed: renews the heartbeat. */
  status(phase: RunPhase, agentStep: number): void;
  /** The newest whole observation. */
  live(observation: Uint8Array, agentStep: number): void;
  /** Pictures of one evaluated episode, and what happened in it. */
  episode(name: string, pictures: Picture[], fps: number, trace?: EpisodeTrace): void;
  /** All that was told so far reaches the disk, so that no checkpoint is ever ahead of the metrics. */
  flush(): void;
}
