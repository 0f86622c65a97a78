import { existsSync, mkdirSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { RunError } from '../../base/index.ts';
import { call, firstThatRuns } from './process.ts';

/** Node-API version of the addon: the highest that tfjs-node 4.22 looks for. */
const NAPI = 8;

/**
 * Compiles tfjs-node's own two source files against the libraries of a wheel.
 * @param library folder of the package tfjs-node or tfjs-node-gpu
 * @param wheel folder that holds `tensorflow/`
 * @throws RunError where there is no compiler, or the files do not compile
 */
export async function buildAddon(library: string, wheel: string): Promise<void> {
  const compiler = firstThatRuns([process.env.CXX, 'g++', 'clang++', 'c++']);
  if (!compiler) throw new RunError('There is no C++ compiler (g++ or clang++) to build the addon with.');
  const tensorflow = join(wheel, 'tensorflow');
  const output = join(library, 'lib', `napi-v${NAPI}`);
  mkdirSync(output, { recursive: true });
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(library, 'binding', name));
  await call(compiler, [
    ...['-std=c++17', '-O2', '-fPIC', '-shared', '-w', `-DNAPI_VERSION=${NAPI}`],
    ...[nodeHeaders(library), join(tensorflow, 'include'), library].map((folder) => `-I${folder}`),
    ...sources,
    ...['-o', join(output, 'tfjs_binding.node'), `-L${tensorflow}`, `-Wl,-rpath,${tensorflow}`],
    ...['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
  ]);
}

/** Folder of node_api.h: that of the package node-api-headers, else that of an installed Node. */
function nodeHeaders(library: string): string {
  const nodes = [
    process.execPath,
    ...(process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'node')),
  ];
  const installed = nodes
    .filter((node) => existsSync(node))
    .map((node) => join(dirname(realpathSync(node)), '..'));
  const places = [
    join(library, '../../node-api-headers/include'),
    ...installed.map((folder) => join(folder, 'include/node')),
  ];
  const found = places.find((folder) => existsSync(join(folder, 'node_api.h')));
  if (!found) throw new RunError("Node's headers (node_api.h) are not here.");
  return found;
}
