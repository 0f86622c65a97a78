/** Exit codes that scripts rely on. */
export const EXIT = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const;

/** An error whose message is one clear line for the user; the command line prints it without a stack. */
export class CurlewError extends Error {
  override readonly name: string = 'CurlewError';
  /** Process exit status when this error ends the program. */
  readonly exitCode: number = EXIT.failed;
}

/** The user gave something that cannot work: the message says what, where, and what would be right. */
export class InputError extends CurlewError {
  override readonly name = 'InputError';
  override readonly exitCode = EXIT.badInput;
}

/** A run that cannot go on (divergence, a lost file, a full disk); the last good checkpoint is kept. */
export class RunError extends CurlewError {
  override readonly name = 'RunError';
}

/** Message of anything thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n')[0] ?? text;
}
