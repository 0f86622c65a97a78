import type { Env } from '../../src/envs/index.ts';

/** Chooses actions from all that the environment knows; begins anew with every episode. */
export type Policy = (env: Env<Float32Array>) => () => number | Float32Array;

export interface ScriptedPolicy {
  /** How it plays, in a few words. */
  what: string;
  policy: Policy;
  /** Episodes to score; fewer where it plans ahead. */
  episodes: number;
}
