import type { WasmHeap } from '../heap.ts';
import { convForward, convReluParameterGradients, filterGradient, inputGradient } from './convolution.ts';
import { bytesToFloat, reluGradient } from './elementwise.ts';
import type { Simd } from './load.ts';
import { product } from './matmul.ts';
import { adam, movingAverage } from './optimise.ts';
import { registerKernels } from './registry.ts';
import type { OwnKernel } from './registry.ts';
import { layerNorm, layerNormGradient, softmaxCrossEntropy } from './rows.ts';
import { NativeRuntime } from './native-runtime.ts';
import type { NativeSimd } from './native-load.ts';
import type { KernelRuntime } from './runtime.ts';
import { sum } from './sum.ts';
import { WasmRuntime } from './wasm-runtime.ts';

export { detectSimd, KERNEL_FOLDER } from './load.ts';
export type { Simd } from './load.ts';
export { ThreadsUnavailable } from './threads.ts';
export { BUILD_COMMAND, isNativeBuilt, loadAddon, NATIVE_FOLDER } from './native-load.ts';
export type { NativeAddon, NativeSimd } from './native-load.ts';

/** Our kernels in use. */
export interface KernelSet {
  readonly simd: Simd | NativeSimd;
  /** Threads, the calling one included. */
  readonly threads: number;
  /** Puts the former kernels back. */
  uninstall(): void;
  /** Ends the threads and gives the memory back; to be called after `uninstall`. */
  close(): Promise<void>;
}

export interface InstallOptions {
  /** Default: the best that this machine has. */
  simd?: Simd;
  /** Folder of the prebuilt modules. */
  folder?: URL;
}

const KERNELS: Record<string, OwnKernel> = {
  // In place of the library's.
  Conv2D: convForward,
  FusedConv2D: convForward,
  Conv2DBackpropFilter: filterGradient,
  Conv2DBackpropInput: inputGradient,
  BatchMatMul: product,
  _FusedMatMul: product,
  Sum: sum,
  // Ours alone; `src/engine/ops` calls them.
  CurlewConvReluParameterGrads: convReluParameterGradients,
  CurlewConvReluInputGrad: inputGradient,
  CurlewReluGrad: reluGradient,
  CurlewAdam: adam,
  CurlewEma: movingAverage,
  CurlewBytesToFloat: bytesToFloat,
  CurlewLayerNorm: layerNorm,
  CurlewLayerNormGrad: layerNormGradient,
  CurlewSoftmaxCrossEntropy: softmaxCrossEntropy,
};

/**
 * Starts our kernels on the wasm backend's memory, with its threads where the memory is shared, and registers them.
 * @throws RunError when a kernel file is missing or damaged, or when a thread does not start
 */
export async function installKernels(heap: WasmHeap, options: InstallOptions = {}): Promise<KernelSet> {
  return register(await WasmRuntime.start(heap, options.simd, options.folder));
}

export interface InstallNativeOptions {
  /** Threads, the calling one included. */
  threads: number;
  /** Default: the best that this processor has. */
  simd?: NativeSimd;
  /** Folder of the addon. */
  folder?: URL;
}

/**
 * The same with the kernels compiled for this processor.
 * @throws RunError when the addon is missing, damaged or of another machine, or when a thread does not start
 */
export function installNativeKernels(
  heap: WasmHeap,
  { threads, simd, folder }: InstallNativeOptions,
): KernelSet {
  return register(NativeRuntime.start(heap, threads, simd, folder));
}

function register<R extends KernelRuntime & { simd: KernelSet['simd'] }>(runtime: R): KernelSet {
  const uninstall = registerKernels(KERNELS, runtime);
  return { simd: runtime.simd, threads: runtime.threads, uninstall, close: () => runtime.close() };
}
