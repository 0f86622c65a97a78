import { Random } from '../../base/index.ts';
import type { Json } from '../../base/index.ts';
import { Space } from './space.ts';

type Elements<S> = { -readonly [Key in keyof S]: S[Key] extends Space<infer T> ? T : never };

/** Lists with one element of each space, in order. */
export class Tuple<const S extends readonly Space<unknown>[]> extends Space<Elements<S>> {
  readonly spaces: S;

  constructor(spaces: S) {
    super([], null);
    this.spaces = spaces;
  }

  /** Seeds every part with a seed of its own, drawn from this one. */
  override seed(seed: number): void {
    super.seed(seed);
    this.spaces.forEach((space, i) => space.seed(Random.stream(seed, 'tuple', i).seed()));
  }

  override state(): Json {
    return this.spaces.map((space) => space.state());
  }

  override restore(state: Json): void {
    this.spaces.forEach((space, i) => space.restore((state as Json[])[i]));
  }

  sample(): Elements<S> {
    return this.spaces.map((space) => space.sample()) as Elements<S>;
  }

  contains(value: unknown): value is Elements<S> {
    if (!Array.isArray(value) || value.length !== this.spaces.length) return false;
    return this.spaces.every((space, i) => space.contains(value[i]));
  }

  toString(): string {
    return `Tuple(${this.spaces.map((space) => space.toString()).join(', ')})`;
  }
}
