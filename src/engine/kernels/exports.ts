/** Address in the backend's memory, in bytes; 0 where a kernel takes nothing. */
export type Pointer = number;

/** Most floats of a vector, over all builds: scratch space is laid out in whole vectors. */
export const MOST_LANES = 16;

/** The functions of the compiled kernels; `kernels/src/kernels.cpp` says what each does. */
export interface KernelFunctions {
  poolLost(pool: Pointer): number;
  convScratch(shape: Pointer, which: 0 | 1 | 2, threads: number): number;
  // prettier-ignore
  convForward(
    pool: Pointer, shape: Pointer, x: Pointer, filter: Pointer, bias: Pointer, relu: number, y: Pointer, scratch: Pointer,
  ): void;
  // prettier-ignore
  convFilterGradient(
    pool: Pointer, shape: Pointer, x: Pointer, dy: Pointer, y: Pointer, dFilter: Pointer, dBias: Pointer,
    scratch: Pointer,
  ): void;
  // prettier-ignore
  convInputGradient(
    pool: Pointer, shape: Pointer, dy: Pointer, y: Pointer, filter: Pointer, dx: Pointer, scratch: Pointer,
  ): void;
  productScratch(rows: number, inner: number, columns: number, threads: number): number;
  // prettier-ignore
  product(
    pool: Pointer, rows: number, inner: number, columns: number, transposeA: number, transposeB: number,
    a: Pointer, b: Pointer, bias: Pointer, relu: number, c: Pointer, threads: number, scratch: Pointer,
  ): void;
  sumRows(pool: Pointer, x: Pointer, rows: number, columns: number, y: Pointer, scratch: Pointer): void;
  sumAll(pool: Pointer, x: Pointer, size: number, y: Pointer, scratch: Pointer): void;
  // prettier-ignore
  adam(
    pool: Pointer, table: Pointer, count: number, rate: number, beta2: number, rest1: number, rest2: number,
    correction: number, epsilon: number, weightDecay: number,
  ): void;
  movingAverage(pool: Pointer, table: Pointer, count: number, tau: number): void;
  bytesToFloat(pool: Pointer, bytes: Pointer, size: number, scale: number, y: Pointer): void;
  reluGradient(pool: Pointer, dy: Pointer, y: Pointer, size: number, dx: Pointer): void;
  // prettier-ignore
  layerNorm(
    pool: Pointer, x: Pointer, gamma: Pointer, beta: Pointer, rows: number, size: number, epsilon: number,
    y: Pointer, mean: Pointer, inverseStd: Pointer,
  ): void;
  // prettier-ignore
  layerNormGradient(
    pool: Pointer, dy: Pointer, x: Pointer, gamma: Pointer, mean: Pointer, inverseStd: Pointer, rows: number,
    size: number, dx: Pointer, dGamma: Pointer, dBeta: Pointer, scratch: Pointer,
  ): void;
  // prettier-ignore
  softmaxCrossEntropy(
    pool: Pointer, logits: Pointer, labels: Pointer, rows: number, size: number, loss: Pointer, dLogits: Pointer,
  ): void;
}

/** What the WebAssembly modules export. */
export interface KernelExports extends KernelFunctions {
  readonly __stack_pointer: WebAssembly.Global;
  poolBytes(): number;
  poolSetUp(pool: Pointer, threads: number): void;
  poolStop(pool: Pointer): void;
}
