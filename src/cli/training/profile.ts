import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readText } from '../../base/index.ts';
import { profileLines, type ProfileTable } from '../../engine/index.ts';
import { PROFILE_FILE } from '../../train/index.ts';

/** Where the updates' time went, for a run that was profiled; nothing for others. */
export function runProfileLines(folder: string): string[] {
  const file = join(folder, PROFILE_FILE);
  if (!existsSync(file)) return [];
  const table = JSON.parse(readText(file, 'profile')) as ProfileTable;
  return ['', ...profileLines(table).map((line) => `  ${line}`)];
}
