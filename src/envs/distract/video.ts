import { Random } from '../../base/index.ts';
import type { Picture } from '../env.ts';
import { fractalNoise } from './noise.ts';

/** A moving background. */
export interface Video {
  /** Number of frames. */
  readonly frames: number;
  /** Frame `n` for a picture of this size; it may have another size, and is stretched then. */
  frame(n: number, width: number, height: number): Picture;
}

/** Side of a texture, which repeats, and how much of it is seen at once. */
const SIZE = 256;
const WINDOW = 144;
const FRAMES = 240;

interface Layer {
  /** RGB of each texel. */
  readonly texels: Uint8Array;
  /** Where it is at frame 0, and how far it moves each frame, in texels. */
  readonly at: readonly [number, number];
  readonly move: readonly [number, number];
}

/** A colour that could occur outdoors: any hue, not too bright, not too strong. */
function earthy(random: Random): [number, number, number] {
  const light = random.uniform(40, 200);
  const tint = () => Math.max(0, Math.min(255, light + random.uniform(-50, 50)));
  return [tint(), tint(), tint()];
}

/** A cloudy texture of three colours; its fine grain lightens and darkens it. */
function layer(random: Random, speed: number): Layer {
  const form = fractalNoise(random, SIZE, 4, 5);
  const grain = fractalNoise(random, SIZE, 16, 3);
  const [dark, middle, bright] = [earthy(random), earthy(random), earthy(random)];
  const texels = new Uint8Array(SIZE * SIZE * 3);
  for (let i = 0; i < form.length; i++) {
    // Noise gathers around one half; this spreads it.
    const t = Math.max(0, Math.min(1, (form[i] - 0.25) * 2));
    const [from, to, share] = t < 0.5 ? [dark, middle, 2 * t] : [middle, bright, 2 * t - 1];
    const light = 0.7 + 0.6 * grain[i];
    for (let k = 0; k < 3; k++) {
      texels[3 * i + k] = Math.min(255, light * (from[k] + (to[k] - from[k]) * share));
    }
  }
  const at = [random.integer(SIZE), random.integer(SIZE)] as const;
  return { texels, at, move: [random.uniform(-speed, speed), random.uniform(-speed, speed) / 2] };
}

/** Two textures that pass over one another at different speeds; the nearer one has holes. */
class NoiseVideo implements Video {
  readonly frames = FRAMES;
  readonly #back: Layer;
  readonly #front: Layer;
  readonly #mask: Uint8Array;

  constructor(random: Random) {
    this.#back = layer(random, 0.8);
    this.#front = layer(random, 2);
    const mask = fractalNoise(random, SIZE, 5, 3);
    this.#mask = Uint8Array.from(mask, (x) => (x > 0.55 ? 1 : 0));
  }

  frame(n: number, width: number, height: number): Picture {
    const data = new Uint8Array(width * height * 3);
    const origin = ({ at, move }: Layer, k: 0 | 1) => (((at[k] + move[k] * n) % SIZE) + SIZE) % SIZE;
    const [backX, backY] = [origin(this.#back, 0), origin(this.#back, 1)];
    const [frontX, frontY] = [origin(this.#front, 0), origin(this.#front, 1)];
    const step = WINDOW / Math.max(width, height);
    const wrap = SIZE - 1;
    for (let y = 0, out = 0; y < height; y++) {
      const backRow = (Math.floor(backY + y * step) & wrap) * SIZE;
      const frontRow = (Math.floor(frontY + y * step) & wrap) * SIZE;
      for (let x = 0; x < width; x++, out += 3) {
        const front = frontRow + (Math.floor(frontX + x * step) & wrap);
        const nearer = this.#mask[front] === 1;
        const texels = nearer ? this.#front.texels : this.#back.texels;
        const from = 3 * (nearer ? front : backRow + (Math.floor(backX + x * step) & wrap));
        data[out] = texels[from];
        data[out + 1] = texels[from + 1];
        data[out + 2] = texels[from + 2];
      }
    }
    return { width, height, data };
  }
}

/** How many generated videos there are; as many as in the sets that the original benchmark split. */
export const VIDEOS = { train: 60, test: 30 } as const;

export type VideoSet = keyof typeof VIDEOS;

const cache = new Map<string, Video>();

/** Generated video `n` of a set; the same everywhere. Train and test share none. */
export function noiseVideo(set: VideoSet, n: number): Video {
  const key = `${set}/${n}`;
  let video = cache.get(key);
  if (!video) {
    video = new NoiseVideo(Random.stream(n, 'background', set));
    if (cache.size >= 24) cache.clear();
    cache.set(key, video);
  }
  return video;
}
