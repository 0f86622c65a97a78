/** The part of gifenc that Curlew uses; the package has no types of its own. */
declare module 'gifenc' {
  interface FrameOptions {
    /** The global colours; needed with the first frame. */
    palette?: readonly (readonly number[])[];
    /** Milliseconds; written in hundredths of a second. */
    delay?: number;
    transparent?: boolean;
    transparentIndex?: number;
    /** What becomes of the frame before the next one: 1 leaves it. */
    dispose?: number;
    /** Bits of an index. */
    colorDepth?: number;
  }
  interface Encoder {
    writeFrame(indices: Uint8Array, width: number, height: number, options?: FrameOptions): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  export function GIFEncoder(): Encoder;
}
