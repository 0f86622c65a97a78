import { createRequire } from 'node:module';
import { InputError } from '../../base/index.ts';
import type { Picture } from './picture.ts';

const { GifReader } = createRequire(import.meta.url)('omggif') as typeof import('omggif');

/** An animation: its pictures and how many of them a second takes. */
export interface Animation {
  pictures: Picture[];
  fps: number;
}

/**
 * Reads an animation as `encodeGif` writes it: frames of full size, each drawn over the one before.
 * @param what named in the error, such as the file
 * @throws InputError in one line for what is no GIF
 */
export function decodeGif(bytes: Uint8Array, what: string): Animation {
  try {
    const reader = new GifReader(bytes);
    const { width, height } = reader;
    const canvas = new Uint8Array(width * height * 4);
    let hundredths = 0;
    const pictures = Array.from({ length: reader.numFrames() }, (_, frame): Picture => {
      reader.decodeAndBlitFrameRGBA(frame, canvas);
      hundredths += reader.frameInfo(frame).delay;
      const data = new Uint8Array(width * height * 3);
      for (let p = 0; p < width * height; p++) data.set(canvas.subarray(p * 4, p * 4 + 3), p * 3);
      return { width, height, data };
    });
    return { pictures, fps: hundredths > 0 ? (100 * pictures.length) / hundredths : 10 };
  } catch (error) {
    throw new InputError(
      `${what} is not a GIF that can be read: ${String((error as Error).message ?? error)}.`,
    );
  }
}
