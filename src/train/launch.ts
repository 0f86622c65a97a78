import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface LaunchOptions {
  /** JavaScript file to run with `__train <folder>`; the `curlew` command by default. */
  entry?: string;
  /** Further options of Node itself. */
  execArgv?: string[];
  /** Gets each line that the process prints (its notes, and whatever went wrong before it could train). */
  onLine?(line: string): void;
}

/** A training process seen from its parent. */
export interface TrainingProcess {
  pid: number;
  /** Asks it to save and stop; asking again changes nothing. */
  stop(): void;
  /** Ends it at once; the run can be resumed from its last checkpoint. */
  kill(): void;
  /** Resolves to the exit status: 0 finished, 1 failed, 2 bad input, 130 interrupted and saved. */
  done: Promise<number>;
}

/**
 * Starts training a run folder in a process of its own, so that nothing the parent does (drawing a screen) slows the
 * learner, and a crash of either leaves the other whole. When the parent ends, the process saves and stops.
 */
export function launchTraining(
  folder: string,
  { entry, execArgv, onLine }: LaunchOptions = {},
): TrainingProcess {
  const program = entry ?? fileURLToPath(new URL('../../bin/curlew.js', import.meta.url));
  const child = fork(program, ['__train', folder], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: execArgv ?? [],
    // Ctrl-C in a terminal reaches the whole group: the parent decides what it means.
    detached: true,
  });
  for (const stream of [child.stdout, child.stderr]) readLines(stream, onLine);
  return {
    pid: child.pid ?? -1,
    stop: () => {
      if (child.connected) child.send({ type: 'stop' });
    },
    kill: () => child.kill('SIGKILL'),
    done: new Promise((resolve) => {
      child.once('error', (error) => {
        onLine?.(`Cannot start the training process: ${error.message}.`);
        resolve(1);
      });
      child.once('close', (code, signal) =>
        resolve(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 130 : 1)),
      );
    }),
  };
}

function readLines(stream: ChildProcess['stdout'], onLine: ((line: string) => void) | undefined): void {
  let rest = '';
  stream?.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') onLine?.(line);
  });
  stream?.on('end', () => {
    if (rest.trim() !== '') onLine?.(rest);
  });
}
