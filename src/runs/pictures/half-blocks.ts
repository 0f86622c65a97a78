import { checkPicture, type Picture } from './picture.ts';
import { sgrColor, type ColorDepth } from './terminal-colors.ts';

/** From dark to bright, for terminals without colours. */
const RAMP = ' .:-=+*#%@';

/** Weighted mean of the source pixels under each target pixel, along both axes; nearest where it grows. */
export function resize(picture: Picture, width: number, height: number): Picture {
  const { width: w, height: h, data } = picture;
  const out = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    const [top, bottom] = [(y * h) / height, ((y + 1) * h) / height];
    for (let x = 0; x < width; x++, at += 3) {
      const [left, right] = [(x * w) / width, ((x + 1) * w) / width];
      if (width >= w && height >= h) {
        const from = (Math.floor((top + bottom) / 2) * w + Math.floor((left + right) / 2)) * 3;
        out.set(data.subarray(from, from + 3), at);
        continue;
      }
      let [red, green, blue, area] = [0, 0, 0, 0];
      for (let j = Math.floor(top); j < bottom; j++) {
        const rowShare = Math.min(j + 1, bottom) - Math.max(j, top);
        for (let i = Math.floor(left); i < right; i++) {
          const share = rowShare * (Math.min(i + 1, right) - Math.max(i, left));
          const from = (j * w + i) * 3;
          red += share * data[from];
          green += share * data[from + 1];
          blue += share * data[from + 2];
          area += share;
        }
      }
      out[at] = red / area + 0.5;
      out[at + 1] = green / area + 0.5;
      out[at + 2] = blue / area + 0.5;
    }
  }
  return { width, height, data: out };
}

/**
 * A picture as terminal lines: each cell shows two pixels, the upper one as the colour of an upper half block, the
 * lower one as its background. Cells are taken as twice as high as wide, and the picture keeps its shape within
 * `columns` x `rows` cells. Every line resets its colours at its end. Without colours a ramp of characters shows
 * the brightness of each cell.
 *
 * @returns at most `rows` lines of at most `columns` cells; none where there is no room.
 */
export function halfBlocks(picture: Picture, columns: number, rows: number, color: ColorDepth): string[] {
  checkPicture(picture);
  if (columns < 1 || rows < 1) return [];
  const scale = Math.min(Math.floor(columns) / picture.width, (2 * Math.floor(rows)) / picture.height);
  const width = Math.max(1, Math.floor(picture.width * scale + 1e-9));
  const height = Math.max(2, 2 * Math.floor((picture.height * scale) / 2 + 1e-9));
  const { data } = resize(picture, width, height);
  const lines: string[] = [];
  for (let y = 0; y < height; y += 2) {
    let line = '';
    let [front, back] = ['', ''];
    for (let x = 0; x < width; x++) {
      const up = (y * width + x) * 3;
      const low = up + width * 3;
      if (color === 'none') {
        // Rec. 709 weights of the mean of both pixels.
        const weigh = (at: number): number =>
          0.2126 * data[at] + 0.7152 * data[at + 1] + 0.0722 * data[at + 2];
        line += RAMP[Math.min(RAMP.length - 1, Math.floor(((weigh(up) + weigh(low)) / 512) * RAMP.length))];
        continue;
      }
      const upper = sgrColor(data[up], data[up + 1], data[up + 2], 'foreground', color);
      const lower = sgrColor(data[low], data[low + 1], data[low + 2], 'background', color);
      const changes = [upper === front ? '' : upper, lower === back ? '' : lower].filter(Boolean);
      if (changes.length > 0) line += `\x1b[${changes.join(';')}m`;
      line += '▀';
      [front, back] = [upper, lower];
    }
    lines.push(color === 'none' ? line : `${line}\x1b[0m`);
  }
  return lines;
}
