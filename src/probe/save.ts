import { join } from 'node:path';
import { makeFolder, writeFileAtomic } from '../base/index.ts';
import { encodePng } from '../runs/index.ts';
import { reportHtml } from './html.ts';
import { mapPicture, retrievalPicture } from './pictures.ts';
import type { Probed } from './probe.ts';

/** Values of the variable that colours a map: a quantity or fact by its name, the first one by default. */
export function coloring({ variables, maps }: Probed, name?: string): { name: string; values: number[] } {
  const all = [
    ...variables.targets.map((target) => ({ name: target.name, all: target.values })),
    ...variables.facts.map((fact) => ({ name: fact.name, all: fact.labels })),
  ];
  const chosen = all.find((one) => one.name === name) ?? all[0];
  if (!chosen) return { name: 'nothing', values: maps.rows.map(() => 0) };
  return { name: chosen.name, values: maps.rows.map((row) => chosen.all[row]) };
}

/**
 * Saves what a probe found in a run's folder: `probe.json`, and `probe/` with `map.png` (principal components, UMAP),
 * `retrieval.png` and `report.html`.
 * @returns paths of the files
 */
export function saveProbe(folder: string, probed: Probed, color?: string): string[] {
  const pictures = join(folder, 'probe');
  makeFolder(pictures);
  const retrieval = encodePng(retrievalPicture(probed.frames, probed.examples));
  const { pca, umap } = probed.maps;
  const files: [path: string, data: string | Uint8Array][] = [
    [join(folder, 'probe.json'), `${JSON.stringify(probed.report, null, 1)}\n`],
    [join(pictures, 'map.png'), encodePng(mapPicture([pca, umap], coloring(probed, color).values))],
    [join(pictures, 'retrieval.png'), retrieval],
    [join(pictures, 'report.html'), reportHtml(probed, retrieval)],
  ];
  for (const [path, data] of files) writeFileAtomic(path, data);
  return files.map(([path]) => path);
}
