import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { CollapseWatch } from '../curl/index.ts';
import type { Picture } from '../envs/index.ts';
import {
  metricLines,
  unstackFrames,
  writeEpisode,
  type EpisodeTrace,
  type MetricKind,
  type RunPhase,
  type RunWriter,
} from '../runs/index.ts';
import type { Recorder } from './recorder.ts';
import type { Metrics } from '../agents/index.ts';
import type { Counters } from './types.ts';

/** Most films in `episodes/`; the run's span stays covered. */
const MOST_EPISODES = 24;

/** Records into a run folder. */
export class RunRecorder implements Recorder {
  readonly #writer: RunWriter;
  readonly #size: number;
  readonly #onNote: (note: string) => void;
  readonly #channels: 1 | 3;
  readonly #collapse = new CollapseWatch();
  /** Steps of evaluations that the metrics hold already (see `metrics`). */
  readonly #evaluated = new Set<number>();

  /**
   * @param size side of an observation in pixels
   * @param onNote gets warnings for people, one line each
   * @param channels of each frame of an observation: 1 where they are grey
   */
  constructor(
    writer: RunWriter,
    size: number,
    onNote: (note: string) => void = () => {},
    channels: 1 | 3 = 3,
  ) {
    this.#writer = writer;
    this.#size = size;
    this.#onNote = onNote;
    this.#channels = channels;
    for (const line of metricLines(writer.folder)) {
      if (line.kind === 'evaluation') this.#evaluated.add(line.agentStep);
    }
  }

  /**
   * A run that was killed between logging the evaluation of a step and saving it evaluates again when it goes on:
   * the same numbers, so the line there already stays the only one.
   */
  metrics(kind: MetricKind, counters: Counters, values: Metrics): void {
    if (kind === 'evaluation' && this.#evaluated.has(counters.agentStep)) return;
    this.#writer.log({ kind, ...counters, values });
    const warning = kind === 'train' ? this.#collapse.see(values) : null;
    if (warning !== null) this.#onNote(warning);
  }

  status(phase: RunPhase, agentStep: number): void {
    this.#writer.status({ phase, agentStep });
  }

  live(observation: Uint8Array, agentStep: number): void {
    const size = this.#size;
    this.#writer.live(() => ({
      agentStep,
      width: size,
      height: size,
      frames: unstackFrames(observation, size, size, this.#channels),
    }));
  }

  episode(name: string, pictures: Picture[], fps: number, trace?: EpisodeTrace): void {
    writeEpisode(this.#writer.folder, name, { pictures, fps, trace });
    thinOut(join(this.#writer.folder, 'episodes'));
  }

  flush(): void {
    this.#writer.flush();
  }
}

/** Deletes films until few enough are left: each time the one closest to its neighbours, never the first or last. */
function thinOut(folder: string): void {
  const step = (file: string) => Number(/^eval-(\d+)/.exec(file)?.[1]);
  const files = readdirSync(folder).filter((file) => /^eval-\d+.*\.gif$/.test(file));
  files.sort((a, b) => step(a) - step(b) || (a < b ? -1 : 1));
  while (files.length > MOST_EPISODES) {
    const gaps = files.slice(1, -1).map((_, k) => step(files[k + 2]) - step(files[k]));
    const [file] = files.splice(gaps.indexOf(Math.min(...gaps)) + 1, 1);
    for (const gone of [file, file.replace(/\.gif$/, '.json')]) rmSync(join(folder, gone), { force: true });
  }
}
