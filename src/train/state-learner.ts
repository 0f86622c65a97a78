import { joinSnapshots, partOf, type Snapshot } from '../base/index.ts';
import { observationTensor } from '../agents/index.ts';
import type { Agent, Judgement, Metrics, Task, TransitionBatch } from '../agents/index.ts';
import { tf } from '../engine/index.ts';
import type { ReplayBuffer } from '../replay/index.ts';
import { drawTransitions, drawnTensors, type Draw, type DrawOptions } from './draw.ts';
import { StateNormaliser } from './state-normaliser.ts';
import type { Learner } from './types.ts';

/** What one update reads from the replay buffer. */
export interface StateBatch extends Draw {
  /** Bytes of float32 states. */
  observations: Uint8Array;
  nextObservations: Uint8Array;
}

export interface StateLearnerOptions {
  agent: Agent;
  task: Task;
  draw: DrawOptions;
  /** Whether states are brought to one scale first. */
  normalise: boolean;
}

/** An agent that learns from state vectors: there is nothing to crop, and no objective beside it. */
export class StateLearner implements Learner<StateBatch> {
  readonly agent: Agent;
  readonly #options: StateLearnerOptions;
  readonly #normaliser: StateNormaliser | null;

  constructor(options: StateLearnerOptions) {
    this.agent = options.agent;
    this.#options = options;
    this.#normaliser = options.normalise ? new StateNormaliser() : null;
  }

  act(observation: Uint8Array, options: { deterministic: boolean }): Float32Array {
    return this.agent.act(this.#normalised(observation), 1, options);
  }

  judge(observation: Uint8Array): Judgement {
    return this.agent.judge(this.#normalised(observation), 1);
  }

  sample(replay: ReplayBuffer): StateBatch {
    if (this.#normaliser && !this.#normaliser.ready) this.#normaliser.measure(replay);
    const drawn = drawTransitions(replay, this.#options.draw);
    const observations = this.#normalised(replay.observations(drawn.indices));
    const nextObservations = this.#normalised(replay.nextObservations(drawn.last));
    return { ...drawn, observations, nextObservations };
  }

  #normalised(states: Uint8Array): Uint8Array {
    return this.#normaliser?.apply(states) ?? states;
  }

  update(batch: StateBatch, { log }: { log: boolean }): Promise<Metrics | null> {
    const { task, draw } = this.#options;
    const images = (bytes: Uint8Array) => observationTensor(bytes, draw.batchSize, task.observation);
    const transitions: TransitionBatch = {
      observations: images(batch.observations),
      nextObservations: images(batch.nextObservations),
      ...drawnTensors(batch, draw.batchSize),
    };
    const errors = batch.prioritise ? new Float32Array(draw.batchSize) : undefined;
    const metrics = this.agent.update(transitions, { log, errors });
    tf.dispose(transitions as unknown as tf.TensorContainer);
    if (errors) batch.prioritise?.(errors);
    return Promise.resolve(metrics);
  }

  scaleLearningRates(factor: number): void {
    this.agent.scaleLearningRates?.(factor);
  }

  tensors(): number {
    return tf.memory().numTensors;
  }

  async state(): Promise<Snapshot> {
    const normaliser = this.#normaliser?.state();
    return joinSnapshots({ agent: await this.agent.state(), ...(normaliser && { normaliser }) });
  }

  restore(snapshot: Snapshot): void {
    this.agent.restore(partOf(snapshot, 'agent'));
    this.#normaliser?.restore(partOf(snapshot, 'normaliser'));
  }

  dispose(): void {
    this.agent.dispose();
  }
}
