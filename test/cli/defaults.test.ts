import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { defaultsNote, experimentFrom } from '../../src/cli/training/experiment.ts';

const cartpole = { env: 'control/CartpoleSwingup-v0', agent: 'sac' };

describe('tuned settings of an environment and an agent', () => {
  test('those of the namespace, and over them those of the environment', () => {
    const { env, augment } = experimentFrom(undefined, cartpole);
    expect(env).toMatchObject({ actionRepeat: 8, size: 100 });
    expect(augment.crop).toBe(84);
    expect(experimentFrom(undefined, { ...cartpole, env: 'control/HopperHop-v0' }).env.actionRepeat).toBe(4);
  });

  test('are others for states', () => {
    const { env, agent, train } = experimentFrom(undefined, {
      ...cartpole,
      env: 'control/ReacherEasy-v0',
      set: ['env.observation=state'],
    });
    expect(env).toMatchObject({ actionRepeat: 4, frameStack: 1 });
    expect(agent).toMatchObject({ actorEvery: 1, hidden: 256 });
    expect(train.normaliseStates).toBe(true);
  });

  test('give way to options, and leave a file alone', () => {
    const set = ['env.actionRepeat=2', 'augment.crop=null'];
    const experiment = experimentFrom(undefined, { ...cartpole, set });
    expect(experiment.env.actionRepeat).toBe(2);
    expect(experiment.augment).toEqual({});
    expect(experimentFrom('quickstart', {}).env.actionRepeat).toBe(4);
    expect(defaultsNote('quickstart', cartpole)).toBeNull();
  });

  test('leave their crop out where pictures get another size', () => {
    const { env, augment } = experimentFrom(undefined, { ...cartpole, set: ['env.size=32'] });
    expect([env.size, augment.crop]).toEqual([32, undefined]);
  });

  test('are told in one line', () => {
    expect(defaultsNote(undefined, cartpole)).toBe(
      'tuned settings from experiments/defaults/sac/control.yaml and experiments/defaults/sac/cartpole-swingup.yaml; --set KEY=VALUE overrides them',
    );
    expect(defaultsNote(undefined, { env: './my-env.ts#MyEnv' })).toBeNull();
  });

  test('work for every environment that they name', () => {
    const names: Record<string, string> = { control: 'control/HopperHop-v0', arcade: 'arcade/Pong-v0' };
    const folder = new URL('../../experiments/defaults/', import.meta.url);
    for (const agent of readdirSync(folder)) {
      for (const file of readdirSync(new URL(`${agent}/`, folder))) {
        const [name, state] = file.replace(/\.yaml$/, '').split('.');
        const space = agent === 'sac' ? 'control' : 'arcade';
        const camel = name.replace(/(^|-)(.)/g, (_, __, letter: string) => letter.toUpperCase());
        const env = names[name] ?? `${space}/${camel}-v0`;
        const set = state ? ['env.observation=state'] : [];
        expect(defaultsNote(undefined, { env, agent, set }), file).toContain(file);
        expect(experimentFrom(undefined, { env, agent, set }).agent.id, file).toBe(agent);
      }
    }
  });
});
