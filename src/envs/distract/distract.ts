import { Random } from '../../base/index.ts';
import type { Json, RandomState } from '../../base/index.ts';
import type { ControlEnv } from '../control/index.ts';
import type { Picture, PictureSize, ResetOptions } from '../env.ts';
import { renderScene } from '../render/index.ts';
import type { Color, Scene } from '../render/index.ts';
import { Wrapper } from '../wrappers/index.ts';
import { displaced, drawCamera, moveCamera } from './camera.ts';
import type { CameraState } from './camera.ts';
import { folderVideos } from './folder.ts';
import { VIDEOS, noiseVideo } from './video.ts';
import type { Video, VideoSet } from './video.ts';

/** How strong distractions are, and from how many videos the background is drawn. */
export const LEVELS = {
  easy: { scale: 0.1, videos: 4 },
  medium: { scale: 0.2, videos: 8 },
  hard: { scale: 0.3, videos: Infinity },
} as const;

export type DistractionLevel = keyof typeof LEVELS;

export interface DistractOptions {
  /** Whether distractions change within an episode, or only from one to the next. */
  dynamic: boolean;
  color: boolean;
  camera: boolean;
  background: boolean;
  /** Which of the generated backgrounds; test ones never occur in train. */
  backgrounds: VideoSet;
  /** A folder of PNG frames to use instead. */
  backgroundFolder?: string;
  /** How much of the floor covers the background, in [0, 1]. */
  floorOpacity: number;
}

type State = {
  /** What is added to each material's red, green and blue. */
  colors: number[];
  camera: CameraState;
  video: number;
  frame: number;
  way: number;
};

const keyOf = (color: Color) => color.join();

/**
 * A control task whose pictures are disturbed while physics and rewards stay as they are, after the Distracting
 * Control Suite (Stone et al. 2021, arXiv 2101.02722): colours of all materials, camera and background.
 */
export class Distract extends Wrapper<Float32Array, Float32Array> {
  readonly #task: ControlEnv;
  readonly #options: DistractOptions;
  readonly #scale: number;
  readonly #videos: number;
  readonly #folder: readonly Video[] | null;
  /** Position of each material's colours in `State.colors`; the floor is the last. */
  readonly #materials = new Map<string, number>();
  readonly #distance: number;
  readonly #fromAbove: boolean;
  #random = Random.stream(0, 'distract');
  #state: State;

  /** @throws InputError where `backgroundFolder` has no pictures. */
  constructor(task: ControlEnv, level: DistractionLevel, options: DistractOptions) {
    super(task);
    this.#task = task;
    this.#options = options;
    const { scale, videos } = LEVELS[level];
    this.#scale = scale;
    this.#folder = options.backgroundFolder === undefined ? null : folderVideos(options.backgroundFolder);
    this.#videos = Math.min(videos, this.#folder?.length ?? VIDEOS[options.backgrounds]);
    const { camera, shapes } = task.scene();
    for (const { color } of shapes) {
      if (!this.#materials.has(keyOf(color))) this.#materials.set(keyOf(color), this.#materials.size);
    }
    this.#fromAbove = camera.forward[2] < -0.99;
    const depths = shapes.map((shape) => {
      const [x, y, z] = 'center' in shape ? shape.center : shape.from;
      const { position: p, forward: f } = camera;
      return (x - p[0]) * f[0] + (y - p[1]) * f[1] + (z - p[2]) * f[2];
    });
    this.#distance = depths.reduce((sum, depth) => sum + depth, 0) / depths.length;
    this.#state = this.#draw();
  }

  reset(options: ResetOptions = {}) {
    const result = this.env.reset(options);
    if (options.seed !== undefined) this.#random = Random.stream(options.seed, 'distract');
    this.#state = this.#draw();
    return result;
  }

  step(action: Float32Array) {
    const result = this.env.step(action);
    if (this.#options.dynamic) this.#advance();
    return result;
  }

  override render({ width, height, out }: PictureSize = { width: 240, height: 240 }): Picture {
    return { width, height, data: renderScene(this.scene(width, height), width, height, out) };
  }

  /** The task's scene, disturbed. */
  scene(width: number, height: number): Scene {
    const { color, camera, background, floorOpacity } = this.#options;
    const scene = this.#task.scene();
    const tint = (base: Color, material: number) => (color ? this.#tinted(base, material) : base);
    const floor = scene.floor && {
      ...scene.floor,
      colors: scene.floor.colors!.map((base) => tint(base, this.#materials.size)) as [Color, Color],
      ...(background ? { opacity: floorOpacity } : {}),
    };
    return {
      ...scene,
      floor,
      shapes: scene.shapes.map((shape) => ({
        ...shape,
        color: tint(shape.color, this.#materials.get(keyOf(shape.color)) ?? 0),
      })),
      camera: camera ? displaced(scene.camera, this.#state.camera, this.#distance) : scene.camera,
      sky: background ? { picture: this.#video.frame(this.#state.frame, width, height) } : scene.sky,
    };
  }

  get #video(): Video {
    const { video } = this.#state;
    return this.#folder ? this.#folder[video] : noiseVideo(this.#options.backgrounds, video);
  }

  /** A fresh set of distractions. All of them are drawn always, so that switching one off leaves the others. */
  #draw(): State {
    const random = this.#random;
    const s = this.#scale;
    const colors = Array.from({ length: 3 * (this.#materials.size + 1) }, () => random.uniform(-s, s));
    const camera = drawCamera(random, s, this.#fromAbove);
    const state: State = { colors, camera, video: random.integer(this.#videos), frame: 0, way: 1 };
    this.#state = state;
    state.frame = random.integer(this.#options.background ? this.#video.frames : 1);
    return state;
  }

  #advance(): void {
    const random = this.#random;
    const s = this.#scale;
    const state = this.#state;
    state.colors = state.colors.map((x) => Math.max(-s, Math.min(s, x + 0.03 * s * random.normal())));
    moveCamera(state.camera, random, s, this.#fromAbove, 1 / this.metadata.renderFps);
    if (!this.#options.background) return;
    // Back and forth, so that the video has no cut.
    const { frames } = this.#video;
    if (state.frame + state.way < 0 || state.frame + state.way >= frames) state.way = -state.way;
    state.frame = Math.max(0, Math.min(frames - 1, state.frame + state.way));
  }

  #tinted(base: Color, material: number): Color {
    const { colors } = this.#state;
    return [0, 1, 2].map((k) =>
      Math.max(0, Math.min(1, base[k] + colors[3 * material + k])),
    ) as unknown as Color;
  }

  protected override saveOwn(): Json {
    return structuredClone({ state: this.#state, random: this.#random.state() }) as unknown as Json;
  }

  protected override restoreOwn(saved: Json): void {
    const { state, random } = structuredClone(saved) as unknown as { state: State; random: RandomState };
    this.#state = state;
    this.#random.restore(random);
  }
}
