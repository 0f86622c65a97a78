import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { expect, test } from 'vitest';

const SOURCE = resolve(import.meta.dirname, '../../src');

/** Files that a file loads at once, and those behind them: no types, no `await import`. */
function loadedBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  for (const [, types, from] of text.matchAll(/^(?:import|export)(\s+type\b)?[^;]*?from\s+'(\.[^']+)';/gms))
    if (types === undefined) loadedBy(resolve(dirname(file), from), seen);
  return seen;
}

test('screens open without loading what trains: a list of runs has no need of tensors', () => {
  const files = [...loadedBy(resolve(SOURCE, 'tui/screens/show.tsx'))].map((file) => relative(SOURCE, file));
  expect(files).toContain('tui/screens/RunsScreen.tsx');
  const rooms = new Set(files.map((file) => file.split('/')[0]));
  expect([...rooms].sort()).toEqual(['base', 'runs', 'tui']);
});
