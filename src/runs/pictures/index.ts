export { encodeApng } from './apng.ts';
export { encodeGif, writeEpisodeGif } from './gif.ts';
export { halfBlocks } from './half-blocks.ts';
export type { Picture } from './picture.ts';
export { encodePng } from './png.ts';
export { decodeGif, type Animation } from './read-gif.ts';
export { encodeSixel } from './sixel.ts';
export { sgrColor } from './terminal-colors.ts';
export type { ColorDepth } from './terminal-colors.ts';
