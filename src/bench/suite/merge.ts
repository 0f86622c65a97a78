/** Nested options as they stand in files. */
export type Mapping = Record<string, unknown>;

export const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Puts options over others, key by key. A part with another `id` takes none of the options below it: they belong to
 * another agent or encoder.
 */
export function merge(below: Mapping, above: Mapping): Mapping {
  const result: Mapping = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const old = result[key];
    const other = isMapping(old) && isMapping(value) && 'id' in value && 'id' in old && value.id !== old.id;
    result[key] = isMapping(old) && isMapping(value) && !other ? merge(old, value) : value;
  }
  return result;
}

/** `{ 'augment.crop': 48 }` as `{ augment: { crop: 48 } }`. */
export function nested(dotted: Mapping): Mapping {
  return Object.entries(dotted).reduce<Mapping>((result, [key, value]) => {
    const tree = key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
    return merge(result, tree as Mapping);
  }, {});
}

/** Without the keys that are null: their defaults hold. */
export function withoutNulls(options: Mapping): Mapping {
  const kept = Object.entries(options).filter(([, value]) => value !== null);
  return Object.fromEntries(
    kept.map(([key, value]) => [key, isMapping(value) ? withoutNulls(value) : value]),
  );
}

/** JSON with sorted keys: equal values give equal text. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isMapping(value)) return JSON.stringify(value) ?? 'null';
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
    .join(',')}}`;
}
