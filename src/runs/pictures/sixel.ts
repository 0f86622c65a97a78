import { choosePalette, countColors, nearestColors } from './palette.ts';
import { checkPicture, type Picture } from './picture.ts';

/** Colour registers that every terminal with sixels has. */
const COLORS = 128;

/** A row of sixels of one colour, equal neighbours counted. */
function runLength(sixels: Uint8Array): string {
  let text = '';
  let end = sixels.length;
  // What follows the last dot of this colour need not be said.
  while (end > 0 && sixels[end - 1] === 0) end--;
  for (let from = 0; from < end;) {
    let to = from + 1;
    while (to < end && sixels[to] === sixels[from]) to++;
    const glyph = String.fromCharCode(63 + sixels[from]);
    text += to - from > 3 ? `!${to - from}${glyph}` : glyph.repeat(to - from);
    from = to;
  }
  return text;
}

/**
 * A picture in DEC's sixel format, as VT340 and its successors show it at the cursor, resized to `width` x `height`
 * pixels (nearest ones) with at most 128 colours. Colour channels come in whole percents.
 */
export function encodeSixel(picture: Picture, width: number, height: number): string {
  checkPicture(picture);
  const counts = countColors([picture]);
  const palette = choosePalette(counts, COLORS);
  const nearest = nearestColors(palette, counts.keys());
  const { data } = picture;
  const own = new Uint8Array(picture.width * picture.height);
  for (let i = 0; i < own.length; i++)
    own[i] = nearest.get((data[3 * i] << 16) | (data[3 * i + 1] << 8) | data[3 * i + 2])!;
  const columns = Int32Array.from({ length: width }, (_, x) =>
    Math.floor(((x + 0.5) * picture.width) / width),
  );
  const rowOf = (y: number) => Math.floor(((y + 0.5) * picture.height) / height) * picture.width;

  const percent = (value: number) => Math.round((value * 100) / 255);
  let out = `\x1bP0;1q"1;1;${width};${height}`;
  palette.forEach((rgb, i) => (out += `#${i};2;${rgb.map(percent).join(';')}`));
  for (let top = 0; top < height; top += 6) {
    const bands = new Map<number, Uint8Array>();
    for (let bit = 0; bit < 6 && top + bit < height; bit++) {
      const row = rowOf(top + bit);
      for (let x = 0; x < width; x++) {
        const color = own[row + columns[x]];
        let band = bands.get(color);
        if (!band) bands.set(color, (band = new Uint8Array(width)));
        band[x] |= 1 << bit;
      }
    }
    out += [...bands].map(([color, band]) => `#${color}${runLength(band)}`).join('$');
    if (top + 6 < height) out += '-';
  }
  return `${out}\x1b\\`;
}
