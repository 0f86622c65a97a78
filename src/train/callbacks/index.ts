export { defineCallback } from './callback.ts';
export type {
  Callback,
  CallbackContext,
  CallbackEntry,
  EvaluationResult,
  Moment,
  Request as CallbackRequest,
} from './callback.ts';
export { Callbacks } from './callbacks.ts';
export { callbacks, loadCallbacks, resolveCallbacks } from './load.ts';
