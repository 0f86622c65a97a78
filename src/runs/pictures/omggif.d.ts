/** The part of omggif that Curlew uses; the package has no types of its own. */
declare module 'omggif' {
  export class GifReader {
    constructor(bytes: Uint8Array);
    readonly width: number;
    readonly height: number;
    numFrames(): number;
    /** Delay in hundredths of a second. */
    frameInfo(frame: number): { delay: number };
    /** Draws a frame over what `pixels` (RGBA) holds; transparent places stay. */
    decodeAndBlitFrameRGBA(frame: number, pixels: Uint8Array): void;
  }
}
