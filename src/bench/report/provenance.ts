import type { Report } from './types.ts';

/** The commands that made the runs, and the one that makes each method's first run alone. */
export function commandsOf({ runs }: Pick<Report, 'runs'>): string[] {
  return [...new Set(runs.map((run) => run.command))].filter((command) => command !== '').sort();
}
