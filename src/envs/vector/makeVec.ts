import { make } from '../make.ts';
import type { MakeOptions } from '../registry.ts';
import { SyncVectorEnv } from './syncVectorEnv.ts';
import type { AutoresetMode } from './syncVectorEnv.ts';

/**
 * Makes `numEnvs` copies of a registered environment as one vector environment.
 *
 * @example
 * const envs = await makeVec('control/CartpoleSwingup-v0', { numEnvs: 4, size: 64, actionRepeat: 8 });
 * const { observations } = envs.reset({ seed: 1 }); // [4, 64, 64, 3], seeds 1 to 4
 */
export async function makeVec(
  id: string,
  {
    numEnvs,
    autoreset,
    ...options
  }: { numEnvs: number; autoreset?: AutoresetMode } & MakeOptions & Record<string, unknown>,
): Promise<SyncVectorEnv<Uint8Array, Float32Array | number>> {
  const envs = await Promise.all(Array.from({ length: numEnvs }, () => make(id, options)));
  return new SyncVectorEnv(envs, { autoreset });
}
