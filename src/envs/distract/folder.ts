import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decode } from 'fast-png';
import { InputError, messageOf } from '../../base/index.ts';
import type { Picture } from '../env.ts';
import type { Video } from './video.ts';

/** A PNG file as RGB bytes. @throws InputError in one line where it cannot be read. */
function readPng(path: string): Picture {
  try {
    const { width, height, data, channels, depth, palette } = decode(readFileSync(path));
    if (depth !== 8 && depth !== 16) throw new Error(`depth ${depth}; 8 or 16 bits would do`);
    const shift = depth === 16 ? 8 : 0;
    const rgb = new Uint8Array(width * height * 3);
    for (let i = 0; i < width * height; i++) {
      for (let k = 0; k < 3; k++) {
        const value = data[i * channels + (channels < 3 ? 0 : k)];
        rgb[3 * i + k] = palette ? palette[value][k] : value >> shift;
      }
    }
    return { width, height, data: rgb };
  } catch (error) {
    throw new InputError(
      `backgroundFolder: ${path} is no PNG picture that can be read (${messageOf(error)}).`,
    );
  }
}

class FolderVideo implements Video {
  readonly #paths: readonly string[];
  readonly #pictures: (Picture | undefined)[] = [];

  constructor(paths: readonly string[]) {
    this.#paths = paths;
  }

  get frames(): number {
    return this.#paths.length;
  }

  frame(n: number): Picture {
    return (this.#pictures[n] ??= readPng(this.#paths[n]));
  }
}

/**
 * The videos of a folder: its PNG files in the order of their names are the frames of one; where it has
 * subfolders instead, each of them is a video.
 * @throws InputError where there are none, or the folder cannot be read.
 */
export function folderVideos(folder: string): Video[] {
  const framesOf = (path: string): string[] => {
    const names = readdirSync(path).filter((name) => name.toLowerCase().endsWith('.png'));
    return names.sort().map((name) => join(path, name));
  };
  let found: string[][];
  try {
    const inside = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const names = inside.map(({ name }) => name).sort();
    found = [framesOf(folder), ...names.map((name) => framesOf(join(folder, name)))];
  } catch (error) {
    throw new InputError(`backgroundFolder: ${folder} cannot be read (${messageOf(error)}).`);
  }
  const videos = found.filter((paths) => paths.length > 0).map((paths) => new FolderVideo(paths));
  if (videos.length === 0) {
    throw new InputError(`backgroundFolder: ${folder} holds no PNG files; give a folder of frames.`);
  }
  return videos;
}
