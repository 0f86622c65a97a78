import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, makeFolder, messageOf, RunError } from '../../base/index.ts';
import { engineFolder } from '../optional.ts';
import type { OptionalEngine } from '../optional.ts';
import { buildAddon } from './addon.ts';
import { call, npmInstall } from './process.ts';
import { fetchWheel, fetchWithCuda, givenWheel, TENSORFLOW, wheelPackage } from './wheel.ts';

const TFJS = '4.22.0';
const WEBGPU = '0.6.2';
const NODE_API_HEADERS = '1.9.0';

export interface InstallEngineOptions {
  engine: OptionalEngine;
  /** tensorflow: for CUDA GPUs. */
  gpu?: boolean;
  /** tensorflow: build the addon against the libtensorflow of a Python wheel: `true` fetches one, a path names one. */
  fromWheel?: boolean | string;
  /** Gets what is about to be downloaded, and what is done. */
  say(line: string): void;
}

/**
 * Installs an engine's packages into its own folder, `engineFolder(engine)`, where every Curlew of this user finds them.
 * @throws InputError, RunError in one line; what a failed installation left is removed
 */
export async function installEngine({
  engine,
  gpu = false,
  fromWheel = false,
  say,
}: InstallEngineOptions): Promise<void> {
  const folder = engineFolder(engine);
  // What can be said before anything is touched.
  if (engine === 'webgpu' && (gpu || fromWheel))
    throw new InputError('--gpu and --from-wheel belong to tensorflow.');
  if (fromWheel && process.platform !== 'linux')
    throw new InputError(`--from-wheel works on Linux only, this is ${process.platform}; leave it out.`);
  const before = existsSync(folder);
  makeFolder(folder);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  try {
    if (engine === 'webgpu') await installWebgpu(folder, say);
    else if (fromWheel) await installFromWheel(folder, gpu, fromWheel, say);
    else await installTensorflow(folder, gpu, say);
  } catch (error) {
    if (!before) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function installWebgpu(folder: string, say: (line: string) => void): Promise<void> {
  const packages = [
    `webgpu@${WEBGPU}`,
    `@tensorflow/tfjs-backend-webgpu@${TFJS}`,
    `@tensorflow/tfjs-core@${TFJS}`,
  ];
  say(`Downloads ${packages.join(', ')} with npm into ${folder}: 200 MB there.`);
  await npmInstall(folder, packages);
}

const libraryOf = (gpu: boolean) => `@tensorflow/tfjs-node${gpu ? '-gpu' : ''}`;

async function installFromWheel(
  folder: string,
  gpu: boolean,
  wheel: true | string,
  say: (line: string) => void,
): Promise<void> {
  const fetched = wheel === true;
  const python = gpu
    ? `tensorflow[and-cuda] ${TENSORFLOW} with pip, some gigabytes with CUDA's libraries`
    : `${wheelPackage(false)} ${TENSORFLOW} with pip, about 275 MB, of which 0.9 GB stay unpacked`;
  say(
    `Downloads ${libraryOf(gpu)} ${TFJS} with npm, 300 MB in ${folder}${fetched ? `, and ${python}` : ''}.`,
  );
  let libraries: string;
  if (wheel !== true) libraries = await givenWheel(wheel, folder);
  else libraries = gpu ? await fetchWithCuda(folder) : await fetchWheel(folder);
  rmSync(join(folder, 'wheel'), { recursive: true, force: true });
  await npmInstall(folder, [`${libraryOf(gpu)}@${TFJS}`, `node-api-headers@${NODE_API_HEADERS}`]);
  say('Builds the addon.');
  await buildAddon(join(folder, 'node_modules', libraryOf(gpu)), libraries);
}

/** The library with its own install step, which npm leaves out for packages that were not approved. */
async function installTensorflow(folder: string, gpu: boolean, say: (line: string) => void): Promise<void> {
  const library = libraryOf(gpu);
  const size = await sizeOf(libtensorflow(gpu));
  const what = `libtensorflow 2.9.1${gpu ? ' for CUDA 11.2' : ''}, ${size} compressed`;
  say(`Downloads ${library} ${TFJS} with npm, 300 MB in ${folder}, and ${what}.`);
  await npmInstall(folder, [`${library}@${TFJS}`]);
  const root = join(folder, 'node_modules', library);
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: { install: string };
  };
  const [program, ...args] = scripts.install.split(' ');
  const step = program === 'node' ? process.execPath : program;
  try {
    await call(step, args, { cwd: root, path: [join(folder, 'node_modules/.bin')] });
  } catch (error) {
    throw new RunError(`The install step of ${library} failed (${messageOf(error)}); try --from-wheel.`);
  }
}

/** Where the library's install step gets libtensorflow on most machines. */
function libtensorflow(gpu: boolean): string {
  const system =
    { linux: 'linux', darwin: 'darwin', win32: 'windows' }[process.platform as string] ?? 'linux';
  const kind = gpu && system !== 'darwin' ? 'gpu' : 'cpu';
  const extension = system === 'windows' ? 'zip' : 'tar.gz';
  const host =
    process.env.TFJS_NODE_CDN_STORAGE ?? process.env.CDN_STORAGE ?? 'https://storage.googleapis.com/';
  return `${host}tensorflow/libtensorflow/libtensorflow-${kind}-${system}-x86_64-2.9.1.${extension}`;
}

/** @throws RunError where the host does not answer, which the install step would take minutes to find out */
async function sizeOf(url: string): Promise<string> {
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(15_000) });
    const bytes = Number(answer.headers.get('content-length'));
    return bytes > 0 ? `${Math.round(bytes / 1e6)} MB` : 'of unknown size';
  } catch (error) {
    const { cause } = error as { cause?: unknown };
    throw new RunError(
      `${new URL(url).host}, from where libtensorflow comes, does not answer (${messageOf(cause ?? error)}); --from-wheel builds it from a Python wheel instead.`,
    );
  }
}
