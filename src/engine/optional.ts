import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Engines whose packages do not come with this one. */
export type OptionalEngine = 'tensorflow' | 'webgpu';

/** Folder that `curlew engine install` fills for an engine; `CURLEW_ENGINES` names another place for all of them. */
export function engineFolder(engine: OptionalEngine): string {
  return join(process.env.CURLEW_ENGINES || join(homedir(), '.curlew', 'engines'), engine);
}

/**
 * Main file of a package, looked for as any import of this one is (a project that installed it beside Curlew), then in
 * the current folder's project, then in the engine's own folder; null where it is in none of them.
 */
export function locate(packageName: string, engine: OptionalEngine): string | null {
  const places = [import.meta.url, join(process.cwd(), 'none.js'), join(engineFolder(engine), 'none.js')];
  for (const place of places) {
    try {
      return createRequire(place).resolve(packageName);
    } catch {
      // The next place.
    }
  }
  return null;
}

/**
 * Imports a file with the console silent: a package with TensorFlow.js copies of its own registers kernels and platform
 * once more, and says so many times. All copies share one registry and one engine, so that is harmless.
 */
export async function importSilently(file: string): Promise<unknown> {
  const { warn, log } = console;
  console.warn = console.log = () => {};
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    Object.assign(console, { warn, log });
  }
}
