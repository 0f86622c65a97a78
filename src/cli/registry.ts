import { z } from 'zod';
import { columns, print, printJson } from './output.ts';

/** A registry of agents or objectives: descriptions and schemas of options by id. */
export type Registry = Record<string, { description: string; options: z.ZodType }>;

interface OptionInfo {
  name: string;
  description: string;
  default?: unknown;
}

function optionsOf(schema: z.ZodType): OptionInfo[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return Object.entries(properties).map(([name, property]) => {
    const node = typeof property === 'object' ? property : {};
    return { name, description: node.description ?? '', default: node.default };
  });
}

const value = (option: OptionInfo) => (option.default === undefined ? '' : JSON.stringify(option.default));

/**
 * Prints a registry: as JSON with options, or each entry with its options below it.
 * @param key where an experiment sets the options, such as `agent`; null where they stand in a list
 */
export function printRegistry(registry: Registry, key: string | null, json: boolean): void {
  const entries = Object.entries(registry).map(([id, { description, options }]) => ({
    id,
    description,
    options: optionsOf(options),
  }));
  if (json) return printJson(entries);
  for (const { id, description, options } of entries) {
    print(`${id}  ${description}`);
    const rows = options.map((option) => [
      key === null ? `  ${option.name}: ${value(option)}` : `  --set ${key}.${option.name}=${value(option)}`,
      option.description,
    ]);
    for (const line of columns(rows)) print(line);
  }
}
