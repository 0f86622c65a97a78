import { appendFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CurlewError, EXIT, messageOf } from '../base/index.ts';
import { printable } from './output.ts';

/** Version of this package. */
export function version(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

let runFolder: string | undefined;

/** Says which run the command works on: the log of an unexpected error goes there. */
export function workingOn(folder: string): void {
  runFolder = folder;
}

function writeLog(error: unknown): string | undefined {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const text = `${new Date().toISOString()} curlew ${version()} node ${process.version}\n${process.argv.join(' ')}\n${stack}\n\n`;
  const places = [
    ...(runFolder ? [join(runFolder, 'crash.log')] : []),
    join(tmpdir(), `curlew-crash-${process.pid}.log`),
  ];
  for (const path of places) {
    try {
      appendFileSync(path, text);
      return path;
    } catch {
      // The next place, if there is one.
    }
  }
  return undefined;
}

/**
 * Reports what ended the program in one line on stderr. Errors that Curlew did not foresee leave their stack in
 * a log, whose place the line names.
 * @returns exit status
 */
export function reportError(error: unknown): number {
  if (error instanceof CurlewError) {
    process.stderr.write(`error: ${printable(messageOf(error))}\n`);
    return error.exitCode;
  }
  const log = writeLog(error);
  const where = log ? `; details in ${log}` : '';
  process.stderr.write(`error: unexpected: ${printable(messageOf(error))}${where}\n`);
  return EXIT.failed;
}
