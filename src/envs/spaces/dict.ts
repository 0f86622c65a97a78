import { Random } from '../../base/index.ts';
import type { Json } from '../../base/index.ts';
import { Space } from './space.ts';

type Elements<S> = { [Key in keyof S]: S[Key] extends Space<infer T> ? T : never };

/** Objects with one element of a space under every key. */
export class Dict<S extends Record<string, Space<unknown>>> extends Space<Elements<S>> {
  readonly spaces: S;

  constructor(spaces: S) {
    super([], null);
    this.spaces = spaces;
  }

  /** Seeds every part with a seed of its own, drawn from this one. */
  override seed(seed: number): void {
    super.seed(seed);
    for (const key of Object.keys(this.spaces))
      this.spaces[key].seed(Random.stream(seed, 'dict', key).seed());
  }

  override state(): Json {
    return Object.fromEntries(Object.entries(this.spaces).map(([key, space]) => [key, space.state()]));
  }

  override restore(state: Json): void {
    for (const key of Object.keys(this.spaces))
      this.spaces[key].restore((state as Record<string, Json>)[key]);
  }

  sample(): Elements<S> {
    const entries = Object.entries(this.spaces).map(([key, space]) => [key, space.sample()]);
    return Object.fromEntries(entries) as Elements<S>;
  }

  contains(value: unknown): value is Elements<S> {
    if (typeof value !== 'object' || value === null) return false;
    const keys = Object.keys(this.spaces);
    if (Object.keys(value).length !== keys.length) return false;
    return keys.every((key) => Object.hasOwn(value, key) && this.spaces[key].contains(value[key as never]));
  }

  toString(): string {
    const parts = Object.entries(this.spaces).map(([key, space]) => `${key}: ${space.toString()}`);
    return `Dict(${parts.join(', ')})`;
  }
}
