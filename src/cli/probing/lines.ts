import { type MapPoints, type Probed, type RepresentationReport } from '../../probe/index.ts';
import { BrailleCanvas, colorDepthOf, createTheme, pictureColors } from '../../tui/index.ts';
import { byRank, scaleColor, sgrColor, type ColorDepth } from '../../runs/index.ts';
import { columns, printable } from '../output.ts';

const MAP = { columns: 38, rows: 14 };
const MOST_FACTS = 12;

const number = (value: number | null | undefined, digits = 2) =>
  value === null || value === undefined || !Number.isFinite(value) ? '–' : value.toFixed(digits);

/** Maps side by side in braille; cells are coloured by the variable where the terminal can. */
function mapLines(maps: readonly MapPoints[], values: ArrayLike<number>, depth: ColorDepth): string[] {
  const places = byRank(values);
  const drawn = maps.map((points) => {
    const canvas = new BrailleCanvas(MAP.columns, MAP.rows);
    points.forEach(([x, y], i) => {
      const [r, g, b] = scaleColor(places[i]);
      const style = (text: string) =>
        depth === 'none' ? text : `\x1b[${sgrColor(r, g, b, 'foreground', depth)}m${text}\x1b[0m`;
      canvas.dot(Math.round(x * (2 * MAP.columns - 1)), Math.round((1 - y) * (4 * MAP.rows - 1)), style);
    });
    return canvas.lines();
  });
  return drawn[0].map((_, row) => drawn.map((lines) => lines[row]).join('  │  '));
}

/** A report for people. */
export function probeLines(
  { report, variables, maps }: Probed,
  { name, values }: { name: string; values: number[] },
  depth: ColorDepth = pictureColors(createTheme(colorDepthOf(process.stdout))),
): string[] {
  const { representations } = report;
  const row = (label: string, value: (one: RepresentationReport) => string) => [
    `  ${label}`,
    ...representations.map((one) => value(one).padStart(14)),
  ];
  const head = ['', ...representations.map((one) => `${one.name}`.padStart(14))];
  const facts = variables.facts.slice(0, MOST_FACTS);
  const rows = [
    head,
    row('numbers in an embedding', (one) => String(one.dimensions)),
    ['R², linear probe'],
    ...variables.targets.map((target) => row(target.name, (one) => number(one.linear.r2[target.name]))),
    row('mean', (one) => number(one.linear.mean)),
    ...(representations[0].mlp ? [row('mean, small network', (one) => number(one.mlp?.mean))] : []),
    ...(facts.length > 0 ? [['accuracy, linear probe']] : []),
    ...facts.map((fact, i) =>
      row(`${fact.name} (most frequent: ${number(representations[0].facts[i].majority)})`, (one) =>
        number(one.facts[i].accuracy),
      ),
    ),
    ['nearest neighbours'],
    row(`precision at 1 (chance ${number(representations[0].retrieval.chance)})`, (one) =>
      number(one.retrieval.precision['1']),
    ),
    row('precision at 10', (one) => number(one.retrieval.precision['10'])),
    [`${representations[0].clusters.k} clusters`],
    row('NMI', (one) => number(one.clusters.nmi)),
    row('ARI', (one) => number(one.clusters.ari)),
    ['shape of the space'],
    row('alignment', (one) => number(one.alignment)),
    row('uniformity', (one) => number(one.uniformity)),
    row('embedding std', (one) => number(one.embeddingStd, 3)),
    row('RankMe', (one) => number(one.rankMe, 1)),
  ];
  const left = variables.facts.length - facts.length;
  return [
    `${report.env}: ${report.frames} observations of ${report.episodes} episodes, ${report.policy} actions; encoder after ${report.step} steps`,
    ...(report.constant.length > 0
      ? [`left out, they never change here: ${report.constant.join(', ')}`]
      : []),
    ...(left > 0 ? [`${left} more facts are in probe.json`] : []),
    '',
    ...columns(rows),
    '',
    ...Object.entries(report.cka).map(
      ([other, value]) => `linear CKA with ${printable(other)}: ${number(value)}`,
    ),
    '',
    `principal components${' '.repeat(MAP.columns - 20)}     UMAP, coloured by ${name}`,
    ...mapLines([maps.pca, maps.umap], values, depth),
  ];
}
