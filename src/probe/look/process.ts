import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../base/index.ts';
import { Looking } from './look.ts';
import type { LookAnswer, LookRequest } from './types.ts';

/** A looking process seen from its parent. */
export interface LookProcess {
  ask(request: LookRequest): void;
  close(): void;
}

/**
 * Starts a process that looks at a run's encoder, so that a screen stays alive meanwhile.
 * @param onAnswer gets what it finds; `failed` with a line where it cannot go on
 */
export function launchLook(
  folder: string,
  policy: 'agent' | 'random',
  onAnswer: (answer: LookAnswer) => void,
): LookProcess {
  const program = fileURLToPath(new URL('../../../bin/curlew.js', import.meta.url));
  const child = fork(program, ['__look', folder, policy], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    execArgv: [],
    serialization: 'advanced',
    detached: true,
  });
  let closed = false;
  let trouble = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    trouble = (trouble + text).slice(-2000);
  });
  const fail = (message: string) => {
    if (!closed) onAnswer({ type: 'failed', message });
    closed = true;
  };
  child.on('message', (answer) => {
    if (!closed) onAnswer(answer as LookAnswer);
  });
  child.on('error', (error) => fail(`Cannot start the process that looks: ${error.message}.`));
  child.on('close', (code) => {
    const line =
      trouble
        .trim()
        .split('\n')
        .at(-1)
        ?.replace(/^error: /, '') ?? '';
    fail(line === '' ? `The process that looks ended with status ${code}.` : line);
  });
  return {
    ask: (request) => {
      if (child.connected) child.send(request);
    },
    close: () => {
      closed = true;
      child.kill('SIGKILL');
    },
  };
}

/** The looking process: looks, then answers until its parent is gone. @throws where it cannot look */
export async function serveLook(folder: string, policy: 'agent' | 'random'): Promise<void> {
  const tell = (answer: LookAnswer) => {
    if (process.connected) process.send?.(answer);
  };
  const gone = new Promise<void>((resolve) => process.once('disconnect', () => resolve()));
  const open = async (who: 'agent' | 'random') => {
    const looking = await Looking.open(folder, {
      policy: who,
      onProgress: (text) => tell({ type: 'progress', text }),
    });
    tell({ type: 'look', look: looking.look });
    return looking;
  };
  let looking = await open(policy);
  // One after the other: what is asked for meanwhile waits.
  let work = Promise.resolve();
  const answer = async (request: LookRequest) => {
    try {
      if (request.type === 'again') looking = await open(request.policy);
      else if (request.type === 'umap') tell({ type: 'umap', points: looking.umap() });
      else tell({ type: 'views', row: request.row, views: looking.views(request.row) });
    } catch (error) {
      tell({ type: 'failed', message: messageOf(error) });
    }
  };
  process.on('message', (request) => {
    work = work.then(() => answer(request as LookRequest));
  });
  await gone;
}
