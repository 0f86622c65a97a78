import { CurlewError, EXIT, RunError, messageOf } from '../base/index.ts';
import { RunWriter, experimentOf, updateSystem } from '../runs/index.ts';
import { Divergence, type Checkpoints } from './checkpoints.ts';
import { loadCallbacks } from './callbacks/index.ts';
import { OffPolicyTraining } from './off-policy.ts';
import { OnPolicyTraining } from './on-policy.ts';
import { buildParts } from './parts.ts';
import { Pretraining } from './pretrain-loop.ts';
import { startEncoderFrom } from './pretrain-source.ts';
import { ProfiledLearner, UpdateProfile } from './profiled-learner.ts';
import { checkpointsOf } from './run-checkpoints.ts';
import { RunRecorder } from './run-recorder.ts';
import type { Build, OnPolicyParts, Parts } from './types.ts';

export interface RunTrainingOptions {
  /** Makes the parts; the registries' by default. */
  build?: Build;
  /** Asks to save and stop. */
  signal?: AbortSignal;
  /** Gets notes for people, one line each. */
  onNote?(note: string): void;
}

/**
 * Trains a run in this process, from its newest checkpoint where there is one, and leaves its last status in the
 * folder. Nothing is thrown for a failed run: the reason is in the status, and `onNote` gets it.
 * @returns exit status: 0 finished, 1 failed, 2 bad input, 130 interrupted and saved
 */
export async function trainRun(
  folder: string,
  { build = buildParts, signal, onNote }: RunTrainingOptions = {},
): Promise<number> {
  let writer: RunWriter | undefined;
  let checkpoints: Checkpoints | undefined;
  try {
    const experiment = experimentOf(folder);
    checkpoints = checkpointsOf(folder, experiment);
    // Nearly always right, and put right below where the newest checkpoint turns out to be damaged.
    const expected = checkpoints.steps()[0] ?? -1;
    writer = new RunWriter(folder, { resumeFrom: expected });
    const alive = () => writer?.status();
    const parts = await build(experiment);
    updateSystem(folder, { engine: parts.engine });
    if (experiment.encoderFrom !== undefined && expected < 0)
      await startEncoderFrom(parts.learner, experiment.encoderFrom);
    const profile = experiment.engine.profile ? profileOf(parts) : null;
    try {
      const checkpoint = checkpoints.newest(parts.replay, alive);
      for (const note of checkpoint?.notes ?? [])
        onNote?.(`${note} Going on from agent step ${checkpoint?.agentStep}.`);
      const agentStep = checkpoint?.agentStep ?? -1;
      checkpoints.discardAfter(agentStep);
      if (agentStep !== expected) writer.truncateAfter(agentStep);
      const recorder = new RunRecorder(
        writer,
        experiment.env.size,
        onNote,
        experiment.env.grey === true ? 1 : 3,
      );
      const callbacks = await loadCallbacks(experiment);
      const given = { experiment, recorder, checkpoints, checkpoint, signal, callbacks };
      const training = isOnPolicyParts(parts)
        ? new OnPolicyTraining({ ...given, parts })
        : experiment.pretrain
          ? new Pretraining({ ...given, parts })
          : new OffPolicyTraining({ ...given, parts });
      const state = await training.run();
      profile?.save(folder);
      const why = state === 'interrupted' ? 'stopped; the state is saved' : (callbacks.stop ?? undefined);
      writer.close(state, why);
      return state === 'finished' ? EXIT.done : EXIT.interrupted;
    } finally {
      parts.env.close();
      parts.learner.dispose();
    }
  } catch (error) {
    const reason = reasonOf(error, checkpoints);
    writer?.close('failed', reason);
    onNote?.(reason);
    return error instanceof CurlewError ? error.exitCode : EXIT.failed;
  }
}

function isOnPolicyParts(parts: Parts | OnPolicyParts): parts is OnPolicyParts {
  return 'rollout' in parts;
}

/** Times the updates of a run from now on. */
function profileOf(parts: Parts | OnPolicyParts): Pick<UpdateProfile, 'save'> {
  if (!isOnPolicyParts(parts)) return (parts.learner = new ProfiledLearner(parts.learner));
  const profile = new UpdateProfile();
  parts.learner.measure = (update) => profile.measure(update);
  return profile;
}

function reasonOf(error: unknown, checkpoints: Checkpoints | undefined): string {
  const reason = messageOf(error);
  if (!(error instanceof Divergence || !(error instanceof CurlewError))) return reason;
  const name = checkpoints?.newestName;
  return `${reason} ${name ? `The last good checkpoint is ${name}.` : 'There is no checkpoint yet.'}`;
}

/** What the parent sends to stop a training process. */
export interface StopMessage {
  type: 'stop';
}

/**
 * The whole life of a training process: trains until done, or until SIGINT, SIGTERM, a `stop` message or the loss of
 * the parent asks it to save and stop.
 * @returns exit status (see `trainRun`)
 */
export async function runTraining(
  folder: string,
  options: Omit<RunTrainingOptions, 'signal'> = {},
): Promise<number> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const onMessage = (message: unknown) => {
    if ((message as Partial<StopMessage> | null)?.type === 'stop') stop();
  };
  const note = options.onNote ?? ((line: string) => process.stderr.write(`${line}\n`));
  process.on('SIGINT', stop).on('SIGTERM', stop).on('disconnect', stop).on('message', onMessage);
  // A terminal or parent that is gone must not end the run before it is saved.
  process.on('SIGHUP', stop);
  // The parent may be gone before this process came to listen.
  if (process.connected === false) stop();
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    return await trainRun(folder, { ...options, onNote: note, signal: controller.signal });
  } catch (error) {
    note(new RunError(messageOf(error)).message);
    return EXIT.failed;
  } finally {
    process
      .off('SIGINT', stop)
      .off('SIGTERM', stop)
      .off('disconnect', stop)
      .off('message', onMessage)
      .off('SIGHUP', stop);
    if (process.connected) process.disconnect();
  }
}
