import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
// Types alone: what looks is loaded by the process that looks, not by the screen.
import type { LookAnswer, LookRequest } from '../../probe/index.ts';

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
