import { appendFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { writeFileAtomic } from '../../base/index.ts';
import {
  createRun,
  endRun,
  experimentHash,
  experimentOf,
  experimentYaml,
  readStatus,
  resumeRun,
  type Experiment,
} from '../../runs/index.ts';
import { launchTraining, type LaunchOptions, type TrainingProcess } from '../../train/index.ts';

/** Starts the process of a run. */
export type Launch = (folder: string, options: LaunchOptions) => TrainingProcess;

/** A process without a sign of life for so long is ended: something in it hangs. */
const HANGS_AFTER_SECONDS = 600;

const POLL_MS = 200;

/** Waits until no process works on a run: one that outlived an earlier bench is still saving its state. */
async function untilFree(folder: string, stopped: () => boolean): Promise<void> {
  while (readStatus(folder).state === 'running' && !stopped()) await sleep(POLL_MS);
}

/** Whether the program has changed since a run began, so that its checkpoints belong to other settings than it reads now. */
function fromAnotherVersion(folder: string): boolean {
  return !basename(folder).includes(experimentHash(experimentOf(folder)));
}

interface OpenOptions {
  command: string;
  stopped(): boolean;
}

/**
 * The run's folder, made now or taken up again from its last checkpoint. A half-finished run of another version of the
 * program stays where it is, and the run begins again beside it.
 * @returns null where the suite was stopped while another process still held the run
 */
export async function openRun(
  out: string,
  folder: string | null,
  experiment: Experiment,
  { command, stopped }: OpenOptions,
): Promise<string | null> {
  const usable = folder !== null && !fromAnotherVersion(folder);
  const found = usable ? { folder, existing: true } : createRun(out, experiment, { command, mode: 'resume' });
  if (!found.existing) return found.folder;
  while (!(await takeUp(found.folder, experiment, command, stopped))) if (stopped()) return null;
  return found.folder;
}

/** Takes up a run as soon as no other process holds it. @returns false where one came in between, or the suite was stopped */
async function takeUp(
  folder: string,
  experiment: Experiment,
  command: string,
  stopped: () => boolean,
): Promise<boolean> {
  await untilFree(folder, stopped);
  if (stopped()) return false;
  const { engine, ...kept } = experimentOf(folder);
  if (JSON.stringify(engine) !== JSON.stringify(experiment.engine)) {
    // Threads and engine are those of this machine and this number of jobs.
    const text = experimentYaml({ ...kept, engine: experiment.engine });
    writeFileAtomic(join(folder, 'experiment.yaml'), text);
  }
  try {
    resumeRun(folder, { command, steps: experiment.steps });
    return true;
  } catch (error) {
    // A process that was still starting when its bench was killed has just shown itself; it saves and stops soon.
    if (heldByAnother(folder)) return false;
    throw error;
  }
}

/** Whether a living process other than this one works on a run. */
function heldByAnother(folder: string): boolean {
  const { state, pid } = readStatus(folder);
  return state === 'running' && pid !== process.pid;
}

/** How a process of a run ended. */
export type Outcome =
  { kind: 'finished' } | { kind: 'stopped' } | { kind: 'busy' } | { kind: 'failed'; reason: string };

export interface RunningAttempt {
  process: TrainingProcess;
  done: Promise<Outcome>;
}

/** Starts a run's process and watches it; what it prints goes to the run's `train.log`. */
export function startAttempt(folder: string, launch: Launch = launchTraining): RunningAttempt {
  let lastLine = '';
  let hung = false;
  const log = (line: string) => {
    try {
      appendFileSync(join(folder, 'train.log'), `${line}\n`);
    } catch {
      // A full disk: the run itself reports that.
    }
  };
  const onLine = (line: string) => {
    lastLine = line;
    log(line);
  };
  const training = launch(folder, { onLine });
  log(`${new Date().toISOString()} process ${training.pid} started`);
  const watch = setInterval(() => {
    const silence = (Date.now() - Date.parse(readStatus(folder).heartbeatAt)) / 1000;
    if (silence < HANGS_AFTER_SECONDS) return;
    hung = true;
    training.kill();
  }, 10_000);
  const done = training.done.then((code): Outcome => {
    clearInterval(watch);
    log(`${new Date().toISOString()} process ${training.pid} ended with status ${code}`);
    const status = readStatus(folder);
    if (code === 0 && status.state === 'finished') return { kind: 'finished' };
    // It found a process of an earlier bench at work and left the run alone.
    if (heldByAnother(folder)) return { kind: 'busy' };
    if (code === 130) return { kind: 'stopped' };
    const silent = hung ? `no sign of life for ${HANGS_AFTER_SECONDS / 60} minutes` : '';
    const told = status.state === 'failed' ? status.reason : undefined;
    const reason = silent || told || lastLine || 'its process ended without saying why';
    endRun(folder, 'failed', reason);
    return { kind: 'failed', reason };
  });
  return { process: training, done };
}
