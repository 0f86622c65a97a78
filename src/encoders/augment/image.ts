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

/** A picture of the same shape with other bytes. */
export function sameShape(image: ByteImage, data: Uint8Array): ByteImage {
  return { height: image.height, width: image.width, channels: image.channels, data };
}
