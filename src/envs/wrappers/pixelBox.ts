import { InputError } from '../../base/index.ts';
import { Box } from '../spaces/index.ts';

/** The observation space as pictures `[height, width, channels]` of bytes. @throws InputError otherwise. */
export function pixelBox(space: unknown, wrapper: string): Box<'uint8'> {
  if (space instanceof Box && space.dtype === 'uint8' && space.shape.length === 3)
    return space as Box<'uint8'>;
  throw new InputError(`${wrapper} needs pictures [height, width, channels] of uint8, not ${String(space)}.`);
}
