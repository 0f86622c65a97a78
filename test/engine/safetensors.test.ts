import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { TensorData } from '../../src/base/index.ts';
import { InputError } from '../../src/base/index.ts';
import { readSafetensors, writeSafetensors } from '../../src/engine/index.ts';

const join = (parts: Uint8Array[]) => new Uint8Array(Buffer.concat(parts));

function file(header: unknown, data: number[] = [], length?: number): Uint8Array {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const prefix = Buffer.alloc(8);
  prefix.writeBigUInt64LE(BigInt(length ?? json.length));
  return join([prefix, json, Uint8Array.from(data)]);
}

const tensor = fc
  .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
  .chain((shape): fc.Arbitrary<TensorData> => {
    const length = shape.reduce((n, m) => n * m, 1);
    const size = { minLength: length, maxLength: length };
    const data = fc.oneof(fc.float32Array(size), fc.int32Array(size), fc.uint8Array(size));
    return data.map((data) => ({ shape, data }));
  });
const name = fc.string({ unit: 'binary' }).filter((name) => name !== '__metadata__');

describe('safetensors', () => {
  test('what is written is read back, bit for bit', () => {
    fc.assert(
      fc.property(
        fc.dictionary(name, tensor),
        fc.dictionary(fc.string(), fc.string()),
        (tensors, metadata) => {
          const read = readSafetensors(join(writeSafetensors(tensors, metadata)));
          expect(read.metadata).toEqual({ ...metadata });
          expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
          for (const [name, { shape, data }] of Object.entries(tensors)) {
            const back = read.tensors[name];
            expect(back.shape).toEqual(shape);
            expect(back.data.constructor).toBe(data.constructor);
            const bytes = ({ buffer, byteOffset, byteLength }: TensorData['data']) =>
              Buffer.from(buffer, byteOffset, byteLength);
            expect(bytes(back.data).equals(bytes(data))).toBe(true);
          }
        },
      ),
    );
  });

  test('the bytes are those of the format', () => {
    const bytes = join(
      writeSafetensors({
        mask: { shape: [3], data: Uint8Array.of(1, 2, 3) },
        weights: { shape: [1, 2], data: Float32Array.of(1, -2) },
      }),
    );
    const header =
      '{"weights":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"mask":{"dtype":"U8","shape":[3],"data_offsets":[8,11]}}';
    const padded = Math.ceil(header.length / 8) * 8;
    expect(Buffer.from(bytes).readBigUInt64LE()).toBe(BigInt(padded));
    expect(Buffer.from(bytes).toString('utf8', 8, 8 + padded)).toBe(header.padEnd(padded));
    expect([...bytes.subarray(8 + padded)]).toEqual([0, 0, 128, 63, 0, 0, 0, 192, 1, 2, 3]);
  });

  test('reads data at any offset of a larger buffer and copies it', () => {
    const bytes = join(writeSafetensors({ x: { shape: [], data: Float32Array.of(0.5) } }));
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    const fromView = readSafetensors(shifted.subarray(3)).tensors.x;
    const fromBuffer = readSafetensors(Buffer.from(shifted.buffer).subarray(3)).tensors.x;
    shifted.fill(0);
    expect(fromView).toEqual({ shape: [], data: Float32Array.of(0.5) });
    expect(fromBuffer).toEqual(fromView);
  });

  const one = { dtype: 'F32', shape: [1], data_offsets: [0, 4] };
  const bad: [string, Uint8Array, string][] = [
    ['too short', Uint8Array.of(1, 2), 'fewer than'],
    ['a header beyond the end', file('{}', [], 1000), 'header would take 1000 bytes of 2'],
    ['no JSON', file('{nope'), 'not JSON'],
    ['a list', file('[]'), 'not a JSON object'],
    ['an entry without offsets', file({ x: { dtype: 'F32', shape: [1] } }), 'tensor "x" lacks'],
    ['a negative shape', file({ x: { ...one, shape: [-1] } }, [0, 0, 0, 0]), 'tensor "x" lacks'],
    ['another type', file({ x: { ...one, dtype: 'BF16' } }, [0, 0, 0, 0]), 'type BF16'],
    ['a type from the prototype', file({ x: { ...one, dtype: 'toString' } }, [0, 0, 0, 0]), 'type toString'],
    ['cut data', file({ x: one }, [0, 0, 0]), 'ends within tensor "x"'],
    ['data beyond the last tensor', file({ x: one }, [0, 0, 0, 0, 0]), '1 bytes at its end'],
    ['overlapping tensors', file({ x: one, y: one }, [0, 0, 0, 0]), 'tensor "y" do not follow'],
    ['a shape that is not the data', file({ x: { ...one, shape: [2] } }, [0, 0, 0, 0]), 'but 4 bytes'],
    ['metadata that are not strings', file({ __metadata__: { a: 1 } }), 'metadata'],
  ];
  test.each(bad)('refuses %s in one line', (_, bytes, reason) => {
    const read = () => readSafetensors(bytes, 'model.safetensors');
    expect(read).toThrow(InputError);
    expect(read).toThrow(reason);
    expect(read).toThrow(/^Cannot read model.safetensors as safetensors: [^\n]*\.$/);
  });

  test('any damage to a file is refused or read, never a crash of another kind', () => {
    const bytes = join(writeSafetensors({ x: { shape: [2], data: Int32Array.of(1, 2) } }, { a: 'b' }));
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        try {
          readSafetensors(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
        }
      }),
    );
  });

  test('refuses to write what cannot be read', () => {
    expect(() => writeSafetensors({ x: { shape: [3], data: Uint8Array.of(1) } })).toThrow(
      'shape [3] but 1 values',
    );
    expect(() => writeSafetensors({ __metadata__: { shape: [0], data: new Uint8Array(0) } })).toThrow(
      InputError,
    );
  });
});
