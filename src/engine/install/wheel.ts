import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { InputError, RunError } from '../../base/index.ts';
import { call, firstThatRuns } from './process.ts';
import { extract } from './zip.ts';

/** The release whose C API was tried with tfjs-node's addon. */
export const TENSORFLOW = '2.21.0';

const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'];

/** The libraries and the headers of the C API with what they include: 0.9 GB of the wheel's files. */
const WANTED =
  /^tensorflow\/(libtensorflow_(cc|framework)\.so\.2|include\/(tensorflow|tsl|xla\/tsl)\/(.*\/)?(c\/.*|ctstring\w*)\.h)$/;

/** Python's package of a wheel for this machine. */
export function wheelPackage(gpu: boolean): string {
  return gpu || process.arch !== 'x64' ? 'tensorflow' : 'tensorflow-cpu';
}

function python(): string {
  const found = firstThatRuns(['python3', 'python']);
  if (!found)
    throw new RunError(
      'There is no Python 3 with pip, which fetches the wheel; give a wheel: --from-wheel FILE.',
    );
  return found;
}

/** Fetches a wheel for the processor with pip and unpacks what is needed. @returns the folder that holds `tensorflow/` */
export async function fetchWheel(folder: string): Promise<string> {
  const downloads = join(folder, 'wheel');
  const machine = process.arch === 'arm64' ? 'aarch64' : 'x86_64';
  // For any of Python's versions: the libraries in it do not depend on that.
  const target = [
    '--only-binary=:all:',
    '--python-version',
    '3.11',
    '--platform',
    `manylinux_2_27_${machine}`,
  ];
  const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', ...target];
  await call(python(), [...pip, '--dest', downloads, `${wheelPackage(false)}==${TENSORFLOW}`]);
  return unpack(wheelIn(downloads)!, folder);
}

/** Installs TensorFlow with CUDA's libraries through pip, next to which its own look for them. */
export async function fetchWithCuda(folder: string): Promise<string> {
  const target = join(folder, 'python');
  const options = [
    '--quiet',
    '--disable-pip-version-check',
    '--only-binary=:all:',
    '--upgrade',
    '--target',
    target,
  ];
  await call(python(), ['-m', 'pip', 'install', ...options, `tensorflow[and-cuda]==${TENSORFLOW}`]);
  return target;
}

/**
 * What the user named: a wheel is unpacked; a folder may hold a wheel, or an installed `tensorflow/` (site-packages),
 * which is used where it lies.
 * @throws InputError where it is neither
 */
export async function givenWheel(given: string, folder: string): Promise<string> {
  const path = resolve(given);
  if (!existsSync(path)) throw new InputError(`--from-wheel ${given}: there is no such file or folder.`);
  if (!statSync(path).isDirectory()) return unpack(path, folder);
  if (existsSync(join(path, 'tensorflow', LIBRARIES[0]))) return path;
  const wheel = wheelIn(path);
  if (wheel) return unpack(wheel, folder);
  throw new InputError(
    `--from-wheel ${given}: the folder holds neither a tensorflow*.whl nor an installed tensorflow with ${LIBRARIES[0]}.`,
  );
}

function wheelIn(folder: string): string | undefined {
  const name = readdirSync(folder).find((each) => /^tensorflow.*\.whl$/.test(each));
  return name && join(folder, name);
}

async function unpack(wheel: string, folder: string): Promise<string> {
  const target = join(folder, 'libtensorflow');
  const names = await extract(wheel, target, (name) => WANTED.test(name));
  const missing = LIBRARIES.find((library) => !names.includes(`tensorflow/${library}`));
  if (missing)
    throw new InputError(
      `${wheel} has no tensorflow/${missing}: it must be a wheel of tensorflow for Linux.`,
    );
  return target;
}
