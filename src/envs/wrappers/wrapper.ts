import type { Json } from '../../base/index.ts';
import type { Env, EnvMetadata, EnvSpec, Picture, PictureSize, ResetOptions, StepResult } from '../env.ts';
import type { Space } from '../spaces/index.ts';

/**
 * An environment around another one: everything passes through, and a wrapper changes what it is for. `O` and
 * `A` are the observations and actions outside, `InnerO` and `InnerA` those of the wrapped environment.
 * A wrapper that changes a type gives the matching space to the constructor. A wrapper that remembers
 * something between steps also overrides `saveOwn` and `restoreOwn`.
 */
export abstract class Wrapper<O, A, InnerO = O, InnerA = A> implements Env<O, A> {
  readonly env: Env<InnerO, InnerA>;
  readonly observationSpace: Space<O>;
  readonly actionSpace: Space<A>;
  /** Present where the wrapped environment can save itself. */
  readonly state?: () => Json;
  readonly restore?: (state: Json) => void;

  constructor(env: Env<InnerO, InnerA>, spaces: { observation?: Space<O>; action?: Space<A> } = {}) {
    this.env = env;
    this.observationSpace = spaces.observation ?? (env.observationSpace as unknown as Space<O>);
    this.actionSpace = spaces.action ?? (env.actionSpace as unknown as Space<A>);
    if (env.state && env.restore) {
      this.state = () => ({ env: env.state!(), own: this.saveOwn() });
      this.restore = (state) => {
        const { env: inner, own } = state as { env: Json; own: Json };
        env.restore!(inner);
        this.restoreOwn(own);
      };
    }
  }

  get metadata(): EnvMetadata {
    return this.env.metadata;
  }

  get spec(): EnvSpec | null {
    return this.env.spec;
  }

  get unwrapped(): Env<unknown, unknown> {
    return this.env.unwrapped;
  }

  abstract reset(options?: ResetOptions): { observation: O; info: StepResult<O>['info'] };
  abstract step(action: A): StepResult<O>;

  render(size?: PictureSize): Picture {
    return this.env.render(size);
  }

  close(): void {
    this.env.close();
  }

  /** What this wrapper itself has to remember; nothing by default. */
  protected saveOwn(): Json {
    return null;
  }

  protected restoreOwn(_state: Json): void {}
}
