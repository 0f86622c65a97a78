/** One shown frame: RGB bytes, and how long it stays in hundredths of a second. */
export interface GifFrame {
  data: Uint8Array;
  delay: number;
}

/** Undoes GIF's variable-length LZW coding. */
function expand(bytes: number[], minimum: number, length: number): number[] {
  const clear = 1 << minimum;
  const out: number[] = [];
  let table: number[][] = [];
  let size = 0;
  let previous: number[] | null = null;
  const reset = (): void => {
    table = Array.from({ length: clear + 2 }, (_, n) => [n]);
    size = minimum + 1;
    previous = null;
  };
  reset();
  for (let bit = 0; out.length < length;) {
    let code = 0;
    for (let n = 0; n < size; n++, bit++) code |= ((bytes[bit >> 3] >> (bit & 7)) & 1) << n;
    if (code === clear) {
      reset();
      continue;
    }
    if (code === clear + 1) break;
    const run: number[] = code < table.length ? table[code] : [...previous!, previous![0]];
    out.push(...run);
    if (previous && table.length < 4096) table.push([...previous, run[0]]);
    if (table.length === 1 << size && size < 12) size++;
    previous = run;
  }
  return out;
}

/** A plain GIF reader for tests: whole frames, one global palette, transparency over what was shown before. */
export function readGif(bytes: Uint8Array): {
  width: number;
  height: number;
  loops: number;
  frames: GifFrame[];
} {
  let at = 0;
  const byte = (): number => bytes[at++];
  const short = (): number => byte() + 256 * byte();
  const text = (n: number): string => String.fromCharCode(...bytes.subarray(at, (at += n)));
  const blocks = (): number[] => {
    const all: number[] = [];
    for (let n = byte(); n > 0; n = byte()) all.push(...bytes.subarray(at, (at += n)));
    return all;
  };
  const table = (flags: number): Uint8Array => bytes.slice(at, (at += 3 * (2 << (flags & 7))));

  if (text(6) !== 'GIF89a') throw new Error('not a GIF');
  const [width, height] = [short(), short()];
  const flags = byte();
  at += 2;
  const palette = table(flags);
  const frames: GifFrame[] = [];
  const canvas = new Uint8Array(width * height * 3);
  let [loops, delay, transparent] = [-1, 0, -1];
  for (;;) {
    const mark = byte();
    if (mark === 0x3b) break;
    if (mark === 0x21) {
      const label = byte();
      const block = blocks();
      if (label === 0xff) loops = block[12] + 256 * block[13];
      if (label === 0xf9) {
        delay = block[1] + 256 * block[2];
        transparent = block[0] & 1 ? block[3] : -1;
      }
      continue;
    }
    if (mark !== 0x2c) throw new Error(`unknown block ${mark} at ${at - 1}`);
    if (short() + short() !== 0 || short() !== width || short() !== height || byte() !== 0) {
      throw new Error('frames of this reader cover the whole picture');
    }
    const minimum = byte();
    const indices = expand(blocks(), minimum, width * height);
    if (indices.length !== width * height) throw new Error(`${indices.length} pixels in a frame`);
    indices.forEach((index, p) => {
      if (index !== transparent) canvas.set(palette.subarray(index * 3, index * 3 + 3), p * 3);
    });
    frames.push({ data: canvas.slice(), delay });
  }
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes after the end`);
  return { width, height, loops, frames };
}
