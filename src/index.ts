/**
 * Curlew as a library: everything that the command line is made of.
 *
 * @example
 * import { make } from 'curlew';
 * const env = await make('control/CartpoleSwingup-v0', { size: 84, actionRepeat: 8, frameStack: 3 });
 * const { observation } = env.reset({ seed: 1 });
 */
export * from './base/index.ts';
export * from './engine/index.ts';
export * from './runs/index.ts';
export * from './envs/index.ts';
export * from './replay/index.ts';
export * from './encoders/index.ts';
export * from './curl/index.ts';
export * from './agents/index.ts';
export * from './train/index.ts';
export * from './bench/index.ts';
