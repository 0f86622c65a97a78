/** A picture or a stack of RGB frames, `[height, width, channels]` in bytes; frame k has channels 3k to 3k + 2. */
export interface ByteImage {
  height: number;
  width: number;
  channels: number;
  data: Uint8Array;
}

/** A half-open window of a picture, in pixels. */
export interface CropBox {
  top: number;
  left: number;
  height: number;
  width: number;
}

/** A black picture of another size, or of the same one. */
export function blank(
  { height, width, channels }: Omit<ByteImage, 'data'>,
  size: { height: number; width: number } = { height, width },
): ByteImage {
  return { ...size, channels, data: new Uint8Array(size.height * size.width * channels) };
}

/** Every byte through a table of 256. */
export function mapBytes(image: ByteImage, table: ArrayLike<number>): ByteImage {
  const out = blank(image);
  image.data.forEach((byte, i) => (out.data[i] = table[byte]));
  return out;
}

/** Cuts off to a byte, as a cast after clamping does. */
export function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value);
}
