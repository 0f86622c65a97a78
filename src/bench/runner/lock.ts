import { openSync, closeSync, readFileSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { InputError, fileError } from '../../base/index.ts';
import { STALE_AFTER_SECONDS, processAlive } from '../../runs/index.ts';

interface Holder {
  pid: number;
  host: string;
}

function holderOf(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/** Whether the holder is still at work: its file is renewed every few seconds. */
function held(path: string, holder: Holder | undefined): boolean {
  const modified = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
  if (modified === undefined || Date.now() - modified > STALE_AFTER_SECONDS * 1000) return false;
  return holder === undefined || holder.host !== hostname() || processAlive(holder.pid);
}

/**
 * Claims a suite's folder for this process, so that no run is started twice. The claim of a process that was killed
 * ends by itself.
 * @returns gives the claim back
 * @throws InputError while another process runs the suite
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'bench.lock');
  for (let tries = 0; ; tries++) {
    try {
      const handle = openSync(path, 'wx');
      writeSync(handle, JSON.stringify({ pid: process.pid, host: hostname() }));
      closeSync(handle);
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || tries > 1)
        throw fileError('create', path, error);
      const holder = holderOf(path);
      if (held(path, holder))
        throw new InputError(
          `${folder} is being run by process ${holder?.pid} on ${holder?.host}; stop that one first.`,
        );
      rmSync(path, { force: true });
    }
  }
  const renew = () => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // The folder was deleted under us: the runs will tell.
    }
  };
  const timer = setInterval(renew, 5000);
  timer.unref();
  return () => {
    clearInterval(timer);
    if (holderOf(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}
