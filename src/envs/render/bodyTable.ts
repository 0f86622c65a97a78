import type { Body } from './body.ts';
import type { Kernel } from './kernel.ts';

/** Numbers of a body in the kernel's memory (`Body` in `kernels/src/render/scene.h`). */
const NUMBERS = 29;
const KINDS = { capsule: 0, cylinder: 1, box: 2, ellipsoid: 3 };

function write(body: Body, numbers: Float64Array, at: number): void {
  numbers[at] = KINDS[body.kind];
  numbers[at + 1] = body.smooth ? 1 : 0;
  const { bound, color } = body;
  numbers[at + 2] = bound === 'all' ? 1 : 0;
  if (bound !== 'all') numbers.set(bound, at + 3);
  numbers.set(color, at + 9);
  if ('axis' in body) {
    numbers.set(body.start, at + 12);
    numbers.set(body.axis, at + 15);
    numbers[at + 24] = body.length;
    numbers[at + 25] = body.radius;
    return;
  }
  numbers.set(body.center, at + 12);
  body.axes.forEach((axis, n) => numbers.set(axis, at + 15 + 3 * n));
  numbers.set(body.half, at + 26);
}

/** The bodies of a picture in a kernel's memory. */
export class BodyTable {
  readonly #kernel: Kernel;
  #room = 16;
  #address: number;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#address = kernel.take(8 * NUMBERS * this.#room);
  }

  /** Writes bodies one after the other; the address of the first. */
  write(bodies: readonly Body[]): number {
    if (bodies.length > this.#room) {
      // At least twice the room, so that what is left behind stays less than what is used.
      this.#room = Math.max(bodies.length, 2 * this.#room);
      this.#address = this.#kernel.take(8 * NUMBERS * this.#room);
    }
    const numbers = this.#kernel.float64(this.#address, NUMBERS * bodies.length);
    for (let n = 0; n < bodies.length; n++) write(bodies[n], numbers, n * NUMBERS);
    return this.#address;
  }
}
