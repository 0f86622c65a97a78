import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { InputError, nearest, readText } from '../../base/index.ts';
import { checkOptions, parseYaml } from '../../runs/index.ts';
import { suiteSchema, type Suite } from './schema.ts';

const SHIPPED = new URL('../../../experiments/suites/', import.meta.url);

/** Names of the suites that come with Curlew. */
export function shippedSuites(): string[] {
  if (!existsSync(SHIPPED)) return [];
  const files = readdirSync(SHIPPED).filter((file) => file.endsWith('.yaml'));
  return files.map((file) => file.replace(/\.yaml$/, '')).sort();
}

/** Path of a suite: a file, or the name of one that comes with Curlew. @throws InputError in one line */
export function suiteFile(file: string): string {
  if (existsSync(file) || /[/\\]/.test(file)) return file;
  const known = shippedSuites();
  const wanted = file.replace(/\.yaml$/, '');
  if (known.includes(wanted)) return fileURLToPath(new URL(`${wanted}.yaml`, SHIPPED));
  const near = nearest(wanted, known);
  const hint = near ? `; did you mean ${near}? Known: ${known.join(', ')}` : '';
  throw new InputError(`There is no suite ${file}${hint}.`);
}

function assertDistinct(name: string, what: string, ids: readonly (string | number)[]): void {
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new InputError(`${name}: the ${what} ${twice} is listed twice.`);
}

/** A suite from YAML. @throws InputError in one line: `file:line:column`, the key, what would be right */
export function parseSuite(text: string, name: string): Suite {
  const source = parseYaml(text, name);
  const suite = checkOptions(suiteSchema, source.value ?? {}, { where: source.where });
  assertDistinct(
    name,
    'method',
    suite.methods.map(({ id }) => id),
  );
  assertDistinct(
    name,
    'environment',
    suite.environments.map(({ id }) => id),
  );
  for (const { id, methods } of suite.environments) {
    const known = suite.methods.map((method) => method.id);
    const unknown = Object.keys(methods).find((method) => !known.includes(method));
    if (unknown !== undefined)
      throw new InputError(`${name}: ${id} sets keys of ${unknown}, which is no method of this suite.`);
  }
  if (Array.isArray(suite.seeds)) assertDistinct(name, 'seed', suite.seeds);
  return suite;
}

/** Reads a suite file. @throws InputError in one line */
export function readSuite(path: string): Suite {
  return parseSuite(readText(path, 'suite file'), path);
}
