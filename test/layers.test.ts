import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { expect, test } from 'vitest';

/** Folders of src/ from the bottom of the house to its top: each imports from those before it only. */
const LAYERS = [
  'base',
  'engine',
  'runs',
  'envs',
  'replay',
  'encoders',
  'curl',
  'agents',
  'train',
  'probe',
  'bench',
  'tui',
  'cli',
];

/** What the layers are not to know of, by the packages that stand for it. */
const FORBIDDEN: [applies: (layer: string) => boolean, packages: RegExp, why: string][] = [
  [(layer) => layer !== 'engine', /^@tensorflow\//, 'only the engine imports TensorFlow.js'],
  [
    (layer) => layer !== 'tui' && layer !== 'cli',
    /^(ink|react)(\/|$)/,
    'only the terminal UI imports Ink and React',
  ],
  [(layer) => layer !== 'envs', /^@mujoco\//, 'only the environments import MuJoCo'],
];

const SOURCE = resolve(import.meta.dirname, '../src');

interface Import {
  file: string;
  from: string;
}

const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /\.tsx?$/.test(file),
);

const imports: Import[] = files.flatMap((file) => {
  const text = readFileSync(join(SOURCE, file), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g);
  return Array.from(found, ([, from]) => ({ file, from }));
});

const layerOf = (path: string) => path.split(sep)[0];
const isRelative = ({ from }: Import) => from.startsWith('.');
const target = ({ file, from }: Import) => relative(SOURCE, resolve(SOURCE, dirname(file), from));
const crosses = (one: Import) => isRelative(one) && layerOf(one.file) !== layerOf(target(one));
/** src/index.ts is the face of the package, above all layers. */
const inLayer = ({ file }: Import) => file.includes(sep);

test('every folder of src is a layer', () => {
  const folders = new Set(files.filter((file) => file.includes(sep)).map(layerOf));
  expect([...folders].filter((folder) => !LAYERS.includes(folder))).toEqual([]);
  expect(imports.filter(crosses).length).toBeGreaterThan(50);
});

test('imports go downwards only', () => {
  const upwards = imports
    .filter((one) => inLayer(one) && crosses(one))
    .filter((one) => LAYERS.indexOf(layerOf(target(one))) > LAYERS.indexOf(layerOf(one.file)));
  expect(upwards).toEqual([]);
});

test('folders know each other by their index.ts alone', () => {
  const inner = imports.filter(
    (one) => crosses(one) && target(one) !== join(layerOf(target(one)), 'index.ts'),
  );
  expect(inner).toEqual([]);
});

test.each(FORBIDDEN)('packages stay in their layer (%#)', (applies, name) => {
  expect(imports.filter((one) => applies(layerOf(one.file)) && name.test(one.from))).toEqual([]);
});

test('no file imports itself through others', () => {
  const edges = new Map<string, string[]>();
  for (const one of imports.filter(isRelative))
    edges.set(one.file, [...(edges.get(one.file) ?? []), target(one)]);
  const done = new Set<string>();
  const cycles: string[] = [];
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (done.has(file) || path.includes(file)) return;
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(cycles).toEqual([]);
});
