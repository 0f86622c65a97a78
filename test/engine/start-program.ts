import { startEngine, tf } from '../../src/engine/index.ts';

/** Run by start.test.ts: starts the engine with threads, computes, and returns. */
const { name, threads } = await startEngine({ threads: 2 });
const sum = tf.sum(tf.matMul(tf.ones([2, 3]), tf.ones([3, 1]))).dataSync()[0];
console.log(name, threads, sum);
