import { closeSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileError, writeFileAtomic } from '../base/index.ts';

export type RunState = 'running' | 'finished' | 'failed' | 'interrupted';
export type RunPhase = 'starting' | 'random' | 'learning' | 'evaluating' | 'saving';

/** What `status.json` holds. Times are ISO 8601 in UTC, steps are agent steps. */
export interface RunStatus {
  version: 1;
  state: RunState;
  phase: RunPhase;
  /** Why a run failed or was interrupted, in one line. */
  reason?: string;
  pid: number;
  host: string;
  startedAt: string;
  heartbeatAt: string;
  agentStep: number;
  totalSteps: number;
  /** What the run is, so that lists need no other file. */
  method: string;
  env: string;
  seed: number;
}

/** A running state whose heartbeat is older than this reads as interrupted. */
export const STALE_AFTER_SECONDS = 30;

const fileOf = (folder: string) => join(folder, 'status.json');

/** Whether a process of this machine exists. */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it exists and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * What a stored status means now: a running state whose heartbeat is stale, or whose process is gone from
 * this machine, is an interrupted one.
 */
export function resolveStatus(status: RunStatus, now = Date.now(), alive = processAlive): RunStatus {
  if (status.state !== 'running') return status;
  const silence = (now - Date.parse(status.heartbeatAt)) / 1000;
  const gone = status.host === hostname() && !alive(status.pid);
  if (!gone && silence <= STALE_AFTER_SECONDS) return status;
  const reason = gone
    ? `the process ${status.pid} ended without saying why`
    : `no sign of life since ${status.heartbeatAt}`;
  return { ...status, state: 'interrupted', reason };
}

/** The status as stored; undefined when there is none that can be read. */
export function storedStatus(folder: string): RunStatus | undefined {
  try {
    const status = JSON.parse(readFileSync(fileOf(folder), 'utf8')) as RunStatus;
    return typeof status === 'object' && status !== null && typeof status.state === 'string'
      ? status
      : undefined;
  } catch {
    return undefined;
  }
}

/** The status of a run as of now; a run without a readable status file was interrupted before it began. */
export function readStatus(folder: string, now = Date.now()): RunStatus {
  const stored = storedStatus(folder);
  if (stored) return resolveStatus(stored, now);
  const time = new Date(0).toISOString();
  return {
    version: 1,
    state: 'interrupted',
    phase: 'starting',
    reason: 'status.json is missing or damaged',
    pid: 0,
    host: '',
    startedAt: time,
    heartbeatAt: time,
    agentStep: 0,
    totalSteps: 0,
    method: '',
    env: '',
    seed: 0,
  };
}

/**
 * Replaces a small file so that readers see the old or the new one, without waiting for the disk: for what is
 * renewed every few seconds and worth nothing after a power cut.
 */
export function replaceFile(path: string, ...parts: (string | Uint8Array)[]): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    const handle = openSync(temporary, 'w');
    try {
      for (const part of parts) {
        const bytes = typeof part === 'string' ? Buffer.from(part) : part;
        for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at);
      }
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw fileError('write', path, error);
  }
}

/** Stores a status; `durable` waits until it is on the disk. */
export function writeStatus(folder: string, status: RunStatus, { durable = true } = {}): void {
  const text = `${JSON.stringify(status, null, 1)}\n`;
  if (durable) writeFileAtomic(fileOf(folder), text);
  else replaceFile(fileOf(folder), text);
}
