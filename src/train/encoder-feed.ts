import { Random } from '../base/index.ts';
import type { ContrastiveLearner, View } from '../curl/index.ts';
import { Augmenter, type AugmentRecipe, type ImageShape } from '../encoders/index.ts';
import { centerCrop, type ReplayBuffer } from '../replay/index.ts';
import type { Experiment } from '../runs/index.ts';
import type { Acting } from './acting.ts';
import { objectiveViews, randomCrops } from './objective-views.ts';
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

/** Which part of which observation a view shows, in words; `ofUpdate`: what the agent's update sees. */
function partShown({ later = 0, area }: View, ofUpdate: boolean): string[] {
  if (ofUpdate) return ["the update's crop"];
  const kind = area ? `${percent(area[0])}–${percent(area[1])}% of it` : 'own crop';
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
  /** Whether the objective shares what the agent's update sees. */
  readonly #shared: boolean;

  /** @param replay holds the transitions to show */
  constructor(learner: Acting, experiment: Experiment, replay: ReplayBuffer, seed: number) {
    const { height, width, channels, stack } = replay.options;
    this.#experiment = experiment;
    this.#replay = replay;
    this.#observation = { height, width, channels: channels * stack };
    this.#augmenter = new Augmenter(experiment.augment as AugmentRecipe, Random.stream(seed, 'feed'));
    const { contrastive } = learner as { contrastive?: ContrastiveLearner | null };
    this.#views = contrastive?.views ?? [];
    const onPolicy = learner instanceof OnPolicyLearner;
    this.#agentCrops = !experiment.pretrain && !onPolicy;
    this.#shared = onPolicy ? learner.agent.options.objectiveOn === 'rollout' : this.#agentCrops;
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
    const own = this.#agentCrops ? replay.observations(indices, randomCrops(replay, 1, crop)) : undefined;
    const update = own?.slice() ?? acting;
    if (own) {
      augmenter.agent(update, shape);
      const made = [...(whole ? [] : ['random crop']), ...names('agent')];
      shown.push({ title: 'update', made, image: update });
    }
    const options = { observation: this.#observation, crop, augmenter, own, shared: this.#shared };
    const { images } = objectiveViews(replay, indices, this.#views, options);
    this.#views.forEach((view, k) => {
      const image = images[k];
      const ofUpdate = image === null || (own !== undefined && view.crop === 'agent');
      const steps = image ? names(k > 0 && augment.second ? 'second' : 'views') : own ? names('agent') : [];
      // Parts are resized already.
      const done = view.area ? steps.filter((step) => step !== 'resizedCrop') : steps;
      const made = [...partShown(view, ofUpdate), ...done];
      shown.push({ title: `view ${k + 1}`, made, image: image ?? update });
    });
    return shown;
  }
}
