import { afterAll, beforeAll, expect, test } from 'vitest';
import { Adam, Parameters, lossAndGradients, startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { randomImages, smallAgent, smallObjective } from '../agents/fixture.ts';

beforeAll(async () => {
  await startEngine({ name: 'cpu', threads: 1 });
});
afterAll(stopEngine);

test.each([0, 12])(
  'SimCLR v2 (memory %d) can be fine-tuned from the first layer of its head',
  async (memory) => {
    const agent = smallAgent();
    const learner = smallObjective('simclr-v2', agent, { hidden: 16, size: 8, memory });
    const images = randomImages(1, 6);
    expect(learner.represent(images).arraySync()).toEqual(agent.encoder.encode(images).arraySync());
    expect(learner.represent(images, 1).shape).toEqual([6, 16]);
    expect(learner.represent(images, 3).shape).toEqual([6, 8]);

    const whole = Parameters.join({ encoder: agent.encoder.parameters, head: learner.ownParameters });
    // Of the head the first layer alone: dense, then a batch norm.
    const first = whole.names.map((name) => name.startsWith('encoder/') || /\/(dense|norm)0\//.test(name));
    const all = whole.filter((variable) => first[whole.variables.indexOf(variable)]);
    const readout = (x: tf.Tensor2D) =>
      tf.mean(tf.square(tf.sub(tf.sum(x, 1), [0, 1, 2, 3, 4, 5]))) as tf.Scalar;
    const before = await whole.save();
    const adam = new Adam(all, { learningRate: 1e-3 });
    const step = () =>
      tf
        .tidy(() => {
          const { loss, gradients } = lossAndGradients(() => readout(learner.represent(images, 1)), all);
          adam.apply(gradients);
          return tf.keep(loss);
        })
        .dataSync()[0];
    const loss = step();
    for (let i = 0; i < 5; i++) step();
    expect(step()).toBeLessThan(loss);
    const after = await whole.save();
    const moved = Object.keys(before).filter((name) => `${after[name].data}` !== `${before[name].data}`);
    expect(moved.some((name) => name.startsWith('encoder/trunk'))).toBe(true);
    expect(moved.some((name) => name.includes('dense0/kernel'))).toBe(true);
    // Later layers of the head stay out of it.
    expect(moved.filter((name) => /dense[12]/.test(name))).toEqual([]);
  },
);
