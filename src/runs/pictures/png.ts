import { encode } from 'fast-png';
import { checkPicture, checkScale, enlarge, type Picture } from './picture.ts';

/**
 * A picture as PNG bytes.
 * @param scale a whole number by which to enlarge it (nearest neighbour).
 */
export function encodePng(picture: Picture, scale = 1): Uint8Array {
  checkPicture(picture);
  checkScale(scale);
  const { width, height } = picture;
  const data = enlarge(picture.data, width, height, 3, scale);
  return encode({ width: width * scale, height: height * scale, data, channels: 3, depth: 8 });
}
