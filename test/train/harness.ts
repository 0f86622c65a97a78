import type { Picture } from '../../src/envs/index.ts';
import { parseExperiment, type Experiment, type MetricKind } from '../../src/runs/index.ts';
import {
  Checkpoints,
  OffPolicyTraining,
  type Metrics,
  type OffPolicyOptions,
  type Recorder,
} from '../../src/train/index.ts';
import { fakeParts, type FakeParts } from './fakes.ts';

/** A small experiment over the fake parts. */
export function smallExperiment(overrides: Record<string, string> = {}): Experiment {
  const text = 'env: { id: test/Line-v0, size: 6, actionRepeat: 2 }';
  return parseExperiment(text, 'inline', {
    steps: '60',
    'replay.capacity': '40',
    'train.randomSteps': '12',
    'train.logEvery': '5',
    'evaluation.every': '20',
    'evaluation.episodes': '2',
    'checkpoint.every': '15',
    ...overrides,
  });
}

export interface Line {
  kind: MetricKind;
  agentStep: number;
  envStep: number;
  values: Metrics;
}

/** Keeps what the loop tells. */
export class MemoryRecorder implements Recorder {
  lines: Line[] = [];
  phases: string[] = [];
  films: { name: string; pictures: number; fps: number }[] = [];
  lives = 0;
  flushes = 0;
  /** Called after each line. */
  onLine: (line: Line) => void = () => undefined;

  metrics(kind: MetricKind, { agentStep, envStep }: { agentStep: number; envStep: number }, values: Metrics) {
    const line = { kind, agentStep, envStep, values };
    this.lines.push(line);
    this.onLine(line);
  }
  status(phase: string) {
    if (this.phases.at(-1) !== phase) this.phases.push(phase);
  }
  live() {
    this.lives++;
  }
  episode(name: string, pictures: Picture[], fps: number) {
    this.films.push({ name, pictures: pictures.length, fps });
  }
  flush() {
    this.flushes++;
  }

  of(kind: MetricKind): Line[] {
    return this.lines.filter((line) => line.kind === kind);
  }
  /** All but what depends on time. */
  get values(): Line[] {
    return this.lines.filter((line) => line.kind !== 'timing');
  }
}

export interface Session {
  state: 'finished' | 'interrupted';
  recorder: MemoryRecorder;
  parts: FakeParts;
  training: OffPolicyTraining;
  checkpoints: Checkpoints;
  from: number | null;
}

/** Trains the fake parts in memory, from the newest checkpoint of the folder if there is one. */
export async function session(
  folder: string,
  experiment: Experiment,
  {
    saves = true,
    callbacks,
    prepare,
  }: {
    saves?: boolean;
    callbacks?: OffPolicyOptions['callbacks'];
    prepare?: (s: { parts: FakeParts; recorder: MemoryRecorder; stop: () => void }) => void;
  } = {},
): Promise<Session> {
  const parts = fakeParts(experiment, saves);
  const recorder = new MemoryRecorder();
  const checkpoints = new Checkpoints(folder, 'key');
  const controller = new AbortController();
  prepare?.({ parts, recorder, stop: () => controller.abort() });
  const checkpoint = checkpoints.newest(parts.replay);
  checkpoints.discardAfter(checkpoint?.agentStep ?? -1);
  const { signal } = controller;
  const given = { experiment, parts, recorder, checkpoints, checkpoint, signal, callbacks };
  const training = new OffPolicyTraining(given);
  const state = await training.run();
  return { state, recorder, parts, training, checkpoints, from: checkpoint?.agentStep ?? null };
}
