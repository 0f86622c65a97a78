/** Encoders that the engine benchmark trains, both on 9 channels with 3x3 convolutions of 32 filters. */
export const SIZES = {
  /** 48x48: 0.86 GFLOP forward at batch 128. */
  S: { side: 48, strides: [2, 2, 1] },
  /** 84x84, CURL's own encoder: 11.3 GFLOP forward at batch 128. */
  L: { side: 84, strides: [2, 1, 1, 1] },
} as const;

export type Size = keyof typeof SIZES;

export const BATCH = 128;
export const CHANNELS = 9;
export const FILTERS = 32;
export const FEATURES = 50;
export const HIDDEN = 1024;
export const ACTION_SIZE = 6;

/** PPO's rollout: environments x steps, learned from in 4 passes of 4 minibatches. */
export const ROLLOUT = { envs: 8, steps: 64 } as const;

/**
 * What is measured: one training step of the encoder, a whole update of SAC with CURL in one of its two orders, or one
 * rollout of PPO: choosing its actions and learning from it, without the environments.
 */
export type Work = 'step' | 'update' | 'joint' | 'ppo';

/** Runs that make up one sample: updates come in pairs, because actor and targets move at every second one. */
export const RUNS: Record<Work, Record<Size, number>> = {
  step: { S: 10, L: 1 },
  update: { S: 2, L: 2 },
  joint: { S: 2, L: 2 },
  ppo: { S: 1, L: 1 },
};

/** The peer's work that each of ours is compared with; the peer's script knows no other order than the reference's. */
export const PEER_WORK = { step: 'step', update: 'update', joint: 'update', ppo: 'ppo' } as const;

/** What the peer does each work with, in benchmarks/peers/. */
export const PEER_SCRIPT = {
  step: 'engine_step.py',
  update: 'curl_update.py',
  ppo: 'ppo_rollout.py',
} as const;

/** What the parent asks of a competitor, one JSON object a line. */
export interface Request {
  work: Work;
  size: Size;
  runs: number;
  /** Gives the operation table too. */
  profile?: boolean;
}
