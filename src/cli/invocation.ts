import { basename, relative } from 'node:path';

/** How the user calls this program, for commands that they can copy. */
export function commandName(): string {
  if (process.env.npm_lifecycle_event !== undefined) return 'npm run -s curlew --';
  const script = process.argv[1] ?? 'curlew';
  return basename(script) === 'curlew' ? 'curlew' : `node ${relative(process.cwd(), script)}`;
}

/** The command line as it was given, for the record of a run. */
export function givenCommand(): string {
  return ['curlew', ...process.argv.slice(2)].join(' ');
}

type Env = Record<string, string | undefined>;

/** Whether a live screen makes sense: a terminal at both ends, and nobody runs this unattended. */
export function isInteractive({
  stdin,
  stdout,
  env,
}: { stdin: { isTTY?: boolean }; stdout: { isTTY?: boolean }; env: Env } = process): boolean {
  const unattended = !['', '0', 'false'].includes((env.CI ?? '').toLowerCase());
  return Boolean(stdin.isTTY) && Boolean(stdout.isTTY) && !unattended && env.TERM !== 'dumb';
}
