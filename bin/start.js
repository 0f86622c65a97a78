import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A path beside this folder. */
function at(path) {
  return new URL(`../${path}`, import.meta.url);
}

/**
 * Runs the TypeScript sources where they are (a clone of the repository), else the built files (the package).
 * @returns {Promise<void>}
 */
export async function run() {
  if (!existsSync(at('src/cli/main.ts'))) {
    await import(at('dist/cli/main.js').href);
    return;
  }
  const { register } = await import('tsx/esm/api');
  register({ tsconfig: fileURLToPath(at('tsconfig.json')) });
  await import(at('src/cli/main.ts').href);
}
