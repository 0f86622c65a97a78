import { MOST_LANES } from './exports.ts';
import { areFloats, output } from './registry.ts';
import type { OwnKernel } from './registry.ts';

/** (x - mean) / sqrt(variance + eps) * gamma + beta for each row of x [B, D]; gives y, mean [B], 1 / std [B]. */
export const layerNorm: OwnKernel = ({ inputs: { x, gamma, beta }, attrs, backend, runtime }) => {
  const [rows, size] = x.shape;
  if (!areFloats(x, gamma, beta)) return null;
  const [y, mean, inverseStd] = [output(backend, x.shape), output(backend, [rows]), output(backend, [rows])];
  const { kernels, pool, pointer: at } = runtime;
  // prettier-ignore
  kernels.layerNorm(
    pool, at(x), at(gamma), at(beta), rows, size, attrs.eps as number, at(y), at(mean), at(inverseStd),
  );
  return [y, mean, inverseStd];
};

/** Gradients of `layerNorm` with respect to x, gamma and beta. */
export const layerNormGradient: OwnKernel = ({ inputs, backend, runtime }) => {
  const { dy, x, gamma, mean, inverseStd } = inputs;
  const [rows, size] = x.shape;
  if (!areFloats(dy, x, gamma)) return null;
  const [dx, dGamma, dBeta] = [output(backend, x.shape), output(backend, [size]), output(backend, [size])];
  const { kernels, pool, pointer: at } = runtime;
  const scratch = runtime.scratch(2 * Math.ceil(rows / 16) * (size + MOST_LANES));
  // prettier-ignore
  kernels.layerNormGradient(
    pool, at(dy), at(x), at(gamma), at(mean), at(inverseStd), rows, size, at(dx), at(dGamma), at(dBeta), scratch,
  );
  return [dx, dGamma, dBeta];
};

/** For each row of logits [B, K] and its int32 label: -log softmax(logits)[label], and softmax - one-hot label. */
export const softmaxCrossEntropy: OwnKernel = ({ inputs: { logits, labels }, backend, runtime }) => {
  const [rows, size] = logits.shape;
  if (!areFloats(logits) || labels.dtype !== 'int32') return null;
  const [loss, dLogits] = [output(backend, [rows]), output(backend, [rows, size])];
  const { kernels, pool, pointer: at } = runtime;
  kernels.softmaxCrossEntropy(pool, at(logits), at(labels), rows, size, at(loss), at(dLogits));
  return [loss, dLogits];
};
