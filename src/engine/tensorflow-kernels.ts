import * as tf from './tensorflow.ts';

type Kernel = (args: {
  inputs: Record<string, tf.Tensor4D>;
  attrs: Attributes;
  backend: unknown;
}) => tf.Tensor4D;
type Attributes = Record<string, unknown>;

/** Below every value that a network has: what a maximum over padding must not see. */
const LOWEST = -3.4e38;

/** Kernels that the tensorflow backend lacks, or has for fewer arguments, composed from its own. */
export function installTensorflowKernels(): void {
  if (tf.getKernel('CurlewDense', 'tensorflow')) return;
  register('CurlewDense', dense);
  register('CurlewReluGrad', reluGradient);
  register('MaxPool', maxPool(replaced('MaxPool')));
  register('MaxPoolGrad', maxPoolGradient(replaced('MaxPoolGrad')));
}

function register(kernelName: string, kernel: unknown): void {
  tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc: kernel as tf.KernelFunc });
}

function replaced(name: string): Kernel {
  const { kernelFunc } = tf.getKernel(name, 'tensorflow');
  tf.unregisterKernel(name, 'tensorflow');
  return kernelFunc as unknown as Kernel;
}

/**
 * The dense layer from whole operations: on this backend a tensor's shape lies with its values, so that a matrix cannot
 * be passed off as a batch of one.
 */
function dense({ inputs, attrs }: { inputs: Record<string, tf.Tensor2D>; attrs: Attributes }): tf.Tensor {
  return tf.tidy(() => {
    const y = tf.add(tf.matMul(inputs.x, inputs.kernel), inputs.bias);
    return attrs.relu ? tf.relu(y) : y;
  });
}

/** What the library makes of its operations: see its `nodejs_kernel_backend`. */
interface Backend {
  binding: { TF_ATTR_TYPE: number; TF_FLOAT: number };
  executeSingleOutput(name: string, attributes: object[], inputs: tf.Tensor[]): tf.Tensor;
}

/** One operation of libtensorflow instead of the several that `tf.step` takes. */
function reluGradient({
  inputs,
  backend,
}: {
  inputs: Record<string, tf.Tensor>;
  backend: Backend;
}): tf.Tensor {
  const { TF_ATTR_TYPE: type, TF_FLOAT: value } = backend.binding;
  return backend.executeSingleOutput('ReluGrad', [{ name: 'T', type, value }], [inputs.dy, inputs.y]);
}

/** As many rows and columns on every side as a number says; the library knows none and as many as needed. */
function padded(x: tf.Tensor4D, pad: number): tf.Tensor4D {
  const both: [number, number] = [pad, pad];
  return tf.pad(x, [[0, 0], both, both, [0, 0]], LOWEST);
}

const maxPool =
  (library: Kernel): Kernel =>
  ({ inputs, attrs, backend }) => {
    const { pad } = attrs;
    if (typeof pad !== 'number') return library({ inputs, attrs, backend });
    return tf.tidy(() =>
      library({ inputs: { x: padded(inputs.x, pad) }, attrs: { ...attrs, pad: 'valid' }, backend }),
    );
  };

const maxPoolGradient =
  (library: Kernel): Kernel =>
  ({ inputs, attrs, backend }) => {
    const { pad } = attrs;
    if (typeof pad !== 'number') return library({ inputs, attrs, backend });
    const { shape } = inputs.input;
    return tf.tidy(() => {
      const input = padded(inputs.input, pad);
      const gradient = library({ inputs: { ...inputs, input }, attrs: { ...attrs, pad: 'valid' }, backend });
      return tf.slice(gradient, [0, pad, pad, 0], shape);
    });
  };
