import { deserialize, serialize } from 'node:v8';
import type { TensorData } from '../base/index.ts';
export const writeSafetensors = (
  tensors: Record<string, TensorData>,
  _m: Record<string, string>,
): Uint8Array => new Uint8Array(serialize(tensors));
export const readSafetensors = (bytes: Uint8Array) => ({
  tensors: deserialize(bytes) as Record<string, TensorData>,
});
export const encodeGif = (pictures: unknown[], _options: { fps: number }): Uint8Array =>
  Buffer.from(`GIF${pictures.length}`);
