import type { z } from 'zod';
import type { Json } from '../../base/index.ts';
import type { Metrics } from '../../agents/index.ts';
import type { Experiment } from '../../runs/index.ts';

/** Where a run stands. There is no clock in it, so that what callbacks do follows from the experiment alone. */
export interface Moment {
  agentStep: number;
  /** Agent steps times the action repeat. */
  envStep: number;
  updates: number;
}

/** What a callback asks of the loop. */
export interface Request {
  /** Ends the run after an evaluation and a checkpoint; the text is the reason that the run's status tells. */
  stop?: string;
  /** A checkpoint before the next step. */
  save?: boolean;
  /** An evaluation before the next step. */
  evaluate?: boolean;
}

/** Mean and population standard deviation of an evaluation's returns. */
export interface EvaluationResult {
  mean: number;
  std: number;
  episodes: number;
}

// eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- methods that ask nothing return nothing
export type Answer = Request | void;

/** Something that happens beside training. Methods that are not there are not called. */
export interface Callback {
  /** After every agent step; of several environments side by side, after a step of all. */
  onStep?(at: Moment): Answer;
  /** After an episode of training; its length counts agent steps. */
  onEpisode?(at: Moment, episode: { return: number; length: number }): Answer;
  /** When training metrics are logged. */
  onMetrics?(at: Moment, metrics: Metrics): Answer;
  /** After an evaluation. */
  onEvaluation?(at: Moment, evaluation: EvaluationResult): Answer;
  /** What must be in a checkpoint for the callback to go on as if nothing had happened. */
  state?(): Json;
  restore?(state: Json): void;
}

/** What a callback is made from. */
export interface CallbackContext {
  experiment: Experiment;
}

/** A callback that experiments can name. */
export interface CallbackEntry<Options = unknown> {
  description: string;
  options: z.ZodType<Options>;
  create(options: Options, context: CallbackContext): Callback;
}

/** Fills in the options' types of a registry entry. */
export function defineCallback<Options>(entry: CallbackEntry<Options>): CallbackEntry<Options> {
  return entry;
}
