import * as tf from '../tensorflow.ts';
import type { Parameters } from '../parameters.ts';
import { hasKernel, runKernel } from './kernel.ts';

/** Exponential moving average: target <- (1 - tau) target + tau online, for every parameter. */
export function emaStep(target: Parameters, online: Parameters, tau: number): void {
  const targets = target.variables;
  const sources = online.variables;
  tf.tidy(() => {
    if (hasKernel('CurlewEma')) {
      const inputs: Record<string, tf.Tensor> = {};
      targets.forEach((variable, i) => {
        inputs[`target${i}`] = variable;
        inputs[`source${i}`] = sources[i];
      });
      runKernel('CurlewEma', inputs, { count: targets.length, tau });
    } else {
      targets.forEach((variable, i) =>
        variable.assign(tf.add(tf.mul(variable, 1 - tau), tf.mul(sources[i], tau))),
      );
    }
  });
}
