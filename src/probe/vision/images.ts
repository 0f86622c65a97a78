/** Labelled pictures in bytes, `[N, side, side, 3]`. */
export interface LabelledImages {
  count: number;
  side: number;
  images: Uint8Array;
  /** Class of each, from 0. */
  labels: Int32Array;
  classes: readonly string[];
}

/** Some of the pictures, from `start` up to `end`. */
export function sliceImages(set: LabelledImages, start: number, end: number): LabelledImages {
  const bytes = set.side * set.side * 3;
  const [from, to] = [Math.min(start, set.count), Math.min(end, set.count)];
  return {
    ...set,
    count: to - from,
    images: set.images.subarray(from * bytes, to * bytes),
    labels: set.labels.subarray(from, to),
  };
}
