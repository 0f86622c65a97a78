import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AsyncVectorEnv, checkEnv, make } from '../../src/envs/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'curlew-external-'));
const file = join(folder, 'my-env.ts');

/** The template of the guide, as a user would save it. */
function template(): string {
  const guide = readFileSync(resolve('docs/environments.md'), 'utf8');
  return /<!-- test: template -->\s*```ts\n([\s\S]*?)```/.exec(guide)![1];
}

beforeAll(() => {
  writeFileSync(file, template());
  const more = `
export function dark(options, kit) { return new Lamp({ wind: 0 }, kit); }
dark.maxEpisodeSteps = 3;
export const number = 7;
`;
  writeFileSync(join(folder, 'more.ts'), template() + more);
  writeFileSync(join(folder, 'broken.ts'), 'export const = 3;');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('environments from a file', () => {
  test('the template of the guide passes the checker, with its options and its time limit', async () => {
    const env = await make(`${file}#Lamp`, { size: 24, wind: 0.3 });
    expect(env.spec).toMatchObject({ maxEpisodeSteps: 200, options: { wind: 0.3, size: 24 } });
    expect(env.observationSpace.shape).toEqual([24, 24, 3]);
    expect(checkEnv(env)).toEqual([]);
    await expect(make(`${file}#Lamp`, { wnd: 1 })).rejects.toThrow('did you mean wind');
    await expect(make(`${file}#Lamp`, { wind: -1 })).rejects.toThrow('wind');
  });

  test('a function makes one too', async () => {
    const env = await make(`${join(folder, 'more.ts')}#dark`, { size: 8 });
    env.reset({ seed: 1 });
    expect([0, 0, 0].map((action) => env.step(action).truncated)).toEqual([false, false, true]);
  });

  test('worker threads load it', async () => {
    const envs = await AsyncVectorEnv.create(`${file}#Lamp`, { numEnvs: 2, workers: 1 }, { size: 8 });
    const { infos } = await envs.reset({ seed: 3 });
    const one = await make(`${file}#Lamp`, { size: 8 });
    expect(infos[1].state).toEqual(one.reset({ seed: 4 }).info.state);
    await envs.close();
  });

  test.each([
    ['none.ts#Lamp', 'there is no file'],
    ['my-env.ts', '#Lamp'],
    ['my-env.ts#Lam', '#Lamp'],
    ['more.ts#number', 'does not export a class or function number'],
    ['broken.ts#Lamp', 'does not load'],
  ])('%s is refused in one line', async (id, message) => {
    const error: unknown = await make(join(folder, id)).catch((reason: unknown) => reason);
    expect((error as Error).message).toContain(message);
    expect((error as Error).message).not.toContain('\n');
  });
});
