import { partOf } from '../base/index.ts';
import { collect } from './pretrain-collect.ts';
import { LoopSupport, checkMetrics, type Progress } from './loop.ts';
import type { OffPolicyOptions } from './off-policy.ts';
import { loadPolicy } from './pretrain-source.ts';

/**
 * Pretraining: collects `pretrain.frames` agent steps, then makes `steps` updates of the objective on them. Steps of
 * the run are updates. The frames belong to the checkpoint, so that a run which was cut goes on with the same ones and
 * gives the same values as one that never stopped.
 */
export class Pretraining {
  readonly #options: OffPolicyOptions;
  readonly #loop: LoopSupport;

  constructor(options: OffPolicyOptions) {
    this.#options = options;
    this.#loop = new LoopSupport(options);
    if (!options.checkpoint) return;
    const { snapshot } = options.checkpoint;
    this.#loop.resume(partOf(snapshot, 'loop').values.progress as unknown as Progress);
    options.parts.learner.restore(partOf(snapshot, 'learner'));
  }

  /** Runs to the end or until the signal; what was learned is saved either way. @throws Divergence, RunError */
  async run(): Promise<'finished' | 'interrupted'> {
    const { experiment, parts } = this.#options;
    const { steps, checkpoint } = experiment;
    const loop = this.#loop;
    if (parts.replay.size === 0 && !(await this.#collect())) return 'interrupted';
    for (;;) {
      const { agentStep } = loop.progress;
      await loop.turn();
      const last = agentStep >= steps;
      const due = agentStep > 0 && agentStep % checkpoint.every === 0;
      if ((last || loop.stopped || due) && loop.savedAt !== agentStep)
        await loop.save({ tensors: {}, values: {} }, parts.replay);
      if (last) return 'finished';
      if (loop.stopped) return 'interrupted';
      await this.#update();
    }
  }

  /** False when asked to stop: there is nothing worth saving yet. */
  async #collect(): Promise<boolean> {
    const { experiment, parts, signal, recorder } = this.#options;
    const { frames, episodeSteps, hold, policyFrom } = experiment.pretrain!;
    this.#loop.enterPhase('random');
    this.#loop.stopwatch.enter('env');
    const source = policyFrom === undefined ? null : await loadPolicy(policyFrom, experiment);
    const seen = collect(parts.env, parts.actions, {
      ...{ steps: frames, episodeSteps, hold, seed: experiment.seed, signal, policy: source?.policy },
      onBeat: () => recorder.status('random', 0),
    });
    for await (const { observation, step } of seen) {
      if (step) parts.replay.add({ ...step, observation });
      else parts.replay.start(observation);
      this.#loop.show(parts.env, observation);
    }
    source?.close();
    return signal?.aborted !== true;
  }

  async #update(): Promise<void> {
    const { experiment, parts, recorder } = this.#options;
    const { progress, stopwatch } = this.#loop;
    this.#loop.enterPhase('learning');
    const log = (progress.agentStep + 1) % experiment.train.logEvery === 0;
    stopwatch.enter('replay');
    const batch = parts.learner.sample(parts.replay);
    stopwatch.enter('update');
    const metrics = await parts.learner.update(batch, { log });
    stopwatch.enter('other');
    checkMetrics(metrics, progress.agentStep + 1);
    progress.agentStep++;
    progress.updates++;
    const counters = { ...this.#loop.counters(), envStep: 0 };
    if (metrics) recorder.metrics('train', counters, metrics);
    if (log) recorder.metrics('timing', counters, { ...this.#loop.timing(), 'speed.env': 0 });
  }
}
