import type { Env, EnvSpec, ResetOptions } from './env.ts';
import { externalEnv, isEnvFile } from './external.ts';
import { registrationOf, resolveOptions } from './registry.ts';
import type { MakeOptions } from './registry.ts';
import {
  ActionRepeat,
  FrameStack,
  OrderEnforcing,
  PassiveEnvChecker,
  PixelObservation,
  StateObservation,
  TimeLimit,
  Wrapper,
} from './wrappers/index.ts';

/** Carries the spec that `make` resolved. */
class WithSpec<O, A> extends Wrapper<O, A> {
  readonly #spec: EnvSpec;

  constructor(env: Env<O, A>, spec: EnvSpec) {
    super(env);
    this.#spec = spec;
  }

  override get spec(): EnvSpec {
    return this.#spec;
  }

  reset(options?: ResetOptions) {
    return this.env.reset(options);
  }

  step(action: A) {
    return this.env.step(action);
  }
}

type Options = MakeOptions & Record<string, unknown>;

/**
 * Makes an environment and wraps it: the environment, passive checker, order enforcing, time limit,
 * action repeat, picture or state, frame stack. The repeat lies below the picture, so one agent step draws one
 * picture, and above the time limit, so `maxEpisodeSteps` counts environment steps.
 *
 * @example
 * const env = await make('control/CartpoleSwingup-v0', { size: 84, actionRepeat: 8, frameStack: 3 });
 * let { observation } = env.reset({ seed: 1 }); // Uint8Array, [84, 84, 9]
 * const step = env.step(env.actionSpace.sample());
 * @param id registered, or `FILE#NAME` for an environment that a file of your own exports (`./my-env.ts#MyEnv`).
 * @throws InputError for an unknown id or option, naming the nearest known one.
 */
export async function make(
  id: string,
  options: Options & { observation: 'state' },
): Promise<Env<Float32Array>>;
export async function make(id: string, options?: Options): Promise<Env>;
export async function make(id: string, options: Options = {}): Promise<Env | Env<Float32Array>> {
  const registration = isEnvFile(id) ? await externalEnv(id) : registrationOf(id);
  const { common, own, spec } = resolveOptions(registration, options);
  type Action = Float32Array | number;
  const bare = (await registration.create(own)) as Env<unknown, Action>;
  let env: Env<unknown, Action> = new OrderEnforcing(new PassiveEnvChecker(new WithSpec(bare, spec)));
  if (spec.maxEpisodeSteps !== undefined) env = new TimeLimit(env, spec.maxEpisodeSteps);
  if (common.actionRepeat > 1) env = new ActionRepeat(env, common.actionRepeat);
  if (common.observation === 'state') {
    const states = new StateObservation(env);
    return common.frameStack > 1 ? new FrameStack(states, common.frameStack) : states;
  }
  const pixels = new PixelObservation(env, common.size, { grey: common.grey });
  return common.frameStack > 1 ? new FrameStack(pixels, common.frameStack) : pixels;
}
