// Builds the native engine's addon: `npm run build:native`. Needs a C++ compiler, make and Python 3.
//
// With --quietly (after an installation) it says nothing and always succeeds, downloads nothing, and gives up after
// a minute: the addon is an extra, without which everything works. CURLEW_SKIP_NATIVE=1 leaves it out.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { clearTimeout, setTimeout } from 'node:timers';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const OUTPUT = join(ROOT, 'native/build/Release');
const MANIFEST = join(OUTPUT, 'curlew.json');
const QUIET_SECONDS = 60;

const quietly = process.argv.includes('--quietly');

class Failure extends Error {}

/** Runs a program to its end; gives its output, or null where it is missing, fails or takes too long. */
function output(program, args) {
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', timeout: 5000 });
  return status === 0 ? stdout.trim() : null;
}

/** Full paths of a program in the folders of the PATH. */
function inPath(program) {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  return places.filter((file) => existsSync(file)).map((file) => realpathSync(file));
}

function compiler() {
  const candidates = [process.env.CXX, 'g++', 'clang++', 'c++'].filter(Boolean);
  const found = candidates.find((name) => output(name, ['--version']) !== null);
  if (!found) throw new Failure('there is no C++ compiler (g++ or clang++)');
  return found;
}

/** The node-gyp that npm brings. */
function nodeGyp() {
  const npms = [process.env.npm_execpath, ...inPath('npm')].filter(Boolean);
  const places = [
    process.env.npm_config_node_gyp,
    ...npms.map((npm) => join(dirname(npm), '../node_modules/node-gyp/bin/node-gyp.js')),
    join(dirname(process.execPath), '../lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js'),
  ];
  const found = places.find((file) => file && existsSync(file));
  if (!found) throw new Failure('there is no node-gyp, which comes with npm');
  return found;
}

/** Where Node's headers are, if they are here; Node-API is the same in all versions, so any Node's will do. */
function headers() {
  const nodes = [process.execPath, ...inPath('node')].map((node) => join(dirname(node), '..'));
  const places = [process.env.npm_config_nodedir, ...nodes, '/usr', '/usr/local', '/opt/homebrew'];
  return places.find((folder) => folder && existsSync(join(folder, 'include/node/node_api.h')));
}

/** Hash of what the addon is made from; `src/engine/kernels/native-load.ts` computes the same. */
function hashOfSources() {
  const hash = createHash('sha256');
  for (const folder of ['kernels/src', 'native/src']) {
    const entries = readdirSync(join(ROOT, folder), { withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    for (const name of files.sort())
      hash.update(`${folder}/${name}\n`).update(readFileSync(join(ROOT, folder, name)));
  }
  return hash.digest('hex');
}

/** Runs node-gyp, which starts further programs; when time is up or we are told to end, all of them end. */
function run(gyp, nodedir, cxx) {
  const args = [gyp, 'rebuild', '-C', join(ROOT, 'native'), '-j', 'max'];
  const child = spawn(process.execPath, nodedir ? [...args, `--nodedir=${nodedir}`] : args, {
    stdio: quietly ? 'ignore' : 'inherit',
    detached: true,
    env: { ...process.env, CXX: cxx },
  });
  const endAll = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All of them have ended.
    }
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, endAll);
  const timer = quietly ? setTimeout(endAll, QUIET_SECONDS * 1000) : undefined;
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Failure(`node-gyp does not start (${error.message})`)));
    child.once('exit', (status, signal) => {
      clearTimeout(timer);
      for (const name of signals) process.off(name, endAll);
      if (status === 0) resolve();
      else reject(new Failure(`node-gyp ended with ${signal ?? `status ${status}`}`));
    });
  });
}

/** The engine takes the addon only with this file beside it, so a build that was cut short counts as none. */
function writeManifest(cxx, sources) {
  const manifest = {
    format: 1,
    platform: process.platform,
    arch: process.arch,
    compiler: output(cxx, ['--version'])?.split('\n')[0] ?? cxx,
    sources,
    addon: createHash('sha256')
      .update(readFileSync(join(OUTPUT, 'curlew.node')))
      .digest('hex'),
  };
  writeFileSync(`${MANIFEST}.new`, `${JSON.stringify(manifest, null, 2)}\n`);
  renameSync(`${MANIFEST}.new`, MANIFEST);
}

/** The addon was built from these sources before. */
function isBuilt(sources) {
  try {
    return JSON.parse(readFileSync(MANIFEST, 'utf8')).sources === sources;
  } catch {
    return false;
  }
}

async function build() {
  if (process.platform === 'win32') throw new Failure('Windows has no compiler for these sources');
  const sources = hashOfSources();
  if (quietly && isBuilt(sources)) return;
  const cxx = compiler();
  const gyp = nodeGyp();
  const nodedir = headers();
  if (!nodedir && quietly) throw new Failure("Node's headers are not here, and nothing is to be downloaded");
  try {
    await run(gyp, nodedir, cxx);
    writeManifest(cxx, sources);
  } catch (error) {
    rmSync(join(ROOT, 'native/build'), { recursive: true, force: true });
    throw error;
  }
}

try {
  if (!quietly || process.env.CURLEW_SKIP_NATIVE !== '1') await build();
  if (!quietly) console.log('The native engine is built; `curlew doctor` shows whether it works.');
} catch (error) {
  if (!quietly) {
    console.error(`The native engine cannot be built: ${error instanceof Failure ? error.message : error}.`);
    process.exitCode = 1;
  }
}
