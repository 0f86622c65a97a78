import { blank, toByte, type ByteImage } from './image.ts';

/** Maps the bytes of each channel through a table made from that channel's bytes. */
function perChannel(image: ByteImage, table: (counts: Int32Array) => ArrayLike<number>): ByteImage {
  const { channels, data } = image;
  const out = blank(image);
  for (let c = 0; c < channels; c++) {
    const counts = new Int32Array(256);
    for (let i = c; i < data.length; i += channels) counts[data[i]]++;
    const values = table(counts);
    for (let i = c; i < data.length; i += channels) out.data[i] = values[data[i]];
  }
  return out;
}

const identity = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** Stretches every channel to the whole range of bytes. */
export function autoContrast(image: ByteImage): ByteImage {
  return perChannel(image, (counts) => {
    const low = counts.findIndex((count) => count > 0);
    const high = counts.findLastIndex((count) => count > 0);
    if (low === high) return identity;
    return identity.map((byte) => toByte(((byte - low) * 255) / (high - low)));
  });
}

/** Spreads every channel's bytes so that their histogram is as flat as a table can make it. */
export function equalize(image: ByteImage): ByteImage {
  return perChannel(image, (counts) => {
    const used = counts.filter((count) => count > 0);
    const step = Math.floor((used.reduce((sum, count) => sum + count, 0) - used[used.length - 1]) / 255);
    if (step === 0) return identity;
    let below = 0;
    return identity.map((_, byte) => {
      const value = Math.min(255, Math.floor((below + (step >> 1)) / step));
      below += counts[byte];
      return byte === 0 ? 0 : value;
    });
  });
}
