import type { Random } from '../../base/index.ts';
import type { Shape } from '../render/index.ts';
import type { Physics } from './physics.ts';

/** Everything that makes one control task; `ControlEnv` runs any of them. */
export interface ControlTask {
  /** The model in MuJoCo's XML format; its first camera and its geoms make the picture (see `scene.ts`). */
  readonly model: string;
  /** Physics time steps per environment step. */
  readonly subSteps: number;
  /** Seconds per environment step. */
  readonly stepSeconds: number;
  /** Length of the state vector. */
  readonly stateSize: number;
  /** Draws an initial state into a freshly reset simulation; a forward pass follows. */
  start(physics: Physics, random: Random): void;
  /** The state vector, in the order of the DeepMind Control Suite's observations. */
  state(physics: Physics): ArrayLike<number>;
  /** Shapes for the picture beside the model's geoms, such as a string. */
  extras?(physics: Physics): Shape[];
  /** Reward of the present state and control, in [0, 1]. */
  reward(physics: Physics): number;
}
