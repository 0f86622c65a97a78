import { mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { InputError, RunError, makeFolder, readText, writeFileAtomic } from '../../src/base/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'curlew-files-'));

test('an atomic write leaves the whole new file and nothing else', () => {
  const path = join(folder, 'a.txt');
  writeFileAtomic(path, 'old');
  writeFileAtomic(path, [Uint8Array.of(110, 101), Uint8Array.of(119)]);
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['a.txt']);
});

test('a write that fails keeps the old file and says why in one line', () => {
  expect(() => writeFileAtomic(join(folder, 'a.txt', 'b'), 'x')).toThrow(RunError);
  expect(() => writeFileAtomic(join(folder, 'a.txt', 'b'), 'x')).toThrow('a part of the path is a file');
  expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('new');
});

test('folders are made with their parents, again and again', () => {
  const path = join(folder, 'x', 'y', 'z');
  makeFolder(path);
  makeFolder(path);
  makeFolder(folder);
  expect(readdirSync(join(folder, 'x', 'y'))).toEqual(['z']);
});

test.skipIf(process.platform !== 'linux')(
  'a parent that refuses children is an error, not an endless loop',
  () => {
    expect(() => makeFolder('/proc/none/x')).toThrow(RunError);
  },
);

test('a file or a broken link where a folder should be is an error', () => {
  expect(() => makeFolder(join(folder, 'a.txt'))).toThrow('a file of this name');
  expect(() => makeFolder(join(folder, 'a.txt', 'x'))).toThrow('a part of the path is a file');
  symlinkSync(join(folder, 'nowhere'), join(folder, 'link'));
  expect(() => makeFolder(join(folder, 'link'))).toThrow(RunError);
});

test('a missing input is the fault of the input', () => {
  expect(() => readText(join(folder, 'none'), 'experiment file')).toThrow(InputError);
  expect(() => readText(join(folder, 'none'), 'experiment file')).toThrow('the experiment file');
  writeFileSync(join(folder, 'there'), 'text');
  expect(readText(join(folder, 'there'))).toBe('text');
});
