import { readFileSync } from 'node:fs';
import { InputError, messageOf } from '../../base/index.ts';
import type { LabelledImages } from './images.ts';

const SIDE = 32;
const RECORD = 1 + 3 * SIDE * SIDE;
const CLASSES = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];

/**
 * Reads CIFAR-10's binary files (`data_batch_1.bin`, ...): records of one byte for the class and 3072 for the picture,
 * all red values row by row, then green, then blue.
 * @throws InputError in one line for a file that is missing or is none of these
 */
export function readCifar10(paths: readonly string[]): LabelledImages {
  const files = paths.map((path) => {
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (error) {
      throw new InputError(`Cannot read the CIFAR-10 file ${path}: ${messageOf(error)}.`);
    }
    if (bytes.length === 0 || bytes.length % RECORD !== 0) {
      throw new InputError(
        `${path} is no CIFAR-10 binary file: it has ${bytes.length} bytes, not a multiple of ${RECORD}.`,
      );
    }
    return { path, bytes };
  });
  const count = files.reduce((sum, { bytes }) => sum + bytes.length / RECORD, 0);
  const images = new Uint8Array(count * 3 * SIDE * SIDE);
  const labels = new Int32Array(count);
  let n = 0;
  for (const { path, bytes } of files) {
    for (let at = 0; at < bytes.length; at += RECORD, n++) {
      if (bytes[at] >= CLASSES.length)
        throw new InputError(
          `${path}: picture ${at / RECORD} has class ${bytes[at]}; CIFAR-10 has 0 to ${CLASSES.length - 1}.`,
        );
      labels[n] = bytes[at];
      for (let i = 0; i < SIDE * SIDE; i++)
        for (let c = 0; c < 3; c++)
          images[(n * SIDE * SIDE + i) * 3 + c] = bytes[at + 1 + c * SIDE * SIDE + i];
    }
  }
  return { count, side: SIDE, images, labels, classes: CLASSES };
}
