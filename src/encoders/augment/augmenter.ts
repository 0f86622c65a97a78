import type { Random } from '../../base/index.ts';
import type { ByteImage } from './image.ts';
import { augment, type AugmentStep } from './pipeline.ts';

/** Which steps the images of a batch get after their crop, by what they are for. */
export interface AugmentRecipe {
  /** The images that the agent itself trains on, o and o'. */
  agent?: readonly AugmentStep[];
  /** The views of the objective ... */
  views?: readonly AugmentStep[];
  /** ... and its second and further views, where they differ from the first. */
  second?: readonly AugmentStep[];
}

const NONE: readonly AugmentStep[] = [];

/** Makes the augmentations of training on batches of bytes, from a generator of its own. */
export class Augmenter {
  readonly random: Random;
  readonly #recipe: AugmentRecipe;

  constructor(recipe: AugmentRecipe, random: Random) {
    this.#recipe = recipe;
    this.random = random;
  }

  /** Whether view `index` of the objective has steps of its own, and so cannot be the agent's image. */
  changes(index: number): boolean {
    return this.#ofView(index).length > 0;
  }

  /** Augments images that the agent trains on, in place. */
  agent(images: Uint8Array, shape: Omit<ByteImage, 'data'>): void {
    this.#apply(images, shape, this.#recipe.agent ?? NONE);
  }

  /**
   * Augments view `index` of the objective, in place.
   * @param options `part`: the images are resized parts already, so that `resizedCrop` is left out
   */
  view(
    index: number,
    images: Uint8Array,
    shape: Omit<ByteImage, 'data'>,
    { part = false }: { part?: boolean } = {},
  ): void {
    const steps = this.#ofView(index);
    this.#apply(images, shape, part ? steps.filter(({ op }) => op !== 'resizedCrop') : steps);
  }

  #ofView(index: number): readonly AugmentStep[] {
    const { views = NONE, second = views } = this.#recipe;
    return index === 0 ? views : second;
  }

  /** @param images `[n, height, width, channels]` */
  #apply(images: Uint8Array, shape: Omit<ByteImage, 'data'>, steps: readonly AugmentStep[]): void {
    if (steps.length === 0) return;
    const bytes = shape.height * shape.width * shape.channels;
    for (let from = 0; from < images.length; from += bytes) {
      const data = images.subarray(from, from + bytes);
      const changed = augment({ ...shape, data }, steps, this.random);
      if (changed.data !== data) data.set(changed.data);
    }
  }
}
