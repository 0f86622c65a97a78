import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine, stopEngine, tf } from '../../src/engine/index.ts';
import { randomBatch, randomImages, smallAgent, smallCurl } from './fixture.ts';

beforeAll(async () => {
  await startEngine({ name: 'wasm', threads: 2 });
});
afterAll(stopEngine);

/** Resident memory in bytes once the garbage is gone. */
function resident(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage.rss();
}

test.each(['reference', 'joint'])(
  '1,000 updates of SAC and CURL hold tensors and resident memory flat (%s)',
  (order) => {
    const agent = smallAgent({ update: order });
    const learner = smallCurl(agent);
    if (agent.joint) learner.join();
    const batch = randomBatch(1, 32);
    const positives = randomImages(2, 32);
    const update = (times: number) => {
      for (let i = 0; i < times; i++) {
        const log = i % 100 === 0;
        const views = [batch.observations, positives];
        const auxiliary = agent.joint ? learner.auxiliary(views) : null;
        agent.update(batch, { log, auxiliary });
        if (!agent.joint) learner.update(views, { log });
      }
    };
    update(200);
    const before = { tensors: tf.memory().numTensors, bytes: tf.memory().numBytes };
    // The garbage collector enlarges its heap in jumps, at moments of its own choosing: one such jump may fall into a
    // round. A leak grows in every round.
    const growth: number[] = [];
    while (growth.length < 5 && !growth.some((ratio) => ratio < 1.05)) {
      const start = resident();
      update(1000);
      growth.push(resident() / start);
    }
    expect(tf.memory().numTensors).toBe(before.tensors);
    expect(tf.memory().numBytes).toBe(before.bytes);
    expect(Math.min(...growth)).toBeLessThan(1.05);
  },
);
