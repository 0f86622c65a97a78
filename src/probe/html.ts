import type { Probed } from './probe.ts';
import { byRank, scaleColor } from '../runs/index.ts';
import type { RepresentationReport } from './report.ts';

const escape = (text: string) =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c]!);
const number = (value: number | null | undefined, digits = 3) =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);

function table(head: string[], rows: string[][]): string {
  const cells = (tag: string, row: string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${escape(cell)}</${tag}>`).join('')}</tr>`;
  return `<table>${cells('th', head)}${rows.map((row) => cells('td', row)).join('')}</table>`;
}

/** Rows of a table with one column for each representation. */
function compared(
  representations: readonly RepresentationReport[],
  rows: [name: string, value: (one: RepresentationReport) => string][],
): string {
  return table(
    ['', ...representations.map(({ name, dimensions }) => `${name} (${dimensions})`)],
    rows.map(([name, value]) => [name, ...representations.map(value)]),
  );
}

const SCRIPT = `
const data = JSON.parse(document.getElementById('data').textContent);
const dots = [...document.querySelectorAll('svg')].map((svg) => [...svg.querySelectorAll('circle')]);
const choice = document.getElementById('variable');
const paint = () => dots.forEach((list) => list.forEach((dot, i) => dot.setAttribute('fill', data[choice.value][i])));
choice.addEventListener('change', paint);
paint();
`;

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #222; background: #fff; }
table { border-collapse: collapse; margin: 1rem 0; } th, td { padding: .2rem .8rem; text-align: right; border-bottom: 1px solid #ddd; }
th:first-child, td:first-child { text-align: left; } svg { background: #f6f6f8; margin-right: .5rem; } img { max-width: 100%; image-rendering: pixelated; }
`;

/**
 * The whole report as one HTML file that needs no other: tables, the maps with a choice of what colours them, and
 * the picture of queries and neighbours.
 * @param retrievalPng the picture as PNG bytes
 */
export function reportHtml({ report, variables, maps }: Probed, retrievalPng: Uint8Array): string {
  const { representations } = report;
  const names = variables.targets.map(({ name }) => name);
  const linear = compared(representations, [
    ...names.map(
      (name) =>
        [name, (one: RepresentationReport) => number(one.linear.r2[name])] as [
          string,
          (one: RepresentationReport) => string,
        ],
    ),
    ['mean, linear', (one) => number(one.linear.mean)],
    ['mean, small network', (one) => number(one.mlp?.mean)],
  ]);
  const facts = compared(
    representations,
    variables.facts.map(({ name }, i) => [
      `${name} (always the most frequent: ${number(representations[0].facts[i].majority)})`,
      (one) => number(one.facts[i].accuracy),
    ]),
  );
  const shape = compared(representations, [
    [
      `retrieval, precision at 1 (chance ${number(representations[0].retrieval.chance)})`,
      (one) => number(one.retrieval.precision['1']),
    ],
    ['retrieval, precision at 10', (one) => number(one.retrieval.precision['10'])],
    ['clusters, NMI', (one) => number(one.clusters.nmi)],
    ['clusters, ARI', (one) => number(one.clusters.ari)],
    ['alignment', (one) => number(one.alignment)],
    ['uniformity', (one) => number(one.uniformity)],
    ['embedding std', (one) => number(one.embeddingStd)],
    ['RankMe', (one) => number(one.rankMe, 1)],
  ]);
  const colors = Object.fromEntries(
    [
      ...variables.targets.map(({ name, values }) => [name, maps.rows.map((row) => values[row])] as const),
      ...variables.facts.map(({ name, labels }) => [name, maps.rows.map((row) => labels[row])] as const),
    ].map(([name, values]) => [
      name,
      Array.from(byRank(values), (place) => `rgb(${scaleColor(place).join()})`),
    ]),
  );
  const svg = (points: Probed['maps']['pca'], title: string) =>
    `<svg width="420" height="420" role="img" aria-label="${title}"><title>${title}</title>${points
      .map(([x, y]) => `<circle r="3" cx="${(10 + 400 * x).toFixed(1)}" cy="${(410 - 400 * y).toFixed(1)}"/>`)
      .join('')}</svg>`;
  const cka = table(
    ['linear CKA with', ''],
    Object.entries(report.cka).map(([name, value]) => [name, number(value)]),
  );
  const options = Object.keys(colors).map((name) => `<option>${escape(name)}</option>`);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${escape(report.run)}</title><style>${STYLE}</style></head><body>
<h1>${escape(report.run)}</h1>
<p>${escape(report.env)}, ${report.frames} observations of ${report.episodes} episodes (${report.policy} actions), seed ${report.seed}; the encoder after ${report.step} steps.</p>
<h2>True state from the embedding: R² on unseen episodes</h2>${linear}
${variables.facts.length > 0 ? `<h2>Discrete facts: accuracy of a linear probe</h2>${facts}` : ''}
<h2>Shape of the space</h2>${shape}${cka}
<h2>Maps: principal components and UMAP</h2>
<p>Colour: <select id="variable">${options.join('')}</select>, dark is low. The two components explain ${report.explained.map((share) => `${(100 * share).toFixed(0)} %`).join(' and ')} of the variance.</p>
${svg(maps.pca, 'principal components')}${svg(maps.umap, 'UMAP')}
<h2>Queries (framed) and their nearest neighbours in other episodes</h2>
<img alt="queries and neighbours" src="data:image/png;base64,${Buffer.from(retrievalPng).toString('base64')}">
<script type="application/json" id="data">${JSON.stringify(colors).replace(/</g, '\\u003c')}</script>
<script>${SCRIPT}</script>
</body></html>
`;
}
