export { actionCodec } from './actions.ts';
export type { ActionCodec } from './actions.ts';
export { build, buildLearner, checkTask } from './build.ts';
export { Callbacks, callbacks, loadCallbacks } from './callbacks/index.ts';
export type { Callback, CallbackContext, CallbackEntry, CallbackRequest } from './callbacks/index.ts';
export { Checkpoints, Divergence } from './checkpoints.ts';
export type { Checkpoint } from './checkpoints.ts';
export { evaluate, summarise } from './evaluate.ts';
export type { EpisodeResult, EvaluateOptions } from './evaluate.ts';
export { Interaction } from './interaction.ts';
export { EncoderFeed } from './encoder-feed.ts';
export type { FedView } from './encoder-feed.ts';
export { loadExternals } from './externals.ts';
export { launchTraining } from './launch.ts';
export type { LaunchOptions, TrainingProcess } from './launch.ts';
export { OffPolicyTraining } from './off-policy.ts';
export type { OffPolicyOptions } from './off-policy.ts';
export { OnPolicyTraining } from './on-policy.ts';
export type { OnPolicyOptions } from './on-policy.ts';
export { OnPolicyLearner } from './on-policy-learner.ts';
export { buildParts } from './parts.ts';
export { buildOnPolicy, buildOnPolicyLearner } from './build-on-policy.ts';
export { VectorInteraction } from './vector-interaction.ts';
export type { VectorEnv } from './vector-interaction.ts';
export { PixelLearner } from './pixel-learner.ts';
export type { PixelBatch } from './pixel-learner.ts';
export { buildPretraining } from './pretrain-build.ts';
export type { PretrainParts } from './pretrain-build.ts';
export { collect } from './pretrain-collect.ts';
export type { CollectOptions, Moment } from './pretrain-collect.ts';
export { PretrainLearner, buildPretrainLearner, freshEncoder, imageOf } from './pretrain-learner.ts';
export { loadEncoder } from './pretrain-source.ts';
export type { SavedEncoder } from './pretrain-source.ts';
export { PROFILE_FILE } from './profiled-learner.ts';
export type { Recorder } from './recorder.ts';
export { resolveExperiment } from './resolve.ts';
export { checkpointsOf } from './run-checkpoints.ts';
export { runTraining, trainRun } from './run.ts';
export type { RunTrainingOptions, StopMessage } from './run.ts';
export { RunRecorder } from './run-recorder.ts';
export { Stopwatch } from './stopwatch.ts';
export { evaluateRun, loadTrained, playRun } from './trained.ts';
export type {
  EvaluateRunOptions,
  PlayFrame,
  PlayRunOptions,
  RunEvaluation,
  Trained,
  Which,
} from './trained.ts';
export type {
  ActingParts,
  Build,
  Learner,
  OnPolicyParts,
  Metrics,
  Parts,
  PixelEnv,
  Policy,
} from './types.ts';
