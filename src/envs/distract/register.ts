import { z } from 'zod';
import { ControlEnv } from '../control/index.ts';
import type { ControlTask } from '../control/index.ts';
import { register } from '../registry.ts';
import { Distract, LEVELS } from './distract.ts';
import type { DistractOptions, DistractionLevel } from './distract.ts';

const options = z.strictObject({
  dynamic: z.boolean().default(true).describe('whether distractions change within an episode'),
  color: z.boolean().default(true).describe('whether colours are disturbed'),
  camera: z.boolean().default(true).describe('whether the camera is disturbed'),
  background: z.boolean().default(true).describe('whether a moving background replaces the sky'),
  backgrounds: z.enum(['train', 'test']).default('train').describe('which set of generated backgrounds'),
  backgroundFolder: z.string().optional().describe('a folder of PNG frames to use as background'),
});

/** How much of the floor hides the background: all of it where things walk, nothing in the reacher. */
function floorOpacity(name: string): number {
  if (name.startsWith('Reacher')) return 0;
  return /^(Walker|Cheetah)/.test(name) ? 1 : 0.3;
}

/** Registers `control/NAME-Distract-LEVEL-v0` at all levels for a task `NAME-v0`. */
export function registerDistracted(name: string, task: ControlTask, maxEpisodeSteps: number): void {
  const bare = name.replace(/-v\d+$/, '');
  for (const level of Object.keys(LEVELS) as DistractionLevel[]) {
    register({
      id: `control/${bare}-Distract-${level}-v0`,
      description: `${bare} with ${level} distractions of colour, camera and background`,
      maxEpisodeSteps,
      options,
      create: async (own) => {
        const distractions = { ...own, floorOpacity: floorOpacity(bare) } as unknown as DistractOptions;
        return new Distract(await ControlEnv.create(task), level, distractions);
      },
    });
  }
}
