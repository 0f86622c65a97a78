import { InputError, RunError } from '../../base/index.ts';
import type { Info, ResetOptions, StepResult } from '../env.ts';
import { checkSeed } from '../spaces/index.ts';
import { Wrapper } from './wrapper.ts';

/** A value in a few words, for messages. */
function brief(value: unknown): string {
  if (ArrayBuffer.isView(value)) {
    const array = value as Float32Array;
    const shown = Array.from(array.slice(0, 8)).join(', ');
    return `${array.constructor.name}(${array.length}) [${shown}${array.length > 8 ? ', ...' : ''}]`;
  }
  return typeof value === 'object' ? (JSON.stringify(value) ?? 'undefined') : String(value);
}

/**
 * Watches what goes in and out of an environment at every step: seeds and actions that cannot work are the
 * caller's mistake (InputError); observations outside the space and rewards that are not finite are the
 * environment's (RunError).
 */
export class PassiveEnvChecker<O, A> extends Wrapper<O, A> {
  reset(options: ResetOptions = {}) {
    if (options.seed !== undefined) checkSeed(options.seed);
    const result = this.env.reset(options);
    this.#checkOutput('reset', result.observation, result.info);
    return result;
  }

  step(action: A): StepResult<O> {
    if (!this.actionSpace.contains(action)) {
      throw new InputError(
        `The action ${brief(action)} is not in the action space ${String(this.actionSpace)}.`,
      );
    }
    const result = this.env.step(action);
    this.#checkOutput('step', result.observation, result.info);
    if (!Number.isFinite(result.reward))
      throw new RunError(`step() gave the reward ${brief(result.reward)}.`);
    if (typeof result.terminated !== 'boolean' || typeof result.truncated !== 'boolean') {
      throw new RunError('step() must give terminated and truncated as booleans.');
    }
    return result;
  }

  #checkOutput(call: string, observation: O, info: Info): void {
    if (!this.observationSpace.contains(observation)) {
      const space = String(this.observationSpace);
      throw new RunError(`${call}() gave the observation ${brief(observation)}, which is not in ${space}.`);
    }
    if (typeof info !== 'object' || info === null)
      throw new RunError(`${call}() must give info as an object.`);
  }
}
