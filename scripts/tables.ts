import { readFileSync } from 'node:fs';
import { InputError, writeFileAtomic } from '../src/base/index.ts';

/** A table in Markdown. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(header), `|${'---|'.repeat(header.length)}`, ...rows.map(line)].join('\n');
}

/**
 * Replaces what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->` on a page of docs/.
 * @throws InputError where the page has no such place
 */
export function writeSection(page: string, name: string, text: string): void {
  const path = new URL(`../docs/${page}`, import.meta.url).pathname;
  const [begin, end] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`];
  const whole = readFileSync(path, 'utf8');
  const [from, to] = [whole.indexOf(begin), whole.indexOf(end)];
  if (from < 0 || to < from) throw new InputError(`docs/${page}: there is no place "${begin} ... ${end}".`);
  writeFileAtomic(path, `${whole.slice(0, from + begin.length)}\n${text}\n${whole.slice(to)}`);
}
