import { joinSnapshots, partOf, type Snapshot } from '../base/index.ts';
import { observationTensor, type Agent, type Metrics, type Task } from '../agents/index.ts';
import { tf } from '../engine/index.ts';
import type { ReplayBuffer } from '../replay/index.ts';
import type { Learner } from './types.ts';

/** What one update reads from the replay buffer. */
export interface StateBatch {
  /** Bytes of float32 states. */
  observations: Uint8Array;
  nextObservations: Uint8Array;
  actions: Float32Array;
  rewards: Float32Array;
  terminated: Float32Array;
}

export interface StateLearnerOptions {
  agent: Agent;
  task: Task;
  batchSize: number;
}

/** An agent that learns from state vectors: there is nothing to crop, and no objective beside it. */
export class StateLearner implements Learner<StateBatch> {
  readonly agent: Agent;
  readonly #options: StateLearnerOptions;

  constructor(options: StateLearnerOptions) {
    this.agent = options.agent;
    this.#options = options;
  }

  act(observation: Uint8Array, options: { deterministic: boolean }): Float32Array {
    return this.agent.act(observation, 1, options);
  }

  sample(replay: ReplayBuffer): StateBatch {
    const indices = replay.sample(this.#options.batchSize);
    return {
      observations: replay.observations(indices),
      nextObservations: replay.nextObservations(indices),
      actions: replay.actions(indices),
      rewards: replay.rewards(indices),
      terminated: replay.terminated(indices),
    };
  }

  update(batch: StateBatch, { log }: { log: boolean }): Promise<Metrics | null> {
    const { batchSize, task } = this.#options;
    const metrics = tf.tidy(
      () =>
        this.agent.update(
          {
            observations: observationTensor(batch.observations, batchSize, task.observation),
            actions: tf.tensor2d(batch.actions, [batchSize, batch.actions.length / batchSize]),
            rewards: tf.tensor1d(batch.rewards),
            nextObservations: observationTensor(batch.nextObservations, batchSize, task.observation),
            terminated: tf.tensor1d(batch.terminated),
          },
          { log },
        ) as unknown as tf.TensorContainer,
    );
    return Promise.resolve(metrics as unknown as Metrics | null);
  }

  tensors(): number {
    return tf.memory().numTensors;
  }

  async state(): Promise<Snapshot> {
    return joinSnapshots({ agent: await this.agent.state() });
  }

  restore(snapshot: Snapshot): void {
    this.agent.restore(partOf(snapshot, 'agent'));
  }

  dispose(): void {
    this.agent.dispose();
  }
}
