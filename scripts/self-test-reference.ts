/**
 * Writes src/engine/self-test-reference.ts: what the cpu backend's plain operations give for the self-test's net.
 * Run with `tsx scripts/self-test-reference.ts` after a change to that net.
 */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '../src/engine/tensorflow.ts';
import { join } from 'node:path';
import { writeFileAtomic } from '../src/base/index.ts';
import { fingerprint } from '../src/engine/fingerprint.ts';
import { selfTestGradients } from '../src/engine/self-test.ts';

tf.enableProdMode();
await tf.setBackend('cpu');
const gradients = await selfTestGradients({
  convRelu: (x, filter, bias, stride) => tf.relu(tf.add(tf.conv2d(x, filter, stride, 'valid'), bias)),
  dense: (x, weights, bias) => tf.add(tf.matMul(x, weights), bias),
  layerNorm: (x, gamma, beta) => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), gamma), beta);
  },
});
const short = (x: number) => Number(x.toPrecision(7));
const lines = Object.entries(gradients).map(([name, values]) => {
  const { norm, projections } = fingerprint(values);
  return `  ${name}: { norm: ${short(norm)}, projections: [${projections.map(short).join(', ')}] },`;
});
const text = `import type { Fingerprint } from './fingerprint.ts';

/** Made by scripts/self-test-reference.ts on the cpu backend; do not edit. */
// prettier-ignore
export const REFERENCE: Record<string, Fingerprint> = {
${lines.join('\n')}
};
`;
const path = join(import.meta.dirname, '../src/engine/self-test-reference.ts');
writeFileAtomic(path, text);
