import { z } from 'zod';
import { InputError, nearest } from '../base/index.ts';
import { expectedText, keysOf, nodeAt, schemaNode, type SchemaNode } from './schema-text.ts';

type Path = readonly PropertyKey[];

export interface CheckContext {
  /** Dotted key of the value itself, such as `agent`; empty for a whole file. */
  prefix?: string;
  /** Where a key was given (`file.yaml:3:1`, `--set steps=x`); put in front of the message. */
  where?: string | ((path: Path) => string);
}

/** A value in few words, for "got ...". */
function given(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | null | undefined)?.[key],
    value,
  );
}

/** `" did you mean x?"` for an unknown key: the same name elsewhere in the file, else the nearest one here. */
function suggestion(root: SchemaNode, path: Path, key: string, prefix: string): string {
  const siblings = Object.keys(nodeAt(root, path)?.properties ?? {});
  const here = nearest(key, siblings);
  const elsewhere = keysOf(root).find((known) => known.key.split('.').at(-1) === key)?.key;
  const best = elsewhere ?? (here === undefined ? undefined : [...path, here].join('.'));
  return best === undefined ? ' it takes no options' : ` did you mean ${prefix}${best}?`;
}

/** Names the first leaf that is needed: `env.id`, not `env`. */
function missingText(node: SchemaNode, subject: string): string {
  const [first] = node.required ?? [];
  if (first !== undefined && node.properties?.[first])
    return missingText(node.properties[first], `${subject}.${first}`);
  const about = node.description ? ` (${node.description})` : '';
  return `${subject}${about} is missing: give ${expectedText(node)}`;
}

function problemText(issue: z.core.$ZodIssue, root: SchemaNode, value: unknown, prefix: string): string {
  const key = prefix + issue.path.map(String).join('.');
  if (issue.code === 'unrecognized_keys') {
    const unknown = [...issue.path, issue.keys[0]].map(String).join('.');
    return `unknown key ${prefix}${unknown};${suggestion(root, issue.path, issue.keys[0], prefix)}`;
  }
  const subject = key.replace(/\.$/, '') || 'the file';
  if (issue.code === 'custom') return `${subject} ${issue.message}`;
  const node = nodeAt(root, issue.path);
  const found = valueAt(value, issue.path);
  if (node && found === undefined) return missingText(node, subject);
  const about = node?.description ? ` (${node.description})` : '';
  const right = node ? expectedText(node) : issue.message;
  const hint = node?.properties?.id && typeof found === 'string' ? `; write ${subject}.id` : '';
  return `${subject}${about} must be ${right}, got ${given(found)}${hint}`;
}

/** Unknown keys come first: a mistyped key is usually why another one is missing. */
const rank = (issue: z.core.$ZodIssue) => (issue.code === 'unrecognized_keys' ? 0 : 1);

/**
 * Validates options that a user gave and fills in their defaults.
 * @throws InputError in one line: where, which key, what was given, what would be right.
 *
 * @example
 * const options = checkOptions(sacOptions, { learningRate: 'fast' }, { prefix: 'agent' });
 * // InputError: agent.learningRate must be a positive number, got "fast".
 */
export function checkOptions<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  { prefix = '', where = '' }: CheckContext = {},
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue, ...more] = result.error.issues.toSorted((a, b) => rank(a) - rank(b));
  const path = issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0]] : issue.path;
  const place = typeof where === 'string' ? where : where(path);
  const text = problemText(issue, schemaNode(schema), value, prefix && `${prefix}.`);
  const rest =
    more.length === 0 ? '' : ` (and ${more.length} more ${more.length === 1 ? 'problem' : 'problems'})`;
  throw new InputError(`${place && `${place}: `}${text}${text.endsWith('?') ? '' : '.'}${rest}`);
}
