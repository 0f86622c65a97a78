import { Random } from '../base/index.ts';

/** Rows for fitting, for choosing strengths, and for the numbers that are told. */
export interface Split {
  train: number[];
  validation: number[];
  test: number[];
}

/** Shuffles in place (Fisher-Yates). */
export function shuffle<T>(items: T[], random: Random): T[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.integer(i + 1);
    [items[i], items[j]] = [items[j], items[i]];
  }
  return items;
}

/**
 * Splits rows by episode, about 60 : 20 : 20: neighbours in time look alike, so an episode that was on both sides
 * would be remembered rather than understood.
 * @param episodes the episode of each row
 * @throws RangeError for fewer than three episodes
 */
export function splitByEpisode(episodes: ArrayLike<number>, seed: number): Split {
  const numbers = [...new Set(Array.from(episodes))];
  if (numbers.length < 3) throw new RangeError(`A split needs 3 episodes at least, not ${numbers.length}.`);
  shuffle(numbers, Random.stream(seed, 'probe', 'split'));
  const held = Math.max(1, Math.floor(numbers.length / 5));
  const part = new Map(
    numbers.map(
      (episode, i) => [episode, i < held ? 'test' : i < 2 * held ? 'validation' : 'train'] as const,
    ),
  );
  const split: Split = { train: [], validation: [], test: [] };
  for (let row = 0; row < episodes.length; row++) split[part.get(episodes[row])!].push(row);
  return split;
}
