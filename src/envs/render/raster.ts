import type { Kernel } from './kernel.ts';

/** A depth buffer in a kernel's memory (`Raster` in `kernels/src/render/scene.h`). */
export class Raster {
  /** Addresses of the whole and of its depths. */
  readonly address: number;
  readonly depth: number;

  constructor(kernel: Kernel, columns: number, rows: number) {
    const samples = columns * rows;
    this.depth = kernel.take(4 * samples);
    const ids = kernel.take(2 * samples);
    const first = kernel.take(4 * rows);
    const last = kernel.take(4 * rows);
    this.address = kernel.take(24);
    kernel.float32(this.depth, samples).fill(Infinity);
    kernel.int32(first, rows).fill(columns);
    kernel.int32(last, rows).fill(-1);
    kernel.int32(this.address, 6).set([this.depth, ids, first, last, columns, rows]);
  }
}
