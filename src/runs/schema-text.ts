import { z } from 'zod';

/** The part of a JSON Schema that we read. */
export interface SchemaNode {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: SchemaNode[];
  properties?: Record<string, SchemaNode>;
  additionalProperties?: boolean | SchemaNode;
  items?: SchemaNode;
  required?: string[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  minItems?: number;
  maxItems?: number;
  pattern?: string;
  default?: unknown;
  description?: string;
}

/** The JSON Schema of what a user may write for a zod schema. */
export function schemaNode(schema: z.ZodType): SchemaNode {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as SchemaNode;
}

/** The node at a path, or undefined where the schema leaves the value open. */
export function nodeAt(root: SchemaNode, path: readonly PropertyKey[]): SchemaNode | undefined {
  let node: SchemaNode | undefined = root;
  for (const key of path) {
    const choices: SchemaNode[] = node.anyOf ?? [node];
    const found: (SchemaNode | undefined)[] = choices.map((choice) =>
      typeof key === 'number' ? choice.items : choice.properties?.[String(key)],
    );
    node = found.find((choice) => choice !== undefined);
    if (node === undefined) return undefined;
  }
  return node;
}

function numberText(node: SchemaNode): string {
  const noun = node.type === 'integer' ? 'integer' : 'number';
  const low = Math.abs(node.minimum ?? 0) === Number.MAX_SAFE_INTEGER ? undefined : node.minimum;
  const high = Math.abs(node.maximum ?? 0) === Number.MAX_SAFE_INTEGER ? undefined : node.maximum;
  const bounds = [
    low !== undefined && `at least ${low}`,
    node.exclusiveMinimum !== undefined && `above ${node.exclusiveMinimum}`,
    high !== undefined && `at most ${high}`,
    node.exclusiveMaximum !== undefined && `below ${node.exclusiveMaximum}`,
  ].filter((bound) => bound !== false);
  if (bounds.length === 1 && node.exclusiveMinimum === 0) return `a positive ${noun}`;
  if (bounds.length === 1 && low === 0) return `a non-negative ${noun}`;
  return [`${noun === 'integer' ? 'an' : 'a'} ${noun}`, bounds.join(' and ')].join(' ').trim();
}

/** What a schema node accepts, in words: `a positive integer`, `one of auto, wasm, cpu`. */
export function expectedText(node: SchemaNode): string {
  if (node.const !== undefined) return JSON.stringify(node.const);
  if (node.enum) return `one of ${node.enum.map((value) => String(value)).join(', ')}`;
  if (node.anyOf) return [...new Set(node.anyOf.map(expectedText))].join(' or ');
  if (Array.isArray(node.type)) return node.type.map((type) => expectedText({ type })).join(' or ');
  switch (node.type) {
    case 'integer':
    case 'number':
      return numberText(node);
    case 'boolean':
      return 'true or false';
    case 'string':
      return node.pattern === undefined ? 'a text' : `a text of the form ${node.pattern}`;
    case 'array': {
      const count =
        node.minItems !== undefined && node.minItems === node.maxItems ? ` of ${node.minItems}` : '';
      return `a list${count}${node.items?.type ? `, each ${expectedText(node.items)}` : ''}`;
    }
    case 'object':
      return node.required?.length ? `a mapping with ${node.required.join(', ')}` : 'a mapping';
    case 'null':
      return 'null';
    default:
      return 'another value';
  }
}

/** One key that an experiment file may set. */
export interface KeyInfo {
  /** Dotted, as in `--set key=value`. */
  key: string;
  accepts: string;
  default?: unknown;
  description?: string;
}

/** All leaves of a schema as dotted keys. */
export function keysOf(node: SchemaNode, prefix = ''): KeyInfo[] {
  return Object.entries(node.properties ?? {}).flatMap(([name, child]) => {
    const key = prefix + name;
    if (child.properties) return keysOf(child, `${key}.`);
    return [{ key, accepts: expectedText(child), default: child.default, description: child.description }];
  });
}
