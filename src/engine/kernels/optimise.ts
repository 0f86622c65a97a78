import type { TensorInfo } from '@tensorflow/tfjs-core';
import { areFloats, sizeOf } from './registry.ts';
import type { KernelArguments, OwnKernel } from './registry.ts';

interface AdamAttributes {
  count: number;
  lr: number;
  beta1: number;
  beta2: number;
  eps: number;
  /** 1 in the first step. */
  step: number;
  weightDecay?: number;
}

/**
 * One Adam step on all parameters, in place (inputs param0, grad0, m0, v0, param1, ...), as torch.optim.Adam does it:
 * g = grad + weightDecay * param, m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
 * param -= lr / (1 - beta1^t) * m / (sqrt(v) / sqrt(1 - beta2^t) + eps)   (Kingma & Ba, arXiv 1412.6980).
 */
export const adam: OwnKernel = (args) => {
  const { count, lr, beta1, beta2, eps, step, weightDecay = 0 } = args.attrs as unknown as AdamAttributes;
  const table = tableOf(args, ['param', 'grad', 'm', 'v'], count);
  const rate = lr / (1 - beta1 ** step);
  const correction = 1 / Math.sqrt(1 - beta2 ** step);
  const { kernels, pool } = args.runtime;
  kernels.adam(pool, table, count, rate, beta2, 1 - beta1, 1 - beta2, correction, eps, weightDecay);
  return [];
};

/** target = (1 - tau) target + tau source for all pairs, in place (inputs target0, source0, target1, ...). */
export const movingAverage: OwnKernel = (args) => {
  const { count, tau } = args.attrs as unknown as { count: number; tau: number };
  const table = tableOf(args, ['target', 'source'], count);
  args.runtime.kernels.movingAverage(args.runtime.pool, table, count, tau);
  return [];
};

/** For each of `count` parameters: the addresses of the tensors in the named roles, then the number of values. */
function tableOf({ inputs, runtime }: KernelArguments, roles: string[], count: number): number {
  const words: number[] = [];
  for (let i = 0; i < count; i++) {
    const tensors = roles.map((role) => inputs[`${role}${i}`] as TensorInfo | undefined);
    const size = tensors[0] ? sizeOf(tensors[0]) : 0;
    tensors.forEach((tensor, r) => {
      if (!tensor || !areFloats(tensor) || sizeOf(tensor) !== size) {
        const what = tensor ? `${tensor.dtype} [${tensor.shape.join()}]` : 'missing';
        throw new Error(
          `${roles[r]}${i} is ${what}; it must be float32 like ${roles[0]}${i}, with ${size} values.`,
        );
      }
      words.push(runtime.pointer(tensor));
    });
    words.push(size);
  }
  return runtime.words(words);
}
