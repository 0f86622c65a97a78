import { expect, test } from 'vitest';
import {
  centreBox,
  colorJitter,
  crop,
  cutmix,
  cutmixBox,
  cutout,
  flip,
  gaussianBlur,
  grayscale,
  mixup,
  placeOnCanvas,
  randAugmentMagnitude,
  randAugmentOperations,
  resizedCrop,
  shift,
  solarize,
  type ByteImage,
  type CropBox,
  type JitterStep,
  type RandAugmentName,
} from '../../src/encoders/index.ts';
import { expectClose, vectorCases, type VectorCase, type VectorTensor } from '../vectors.ts';

type Numbers = Record<string, number>;

function imageOf(value: unknown): ByteImage {
  const { shape, data } = value as VectorTensor;
  return { height: shape[0], width: shape[1], channels: shape[2], data: Uint8Array.from(data as number[]) };
}

function compare(vector: VectorCase, key: string, got: ArrayLike<number> | number): void {
  expectClose(got, vector.expected[key], vector.tolerance[key], `${vector.name} ${key}`);
}

type Transform = (image: ByteImage, params: Numbers, vector: VectorCase) => ByteImage;

/** Transforms of one picture, held to the bytes. */
const bytes: Record<string, Transform> = {
  crop: (image, params) => crop(image, params as unknown as CropBox),
  center_crop: (image, { height, width }) => crop(image, centreBox(image, { height, width })),
  translate_canvas: (image, params) => placeOnCanvas(image, params as unknown as CropBox),
  shift: (image, { pad, dy, dx }) => shift(image, pad, dy, dx),
  flip: (image) => flip(image),
  color_jitter: (image, params, vector) =>
    colorJitter(
      image,
      (vector.params.order as JitterStep['step'][]).map((step) => ({ step, strength: params[step] })),
    ),
  grayscale: (image) => grayscale(image),
  gaussian_blur: (image, { kernel, sigma }) => gaussianBlur(image, kernel, sigma),
  solarize: (image, { threshold }) => solarize(image, threshold),
  cutout: (image, { y0, x0, y1, x1, fill }) =>
    cutout(image, { top: y0, left: x0, height: y1 - y0, width: x1 - x0 }, fill),
  randaugment_op: (image, { magnitude }, vector) =>
    randAugmentOperations[vector.params.operation as RandAugmentName](image, magnitude),
  randaugment_sequence: (image, _, vector) => {
    const magnitudes = vector.params.magnitudes as number[];
    return (vector.params.operations as RandAugmentName[]).reduce(
      (current, name, i) => randAugmentOperations[name](current, magnitudes[i]),
      image,
    );
  },
};

/** What is not one picture to one picture of bytes. */
const others: Record<string, (vector: VectorCase, params: Numbers) => void> = {
  cutmix(vector, { lambda, center_y, center_x }) {
    const [a, b] = [imageOf(vector.inputs.image), imageOf(vector.inputs.image_b)];
    const box = cutmixBox(a, lambda, { y: center_y, x: center_x });
    const mixed = cutmix(a, b, box);
    compare(vector, 'uint8', mixed.image.data);
    compare(vector, 'lambda_adjusted', mixed.lambda);
    const { top, left, height, width } = box;
    compare(vector, 'box_y0_x0_y1_x1', [top, left, top + height, left + width]);
  },
  mixup(vector, { lambda }) {
    const [a, b] = [imageOf(vector.inputs.image), imageOf(vector.inputs.image_b)];
    const out = new Float32Array(a.data.length);
    mixup(a, b, lambda, out);
    compare(
      vector,
      'float',
      out.map((value) => value / 255),
    );
  },
  resized_crop(vector, { out_height: height, out_width: width, ...params }) {
    const image = imageOf(vector.inputs.image);
    const out = new Float32Array(height * width * image.channels);
    resizedCrop(image, params as unknown as CropBox, { height, width }, out);
    compare(
      vector,
      'float',
      out.map((value) => value / 255),
    );
  },
  randaugment_magnitudes(vector, { height, width, bins }) {
    expect(vector.params.operations).toEqual(Object.keys(randAugmentOperations));
    for (const name of Object.keys(vector.expected)) {
      const found = Array.from({ length: bins }, (_, bin) =>
        randAugmentMagnitude(name as RandAugmentName, bin, { height, width }),
      );
      compare(
        vector,
        name,
        found.map(({ magnitude }) => magnitude),
      );
      expect(found[0].signed).toBe((vector.params.signed as string[]).includes(name));
    }
  },
};

test.each(vectorCases('augment.json').map((vector) => [vector.name, vector] as const))(
  'augment.json: %s',
  (_, vector) => {
    const params = vector.params as unknown as Numbers;
    const { kind } = vector.params;
    if (kind in others) return others[kind](vector, params);
    expect(Object.keys(bytes)).toContain(kind);
    const image = imageOf(vector.inputs.image);
    const before = image.data.slice();
    const out = bytes[kind](image, params, vector);
    compare(vector, 'uint8', out.data);
    expect([out.height, out.width, out.channels]).toEqual((vector.expected.uint8 as VectorTensor).shape);
    expect(image.data).toEqual(before);
  },
);
