import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { messageOf, RunError } from '../../base/index.ts';
import type { KernelFunctions } from './exports.ts';

/** Vector instructions of the addon's builds of the kernels. */
export type NativeSimd = 'avx512' | 'avx2' | 'sse2' | 'neon' | 'portable';

/** The kernels at work on a memory, with their threads. */
export interface NativeKernels extends KernelFunctions {
  /** Tells where the memory lies now. */
  attach(heap: Uint8Array): void;
  /** Ends the threads. */
  close(): void;
}

/** What `native/src/addon.cpp` exports. */
export interface NativeAddon {
  /** The builds that this processor can run, the fastest first. */
  variants(): NativeSimd[];
  start(variant: NativeSimd, heap: Uint8Array, threads: number): NativeKernels;
}

/** What `scripts/build-native.js` leaves beside the addon. */
interface Manifest {
  format: number;
  platform: string;
  arch: string;
  /** SHA-256 of the sources and of the addon. */
  sources: string;
  addon: string;
}

const ROOT = new URL('../../../', import.meta.url);
const FORMAT = 1;

/** Folder of the addon where it was built; at the same depth from `src` and from `dist`. */
export const NATIVE_FOLDER = new URL('native/build/Release/', ROOT);

/** What builds the addon: a clone of the repository has the npm script, an installed package its program. */
export const BUILD_COMMAND = existsSync(new URL('src/', ROOT))
  ? 'npm run build:native'
  : `node ${fileURLToPath(new URL('scripts/build-native.js', ROOT))}`;

/** The addon was built here, or something was left by it. */
export function isNativeBuilt(folder = NATIVE_FOLDER): boolean {
  return existsSync(new URL('curlew.json', folder));
}

/**
 * Loads the addon after making sure that it is whole, and made for this machine from these sources: loading a
 * damaged one would end the process, and running a stale one could.
 * @throws RunError that says what is wrong and how to build it anew
 */
export function loadAddon(folder = NATIVE_FOLDER): NativeAddon {
  const file = fileURLToPath(new URL('curlew.node', folder));
  const fail = (what: string): never => {
    throw new RunError(`The addon ${file} ${what}; \`${BUILD_COMMAND}\` builds it anew.`);
  };
  let manifest: Manifest;
  let bytes: Uint8Array;
  try {
    manifest = JSON.parse(readFileSync(new URL('curlew.json', folder), 'utf8')) as Manifest;
    bytes = readFileSync(file);
  } catch (error) {
    return fail(`cannot be read (${messageOf(error)})`);
  }
  const { format, platform, arch, sources, addon } = manifest;
  if (format !== FORMAT) fail(`is of format ${format}, not ${FORMAT}`);
  if (platform !== process.platform || arch !== process.arch)
    fail(`was built for ${platform} ${arch}, this is ${process.platform} ${process.arch}`);
  if (addon !== createHash('sha256').update(bytes).digest('hex')) fail('is damaged');
  if (sources !== hashOfSources()) fail('was built from other sources than these');
  const module = { exports: {} };
  try {
    process.dlopen(module, file);
  } catch (error) {
    return fail(`cannot be loaded (${messageOf(error).split('\n')[0]})`);
  }
  return module.exports as NativeAddon;
}

/** Hash of what the addon is made from; `scripts/build-native.js` computes the same. */
function hashOfSources(): string {
  const hash = createHash('sha256');
  for (const folder of ['kernels/src', 'native/src']) {
    const entries = readdirSync(new URL(folder, ROOT), { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    for (const name of files.sort())
      hash.update(`${folder}/${name}\n`).update(readFileSync(new URL(`${folder}/${name}`, ROOT)));
  }
  return hash.digest('hex');
}
