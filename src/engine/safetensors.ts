import { z } from 'zod';
import { InputError } from '../base/index.ts';
import type { TensorData } from '../base/index.ts';

const DTYPES = {
  F32: { array: Float32Array, bytes: 4 },
  I32: { array: Int32Array, bytes: 4 },
  U8: { array: Uint8Array, bytes: 1 },
} as const;

type Dtype = keyof typeof DTYPES;

const METADATA = '__metadata__';
const LENGTH_BYTES = 8;

const size = z.number().int().nonnegative();
const entrySchema = z.object({
  dtype: z.string(),
  shape: z.array(size),
  data_offsets: z.tuple([size, size]),
});

const elements = (shape: readonly number[]) => shape.reduce((n, length) => n * length, 1);

/**
 * A safetensors file: the length of the header as a little-endian u64, the header in JSON padded with spaces to 8
 * bytes, then the tensors' bytes without gaps (github.com/huggingface/safetensors, "Format").
 *
 * @returns the file in parts, which share memory with the tensors: write them before the tensors change
 * @throws InputError for a shape that does not fit its data, or a tensor named `__metadata__`
 */
export function writeSafetensors(
  tensors: Record<string, TensorData>,
  metadata: Record<string, string> = {},
): Uint8Array[] {
  const named = Object.entries(tensors).map(([name, { shape, data }]) => {
    if (name === METADATA)
      throw new InputError(`A tensor cannot be named "${METADATA}": the format keeps that name.`);
    if (elements(shape) !== data.length) {
      throw new InputError(`Tensor "${name}" has shape [${shape.join(', ')}] but ${data.length} values.`);
    }
    return { name, shape, data, dtype: dtypeOf(data) };
  });
  // Wide types first, so that each tensor starts at a multiple of its element size.
  named.sort((a, b) => DTYPES[b.dtype].bytes - DTYPES[a.dtype].bytes);
  let end = 0;
  const entries: [string, unknown][] = named.map(({ name, shape, data, dtype }) => {
    const begin = end;
    end += data.byteLength;
    return [name, { dtype, shape, data_offsets: [begin, end] }];
  });
  if (Object.keys(metadata).length > 0) entries.unshift([METADATA, metadata]);
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const padded = Math.ceil(json.length / LENGTH_BYTES) * LENGTH_BYTES;
  const header = Buffer.alloc(LENGTH_BYTES + padded, ' ');
  header.writeBigUInt64LE(BigInt(padded));
  json.copy(header, LENGTH_BYTES);
  return [header, ...named.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength))];
}

/**
 * Reads a safetensors file with tensors of type F32, I32 and U8.
 *
 * @param where what to call the file in errors
 * @returns copies of the tensors, in the order of their bytes
 * @throws InputError when the file is cut short, damaged, or holds another type
 */
export function readSafetensors(
  bytes: Uint8Array,
  where = 'the data',
): { tensors: Record<string, TensorData>; metadata: Record<string, string> } {
  const refuse = (why: string): never => {
    throw new InputError(`Cannot read ${where} as safetensors: ${why}.`);
  };
  const { header, data } = split(bytes, refuse);
  const metadata = header[METADATA] ?? {};
  if (!isStrings(metadata)) return refuse('its metadata are not strings');

  const entries = Object.entries(header)
    .filter(([name]) => name !== METADATA)
    .map(([name, value]) => {
      const entry = entrySchema.safeParse(value);
      if (!entry.success) return refuse(`the entry of tensor "${name}" lacks a dtype, shape or data_offsets`);
      return { name, ...entry.data };
    })
    .sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  let at = 0;
  const tensors = entries.map(({ name, dtype, shape, data_offsets: [begin, end] }): [string, TensorData] => {
    if (!Object.hasOwn(DTYPES, dtype))
      return refuse(`tensor "${name}" has type ${dtype}, not F32, I32 or U8`);
    const { array, bytes: width } = DTYPES[dtype as Dtype];
    if (begin !== at || end < begin)
      return refuse(`the bytes of tensor "${name}" do not follow the one before`);
    if (end > data.length) return refuse(`it ends within tensor "${name}"`);
    if (elements(shape) * width !== end - begin) {
      return refuse(`tensor "${name}" has shape [${shape.join(', ')}] but ${end - begin} bytes`);
    }
    at = end;
    return [name, { shape, data: new array(data.slice(begin, end).buffer) }];
  });
  if (at !== data.length) return refuse(`${data.length - at} bytes at its end belong to no tensor`);
  return { tensors: Object.fromEntries(tensors), metadata };
}

function isStrings(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}

function split(bytes: Uint8Array, refuse: (why: string) => never) {
  if (bytes.length < LENGTH_BYTES)
    return refuse(`it has ${bytes.length} bytes, fewer than the header's length takes`);
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(buffer.readBigUInt64LE());
  const start = LENGTH_BYTES + length;
  if (start > bytes.length)
    return refuse(`its header would take ${length} bytes of ${bytes.length - LENGTH_BYTES}`);
  let header: unknown;
  try {
    header = JSON.parse(buffer.toString('utf8', LENGTH_BYTES, start));
  } catch {
    return refuse('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    return refuse('its header is not a JSON object');
  }
  // A plain view even of a Buffer, whose `slice` would share memory instead of copying.
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.byteLength - start);
  return { header: header as Record<string, unknown>, data };
}

function dtypeOf(data: TensorData['data']): Dtype {
  return data instanceof Float32Array ? 'F32' : data instanceof Int32Array ? 'I32' : 'U8';
}
