/** Bytes past a chunk's end that a four-byte read of its last pixel may touch. */
const PADDING = 4;

/** Geometry of one frame. */
export interface FrameShape {
  height: number;
  width: number;
  channels: number;
}

/** A run of consecutive frames in one allocation; `view` covers the same bytes as `bytes` and the padding. */
export interface Chunk {
  bytes: Uint8Array;
  view: DataView;
}

/**
 * A queue of frames, each stored once as uint8 HWC, numbered from 0 since the beginning of the run. Frames lie in
 * chunks well below the limits of one allocation: chunk `c` holds the frames `[c * perChunk, (c + 1) * perChunk)`.
 * A full chunk never changes again, so a checkpoint has to write it only once.
 */
export class FrameQueue {
  readonly shape: FrameShape;
  readonly frameBytes: number;
  readonly perChunk: number;
  readonly chunks = new Map<number, Chunk>();
  /** Frames ever appended: the number of the next frame. */
  count = 0;

  constructor(shape: FrameShape, chunkBytes: number) {
    this.shape = shape;
    this.frameBytes = shape.height * shape.width * shape.channels;
    this.perChunk = Math.max(1, Math.floor(chunkBytes / this.frameBytes));
  }

  /** Appends the newest frame (the last channels) of a stacked observation `[height, width, stack * channels]`. */
  append(observation: Uint8Array): number {
    const { channels } = this.shape;
    const pixels = this.frameBytes / channels;
    const stride = observation.length / pixels;
    if (!Number.isInteger(stride) || stride < channels) {
      throw new RangeError(
        `An observation has ${observation.length} bytes; expected a multiple of ${this.frameBytes}.`,
      );
    }
    const { bytes } = this.chunkOf(this.count);
    let to = this.offsetOf(this.count);
    if (stride === channels) {
      bytes.set(observation, to);
    } else {
      for (let from = stride - channels; from < observation.length; from += stride - channels) {
        for (let c = 0; c < channels; c++) bytes[to++] = observation[from++];
      }
    }
    return this.count++;
  }

  /** The chunk that holds a frame, allocated at its first use. */
  chunkOf(frame: number): Chunk {
    const number = Math.floor(frame / this.perChunk);
    const chunk = this.chunks.get(number) ?? this.allocate();
    this.chunks.set(number, chunk);
    return chunk;
  }

  /** Where a frame begins in its chunk. */
  offsetOf(frame: number): number {
    return (frame % this.perChunk) * this.frameBytes;
  }

  /** Frees the chunks whose frames all lie before `frame`. */
  release(frame: number): void {
    for (const number of this.chunks.keys()) {
      if ((number + 1) * this.perChunk <= frame) this.chunks.delete(number);
    }
  }

  /** How many frames of a chunk are filled. */
  used(number: number): number {
    return Math.min(this.perChunk, this.count - number * this.perChunk);
  }

  allocate(): Chunk {
    const buffer = new ArrayBuffer(this.perChunk * this.frameBytes + PADDING);
    return { bytes: new Uint8Array(buffer, 0, this.perChunk * this.frameBytes), view: new DataView(buffer) };
  }
}
