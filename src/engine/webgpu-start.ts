import type { RunningEngine, StartOptions } from './engine.ts';
import { importSilently, locate } from './optional.ts';
import * as tf from './tensorflow.ts';
import { SynchronousReader } from './webgpu-read.ts';

const DAWN = 'webgpu';
const LIBRARY = '@tensorflow/tfjs-backend-webgpu';

/** What we use of an adapter and its device; the names are WebGPU's. */
interface Adapter {
  readonly info: { vendor: string; architecture: string; device: string; description: string };
  readonly limits: Record<string, number>;
  readonly isFallbackAdapter?: boolean;
  requestDevice(descriptor: { requiredLimits: Record<string, number> }): Promise<Device>;
}

interface Device {
  destroy(): void;
  addEventListener(type: 'uncapturederror', listener: (event: { error: Error }) => void): void;
}

interface Gpu {
  requestAdapter(options: Record<string, string>): Promise<Adapter | null>;
}

interface Dawn {
  create(options: string[]): Gpu;
  globals: Record<string, unknown>;
}

/** The limits that the library's kernels are written for: as much as the adapter has. */
const LIMITS = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
];

/** Renderers that compute on the processor, and far slower than our own kernels do. */
const SOFTWARE = /llvmpipe|lavapipe|softpipe|swiftshader|basic render|\bwarp\b/i;

/** Why webgpu cannot be had here. */
export function missingWebgpu(): string | null {
  if (locate(DAWN, 'webgpu') && locate(LIBRARY, 'webgpu')) return null;
  return 'not installed: `curlew engine install webgpu` installs it';
}

/**
 * Starts TensorFlow.js's WebGPU backend on Dawn. `CURLEW_WEBGPU` holds options of Dawn, separated by commas, such as
 * `backend=vulkan,adapter=NVIDIA`.
 * @throws Error where there is no adapter; with `auto` also where there is only one in software
 */
export async function startWebgpuEngine({ auto }: StartOptions): Promise<RunningEngine> {
  const files = [locate(DAWN, 'webgpu'), locate(LIBRARY, 'webgpu')];
  if (!files[0] || !files[1]) throw new Error('it is not installed');
  const dawn = (await importSilently(files[0])) as Dawn;
  const { gpu, adapter } = await findAdapter(dawn);
  const name =
    [adapter.info.device, adapter.info.description, adapter.info.vendor].find(Boolean) ?? 'unnamed';
  const software = adapter.isFallbackAdapter === true || SOFTWARE.test(name);
  if (auto && software) throw new Error(`there is only a software adapter (${name})`);

  provideGlobals(dawn, gpu);
  const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
  const reader = new SynchronousReader();
  const device = await reader.watch(() => adapter.requestDevice({ requiredLimits }));
  let complained = false;
  device.addEventListener('uncapturederror', ({ error }) => {
    if (!complained) process.stderr.write(`webgpu: ${error.message.split('\n')[0]}\n`);
    complained = true;
  });
  const library = ((await importSilently(files[1])) as { default: Library }).default;
  const backend = new library.WebGPUBackend(device, adapter.info);
  backend.readSync = (dataId) => reader.read(backend as never, dataId);
  if (tf.findBackendFactory('webgpu')) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend, 3);
  if (!(await tf.setBackend('webgpu'))) throw new Error('TensorFlow.js refused the webgpu backend');
  return {
    threads: 1,
    simd: 'none',
    device: name,
    kernels: 'library',
    notes: software ? [`webgpu: ${name} computes on the processor, for tests only`] : [],
    stop: () => {
      tf.removeBackend('webgpu');
      device.destroy();
      return Promise.resolve();
    },
  };
}

interface Library {
  WebGPUBackend: new (device: Device, info: Adapter['info']) => tf.KernelBackend;
}

/** The first adapter of Dawn's own choice, else one of OpenGL ES, which has the smaller feature set. */
async function findAdapter(dawn: Dawn): Promise<{ gpu: Gpu; adapter: Adapter }> {
  const wanted = (process.env.CURLEW_WEBGPU ?? '').split(',').filter(Boolean);
  const attempts: [string[], Record<string, string>][] = [
    [wanted, { powerPreference: 'high-performance' }],
    [[...wanted, 'backend=opengles'], { featureLevel: 'compatibility' }],
  ];
  for (const [options, request] of attempts) {
    const gpu = dawn.create(options);
    const adapter = await gpu.requestAdapter(request);
    if (adapter) return { gpu, adapter };
  }
  throw new Error('there is no WebGPU adapter (a GPU with a driver for Vulkan, Metal or Direct3D 12)');
}

/** The library expects what a browser has: WebGPU's constants and `navigator.gpu`. */
function provideGlobals(dawn: Dawn, gpu: Gpu): void {
  for (const [name, value] of Object.entries(dawn.globals)) {
    if (!(name in globalThis)) Object.assign(globalThis, { [name]: value });
  }
  Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
}
