import { EXIT, RunError } from '../../base/index.ts';
import { followRun, readStatus } from '../../runs/index.ts';
import { loadScreens } from '../../tui/index.ts';
import { print } from '../output.ts';
import { followPlain, printNote } from './plain.ts';
import { runProfileLines } from './profile.ts';
import { TrainingSession } from './session.ts';
import { summaryLines } from './summary.ts';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function showPlain(folder: string, session: TrainingSession, json: boolean): Promise<void> {
  const interrupt = () => {
    session.interrupt();
    if (!session.killed) process.stderr.write(`${session.notice.get()}\n`);
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    if (!json) print(`run ${folder}`);
    await followPlain(followRun(folder, { maxPoints: 2 }), json, session.done);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

async function showScreen(folder: string, session: TrainingSession): Promise<void> {
  const { showRun } = await loadScreens();
  try {
    await showRun(folder, session);
  } catch (error) {
    // The screen broke, not the run: save it before this error ends the program.
    session.interrupt();
    await session.done;
    throw error;
  }
  await session.done;
}

/** One line on why a run failed, and where its log is. */
function failureOf(folder: string, session: TrainingSession): string {
  const { state, reason } = readStatus(folder);
  const why = state === 'failed' && reason ? reason : session.lastLine || reason || 'no reason given';
  return `The run failed: ${why.replace(/\.$/, '')}; its log is ${session.log}`;
}

/**
 * Trains a run folder in another process and shows it meanwhile.
 * @returns exit status: 0 finished, 130 interrupted
 * @throws RunError or InputError in one line when the run fails
 */
export async function trainAndShow(folder: string, mode: 'screen' | 'plain' | 'json'): Promise<number> {
  // Why a run failed is told once, at the end.
  const note = (line: string) => (readStatus(folder).reason === line ? undefined : printNote(line));
  const session = new TrainingSession(folder, mode === 'plain' ? note : undefined);
  await (mode === 'screen' ? showScreen(folder, session) : showPlain(folder, session, mode === 'json'));
  const code = await session.done;
  if (code !== EXIT.done && code !== EXIT.interrupted) throw new FailedRun(failureOf(folder, session), code);
  if (mode !== 'json') for (const line of [...summaryLines(folder), ...runProfileLines(folder)]) print(line);
  return code;
}

/** A run that ended with an exit status of its own. */
class FailedRun extends RunError {
  override readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
