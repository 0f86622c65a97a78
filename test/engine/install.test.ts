import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { InputError } from '../../src/base/index.ts';
import { installEngine } from '../../src/engine/index.ts';
import { buildAddon } from '../../src/engine/install/addon.ts';
import { givenWheel } from '../../src/engine/install/wheel.ts';
import { extract } from '../../src/engine/install/zip.ts';
import { engineFolder, locate } from '../../src/engine/optional.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'install-'));
  vi.stubEnv('CURLEW_ENGINES', join(folder, 'engines'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** A zip archive; every other file is compressed. */
function archive(name: string, files: Record<string, string>): string {
  const locals: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  Object.entries(files).forEach(([path, text], i) => {
    const bytes = i % 2 ? deflateRawSync(text) : Buffer.from(text);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(i % 2 ? 8 : 0, 4);
    shared.writeUInt32LE(crc32(text), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(text.length, 18);
    shared.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, Buffer.from(path), bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    central.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), shared, rest, Buffer.from(path)]));
    locals.push(local);
    offset += local.length;
  });
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06');
  end.writeUInt16LE(central.length, 10);
  end.writeUInt32LE(Buffer.concat(central).length, 12);
  end.writeUInt32LE(offset, 16);
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat([...locals, ...central, end]));
  return path;
}

const WHEEL = {
  'tensorflow/libtensorflow_cc.so.2': 'c'.repeat(5000),
  'tensorflow/libtensorflow_framework.so.2': 'f'.repeat(3000),
  'tensorflow/include/tensorflow/c/c_api.h': '#pragma once',
  'tensorflow/include/tensorflow/c/eager/c_api.h': '#pragma once',
  'tensorflow/include/tsl/platform/ctstring.h': '#pragma once',
  'tensorflow/include/Eigen/c/Core.h': 'not wanted',
  'tensorflow/python/other.so': 'not wanted',
};

describe('a wheel', () => {
  test('gives its libraries and the headers of the C API, byte for byte, and nothing else', async () => {
    const libraries = await givenWheel(archive('tensorflow_cpu-2.21.0.whl', WHEEL), folder);
    for (const [name, text] of Object.entries(WHEEL)) {
      const path = join(libraries, name);
      if (text === 'not wanted') expect(existsSync(path)).toBe(false);
      else expect(readFileSync(path, 'utf8')).toBe(text);
    }
  });

  test('may lie in a folder, or be installed there', async () => {
    archive('tensorflow-2.21.0.whl', WHEEL);
    const libraries = await givenWheel(folder, folder);
    expect(existsSync(join(libraries, 'tensorflow/libtensorflow_cc.so.2'))).toBe(true);
    expect(await givenWheel(libraries, join(folder, 'elsewhere'))).toBe(libraries);
  });

  test.each([
    ['is not there', () => join(folder, 'nothing.whl'), 'there is no such file or folder'],
    [
      'is in a folder without one',
      () => folder,
      'holds neither a tensorflow*.whl nor an installed tensorflow',
    ],
    [
      'is of another package',
      () => archive('jax.whl', { 'jax/x.so': '' }),
      'it must be a wheel of tensorflow',
    ],
    [
      'is no archive',
      () => {
        const path = join(folder, 'tensorflow.whl');
        writeFileSync(path, 'text');
        return path;
      },
      'it is no zip archive, or only a part of one',
    ],
  ])('that %s is refused in one line', async (_, path, reason) => {
    await expect(givenWheel(path(), folder)).rejects.toThrow(InputError);
    await expect(givenWheel(path(), folder)).rejects.toThrow(reason);
  });

  test('that was cut short is refused', async () => {
    const path = archive('tensorflow.whl', WHEEL);
    truncateSync(path, 3000);
    await expect(givenWheel(path, folder)).rejects.toThrow('only a part of one');
  });

  test('cannot write outside its folder', async () => {
    const path = archive('bad.whl', { '../escaped.h': 'x' });
    await expect(extract(path, join(folder, 'inside'), () => true)).rejects.toThrow('is damaged');
    expect(existsSync(join(folder, 'escaped.h'))).toBe(false);
  });
});

describe('installEngine', () => {
  const say = () => {};

  test('refuses options that belong to another engine, and leaves nothing', async () => {
    await expect(installEngine({ engine: 'webgpu', gpu: true, say })).rejects.toThrow('belong to tensorflow');
    expect(existsSync(engineFolder('webgpu'))).toBe(false);
  });

  test.runIf(process.platform === 'linux')(
    'removes what a failed installation left, and says first what it does',
    async () => {
      const lines: string[] = [];
      const options = { engine: 'tensorflow' as const, fromWheel: join(folder, 'no.whl') };
      await expect(installEngine({ ...options, say: (line) => lines.push(line) })).rejects.toThrow(
        InputError,
      );
      expect(lines).toEqual([expect.stringMatching(/^Downloads @tensorflow\/tfjs-node .* MB in /)]);
      expect(existsSync(engineFolder('tensorflow'))).toBe(false);
    },
  );

  test('says in one line that the host of libtensorflow does not answer', async () => {
    vi.spyOn(globalThis, 'fetch').mockRejectedValue(
      new TypeError('fetch failed', { cause: new Error('no route') }),
    );
    await expect(installEngine({ engine: 'tensorflow', gpu: true, say })).rejects.toThrow(
      /^storage\.googleapis\.com, from where libtensorflow comes, does not answer \(no route\); --from-wheel [^\n]*$/,
    );
    expect(existsSync(engineFolder('tensorflow'))).toBe(false);
  });

  test('needs a compiler for the addon', async () => {
    vi.stubEnv('CXX', '');
    vi.stubEnv('PATH', folder);
    await expect(buildAddon(folder, folder)).rejects.toThrow('There is no C++ compiler');
  });
});

test('packages are found in the folder of their engine', () => {
  expect(locate('curlew-test-package', 'webgpu')).toBeNull();
  const root = join(engineFolder('webgpu'), 'node_modules/curlew-test-package');
  mkdirSync(root, { recursive: true });
  writeFileSync(join(root, 'index.js'), '');
  expect(locate('curlew-test-package', 'webgpu')).toMatch(/curlew-test-package[/\\]index\.js$/);
  expect(locate('curlew-test-package', 'tensorflow')).toBeNull();
});
