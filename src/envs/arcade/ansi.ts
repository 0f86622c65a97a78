import { halfBlocks, type ColorDepth } from '../../runs/index.ts';
import type { Env } from '../env.ts';

/**
 * What an environment's `render` shows, as lines for a terminal: half blocks, two pixels in each character.
 *
 * @param columns characters across; half as many lines.
 * @example
 * console.log(ansi(env, 84).join('\n'));
 */
export function ansi(env: Pick<Env, 'render'>, columns = 84, depth: ColorDepth = 'truecolor'): string[] {
  const picture = env.render({ width: columns, height: columns });
  return halfBlocks(picture, columns, Math.ceil(columns / 2), depth);
}
