/** Bytes of a typed array as text: unlike JSON numbers, this keeps -0, NaN and infinities. */
export function encodeBytes(array: ArrayBufferView): string {
  return Buffer.from(array.buffer, array.byteOffset, array.byteLength).toString('base64');
}

/** The bytes behind `encodeBytes`, in memory of their own. */
export function decodeBytes(text: string): ArrayBuffer {
  const bytes = Buffer.from(text, 'base64');
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
}
