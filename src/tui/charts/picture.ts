import type { ColorDepth } from '../text/theme.ts';

/** RGB bytes, row by row. */
export interface Pixels {
  width: number;
  height: number;
  data: Uint8Array;
}

// From dark to bright, for terminals with few or no colours.
const RAMP = ' .:-=+*#%@';

/** The picture at another size: each new pixel is the mean of the old ones under it, or the nearest one. */
export function resize(pixels: Pixels, width: number, height: number): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const top = Math.floor((y * pixels.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * pixels.height) / height));
    for (let x = 0; x < width; x++) {
      const left = Math.floor((x * pixels.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * pixels.width) / width));
      const count = (bottom - top) * (right - left);
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let v = top; v < bottom; v++) {
          for (let u = left; u < right; u++) sum += pixels.data[(v * pixels.width + u) * 3 + channel];
        }
        data[(y * width + x) * 3 + channel] = Math.round(sum / count);
      }
    }
  }
  return { width, height, data };
}

/** The nearest colour of the 6x6x6 cube, or of the greys, that terminals with 256 colours have. */
export function indexedColor(r: number, g: number, b: number): number {
  const spread = Math.max(r, g, b) - Math.min(r, g, b);
  if (spread < 12) {
    const grey = Math.round(((r + g + b) / 3 - 8) / 10);
    if (grey >= 0 && grey <= 23) return 232 + grey;
  }
  const level = (value: number) => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40));
  return 16 + 36 * level(r) + 6 * level(g) + level(b);
}

/**
 * A picture as lines of text: two pixels in each cell by half blocks where there are colours, else one grey
 * character for two pixels.
 *
 * @param pixels of an even height
 * @returns `pixels.height / 2` lines of `pixels.width` cells
 */
export function pictureLines(pixels: Pixels, depth: ColorDepth): string[] {
  const { width, data } = pixels;
  const color = (place: number, at: number) => {
    const [r, g, b] = [data[at], data[at + 1], data[at + 2]];
    return depth === 24 ? `${place};2;${r};${g};${b}` : `${place};5;${indexedColor(r, g, b)}`;
  };
  const brightness = (at: number) => 0.299 * data[at] + 0.587 * data[at + 1] + 0.114 * data[at + 2];
  return Array.from({ length: Math.floor(pixels.height / 2) }, (_, row) => {
    let line = '';
    let before = '';
    for (let x = 0; x < width; x++) {
      const upper = (row * 2 * width + x) * 3;
      const lower = upper + width * 3;
      if (depth < 8) {
        const grey = (brightness(upper) + brightness(lower)) / 2;
        line += RAMP[Math.min(RAMP.length - 1, Math.floor((grey / 256) * RAMP.length))];
        continue;
      }
      const colors = `${color(38, upper)};${color(48, lower)}`;
      if (colors !== before) line += `\x1b[${colors}m`;
      line += '▀';
      before = colors;
    }
    return before === '' ? line : `${line}\x1b[0m`;
  });
}

/**
 * The largest size in pixels for a picture of the given shape within `width` cells by `height` lines; at most
 * twice its own size, of even height.
 */
export function fitPicture(shape: { width: number; height: number }, width: number, height: number): [number, number] {
  const scale = Math.min(width / shape.width, (height * 2) / shape.height, 2);
  return [Math.max(1, Math.floor(shape.width * scale)), Math.max(2, Math.floor((shape.height * scale) / 2) * 2)];
}
