import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { labelIn, taskIn } from '../format.ts';
import type { LoadedRun } from '../load.ts';
import type { Report } from '../types.ts';
import { escapeHtml } from './text.ts';

/** Films of all methods together may take so much of the page. */
const MOST_BYTES = 12 * 2 ** 20;

interface Film {
  run: LoadedRun;
  path: string;
  bytes: number;
}

/** The film of a run's last evaluation. */
function lastFilm(run: LoadedRun): Film | null {
  if (run.folder === null) return null;
  try {
    const folder = join(run.folder, 'episodes');
    const step = (name: string) => Number(/^eval-(\d+)\.gif$/.exec(name)?.[1] ?? -1);
    const [name] = readdirSync(folder)
      .filter((file) => step(file) >= 0)
      .sort((a, b) => step(b) - step(a));
    if (name === undefined) return null;
    const path = join(folder, name);
    return { run, path, bytes: statSync(path).size };
  } catch {
    return null;
  }
}

/** A film of each method on each task, of its run with the middle score, so that no film is a lucky one. */
export function filmSection(report: Report): string {
  const films = report.rows.flatMap((row): Film[] => {
    const sorted = [...row.scores].sort((a, b) => a.score - b.score);
    const { seed } = sorted[sorted.length >> 1];
    const run = report.runs.find(
      (one) => one.method === row.method && one.env === row.env && one.seed === seed,
    )!;
    const film = lastFilm(run);
    return film ? [film] : [];
  });
  if (films.length === 0) return '';
  let room = MOST_BYTES;
  const shown = films.filter(({ bytes }) => bytes <= room && (room -= bytes) >= 0);
  const left = films.length - shown.length;
  const figures = shown.map(({ run, path }) => {
    const source = `data:image/gif;base64,${readFileSync(path).toString('base64')}`;
    const text = `${labelIn(report, run.method)} on ${taskIn(report, run.env)}, seed ${run.seed}`;
    return `<figure><img src="${source}" alt="Film of ${escapeHtml(text)}"><figcaption>${escapeHtml(text)}</figcaption></figure>`;
  });
  const rest = left > 0 ? ` ${left} more would make the page too large.` : '';
  return `<h2>What the agents do</h2><p class="soft">One episode of the last evaluation, of the run with the middle score.${rest}</p><div class="films">${figures.join('')}</div>`;
}
