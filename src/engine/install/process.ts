import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { RunError } from '../../base/index.ts';

export interface CallOptions {
  cwd?: string;
  /** Folders in front of the PATH. */
  path?: string[];
}

/**
 * Runs a program to its end and gives what it printed.
 * @throws RunError with its last line of complaint
 */
export function call(program: string, args: string[], { cwd, path = [] }: CallOptions = {}): Promise<string> {
  const PATH = [...path, dirname(process.execPath), process.env.PATH].join(delimiter);
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, PATH },
    stdio: ['ignore', 'pipe', 'pipe'],
    // npm is a script there, which only a shell can start.
    shell: process.platform === 'win32',
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new RunError(`${program} does not start (${error.message}).`)));
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      const reason = complaint(`${stdout}\n${stderr}`) ?? `it ended with ${signal ?? `status ${code}`}`;
      reject(new RunError(`${program} ${args[0]} failed: ${reason}`));
    });
  });
}

/** The line that says most: the last one that speaks of an error, else the last one. */
function complaint(text: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const said = lines.filter((line) => line !== '' && !/complete log|notice/i.test(line));
  return (said.findLast((line) => /error|fatal|fail|no matching/i.test(line)) ?? said.at(-1))?.slice(0, 300);
}

/** The first program that answers to `--version`. */
export function firstThatRuns(programs: (string | undefined)[]): string | undefined {
  return programs.find(
    (program) =>
      program && spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 10_000 }).status === 0,
  );
}

/** Installs packages into a folder of their own. Their install scripts do not run. */
export async function npmInstall(folder: string, packages: string[]): Promise<void> {
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock', '--save-exact'];
  await call('npm', ['install', ...options, ...packages], { cwd: folder });
  const missing = packages.map(nameOf).find((name) => !existsSync(join(folder, 'node_modules', name)));
  if (missing) throw new RunError(`npm did not put ${missing} into ${folder}.`);
}

/** `@scope/name@1.2.3` without its version. */
function nameOf(specifier: string): string {
  return specifier.slice(0, specifier.lastIndexOf('@'));
}
