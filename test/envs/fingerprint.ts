import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { listEnvs, make } from '../../src/envs/index.ts';

/** All tasks and games, and one distracted task of each level. */
export function ids(): string[] {
  const distracted = ['CheetahRun-Distract-easy', 'ReacherEasy-Distract-medium', 'WalkerWalk-Distract-hard'];
  const plain = listEnvs().flatMap(({ id }) => (id.includes('-Distract-') ? [] : [id]));
  return [...plain, ...distracted.map((name) => `control/${name}-v0`)];
}

/** Pictures, states and rewards of some steps in all environments at once, one hash each. */
export async function fingerprints(): Promise<Record<string, string>> {
  const envs = await Promise.all(
    ids().map(async (id) => {
      const env = await make(id, { size: 32, actionRepeat: 2 });
      env.actionSpace.seed(4);
      const hash = createHash('sha256').update(env.reset({ seed: 3 }).observation);
      return { id, env, hash };
    }),
  );
  for (let step = 0; step < 20; step++) {
    for (const { env, hash } of envs) {
      const { observation, reward, terminated, info } = env.step(env.actionSpace.sample());
      hash.update(observation).update(info.state!).update(Float64Array.of(reward));
      if (terminated) hash.update(env.reset().observation);
    }
  }
  return Object.fromEntries(
    envs.map(({ id, env, hash }) => {
      env.close();
      return [id, hash.digest('hex').slice(0, 16)];
    }),
  );
}

// Run by itself it prints them.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  process.stdout.write(JSON.stringify(await fingerprints()));
}
