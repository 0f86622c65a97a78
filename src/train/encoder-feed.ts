import { Random } from '../base/index.ts';
import type { ContrastiveLearner, View } from '../curl/index.ts';
import { Augmenter, type AugmentRecipe, type ImageShape } from '../encoders/index.ts';
import { centerCrop, type ReplayBuffer } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import type { Acting } from './acting.ts';
import { objectiveViews } from './objective-views.ts';
import { OnPolicyLearner } from './on-policy-learner.ts';
import { imageOf } from './pretrain-learner.ts';

/** One of the images that training makes of an observation before the encoder sees it. */
export interface FedView {
  /** Such as `view 2`. */
  title: string;
  /** How it was made, such as `own crop` and the names of augmentations, in their order. */
  made: string[];
  /** Bytes `[crop, crop, channels]`. */
  image: Uint8Array;
}

const percent = (fraction: number) => `${Math.round(100 * fraction)}`;

/** What an objective asks of a view, in words. */
function wishes({ crop, later = 0, area }: View): string[] {
  const kind = area
    ? `${percent(area[0])}–${percent(area[1])}% of it`
    : crop === 'agent'
      ? "the update's crop"
      : 'own crop';
  return later > 0 ? [kind, `${later} ${later === 1 ? 'step' : 'steps'} later`] : [kind];
}

/** Draws what an encoder is fed of single transitions in training, by the code that training draws with. */
export class EncoderFeed {
  readonly #experiment: Experiment;
  readonly #replay: ReplayBuffer;
  readonly #observation: ImageShape;
  readonly #augmenter: Augmenter;
  readonly #views: readonly View[];
  /** The agent learns from crops of its own; agents that learn from rollouts see the middle, as when acting. */
  readonly #agentCrops: boolean;

  /** @param replay holds the transitions to show */
  constructor(learner: Acting, experiment: Experiment, replay: ReplayBuffer, seed: number) {
    const { height, width, channels, stack } = replay.options;
    this.#experiment = experiment;
    this.#replay = replay;
    this.#observation = { height, width, channels: channels * stack };
    this.#augmenter = new Augmenter(experiment.augment as AugmentRecipe, Random.stream(seed, 'feed'));
    const { contrastive } = learner as { contrastive?: ContrastiveLearner | null };
    this.#views = contrastive?.views ?? [];
    this.#agentCrops = !experiment.pretrain && !(learner instanceof OnPolicyLearner);
  }

  /** Side of the images. */
  get crop(): number {
    return imageOf(this.#experiment, this.#observation).height;
  }

  /** The images of transition `slot`: when acting, in the agent's update, then each view of the objective. */
  draw(slot: number): FedView[] {
    const { crop } = this;
    const [replay, augmenter, { augment }] = [this.#replay, this.#augmenter, this.#experiment];
    const indices = Int32Array.of(slot);
    const shape = { height: crop, width: crop, channels: this.#observation.channels };
    const names = (role: 'agent' | 'views' | 'second') =>
      (augment[role] ?? []).map((step) => (typeof step === 'string' ? step : step.op));

    const whole = crop === this.#observation.height;
    const acting = centerCrop(replay.observations(indices), this.#observation, crop);
    const shown: FedView[] = [{ title: 'acting', made: whole ? [] : ['middle'], image: acting }];
    let own = acting;
    if (this.#agentCrops) {
      const offsets = replay.randomOffsets(1, crop, { lastOffset: true });
      own = replay.observations(indices, { size: crop, offsets });
      const image = own.slice();
      augmenter.agent(image, shape);
      shown.push({ title: 'update', made: [...(whole ? [] : ['random crop']), ...names('agent')], image });
    }
    const options = { observation: this.#observation, crop, augmenter, shared: this.#agentCrops };
    const { images } = objectiveViews(replay, indices, this.#views, options);
    this.#views.forEach((view, k) => {
      const steps = names(k > 0 && augment.second ? 'second' : 'views');
      // Null is the agent's image itself.
      const made = [...wishes(view), ...(images[k] ? steps : [])];
      shown.push({ title: `view ${k + 1}`, made, image: images[k] ?? own });
    });
    return shown;
  }
}
