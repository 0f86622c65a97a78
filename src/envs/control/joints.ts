import type { Random } from '../../base/index.ts';
import type { Physics } from './physics.ts';

/** MuJoCo's number for hinges. */
const HINGE = 3;

/**
 * Draws every joint with limits uniformly from its range and every hinge without limits from the whole circle;
 * slides without limits stay where they are.
 */
export function randomizeJoints(physics: Physics, random: Random): void {
  const range = physics.model('jnt_range');
  const types = physics.model('jnt_type');
  const qpos = physics.data('qpos');
  for (let joint = 0; joint < types.length; joint++) {
    const [low, high] = [range[2 * joint], range[2 * joint + 1]];
    if (low < high) qpos[joint] = random.uniform(low, high);
    else if (types[joint] === HINGE) qpos[joint] = random.uniform(-Math.PI, Math.PI);
  }
}

/** Draws states until nothing touches anything. */
export function untilFree(physics: Physics, draw: () => void): void {
  do {
    draw();
    physics.forward();
  } while (physics.contacts > 0);
}
