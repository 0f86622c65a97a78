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

/** Every byte through a table of 256, which `entry` makes. */
export function mapBytes(image: ByteImage, entry: (byte: number) => number): ByteImage {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => entry(byte));
  const out = blank(image);
  const { data } = image;
  for (let i = 0; i < data.length; i++) out.data[i] = table[data[i]];
  return out;
}

/** Cuts off to a byte, as a cast after clamping does. */
export function toByte(value: number): number {
  return value <= 0 ? 0 : value >= 255 ? 255 : value | 0;
}
