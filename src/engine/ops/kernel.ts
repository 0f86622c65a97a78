import * as tf from '../tensorflow.ts';

/** Whether the running backend has a kernel of this name. */
export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

/** Runs a kernel of the running backend by name. */
export function runKernel<T extends tf.Tensor | tf.Tensor[]>(
  name: string,
  inputs: Record<string, tf.Tensor>,
  attributes: Record<string, unknown> = {},
): T {
  return tf
    .engine()
    .runKernel(name, inputs as unknown as tf.NamedTensorMap, attributes as unknown as tf.NamedAttrMap) as T;
}

/**
 * Makes sure that the running backend has the composite kernel `name`. Composite kernels call the backend's own
 * kernels and exist so that a gradient of ours can be registered for the whole.
 */
export function ensureKernel(name: string, kernel: (args: CompositeArguments) => tf.TensorInfo): void {
  if (hasKernel(name)) return;
  tf.registerKernel({
    kernelName: name,
    backendName: tf.getBackend(),
    kernelFunc: ({ inputs, attrs, backend }) =>
      kernel({
        inputs: inputs as Record<string, tf.TensorInfo>,
        attributes: (attrs ?? {}) as Record<string, unknown>,
        call: (called, calledInputs, calledAttributes) =>
          tf.getKernel(called, tf.getBackend()).kernelFunc({
            inputs: calledInputs as tf.NamedTensorInfoMap,
            attrs: calledAttributes as unknown as tf.NamedAttrMap,
            backend,
          }) as tf.TensorInfo,
      }),
  });
}

export interface CompositeArguments {
  inputs: Record<string, tf.TensorInfo>;
  attributes: Record<string, unknown>;
  /** Runs one of the backend's kernels. */
  call(
    kernel: string,
    inputs: Record<string, tf.TensorInfo>,
    attributes: Record<string, unknown>,
  ): tf.TensorInfo;
}
