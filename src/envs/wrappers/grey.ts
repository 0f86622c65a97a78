/**
 * Brightness of RGB bytes, `(77 R + 150 G + 29 B) / 256`: the weights of ITU-R BT.601 in whole numbers, so that
 * the result is the same everywhere.
 */
export function greyBytes(rgb: Uint8Array): Uint8Array {
  const grey = new Uint8Array(rgb.length / 3);
  for (let i = 0, at = 0; i < grey.length; i++, at += 3) {
    grey[i] = (77 * rgb[at] + 150 * rgb[at + 1] + 29 * rgb[at + 2] + 128) >> 8;
  }
  return grey;
}
