import { join } from 'node:path';
import { InputError, makeFolder, writeFileAtomic } from '../../base/index.ts';
import { encodeApng, encodeGif } from '../../runs/index.ts';
import type { Env, Picture, ResetOptions } from '../env.ts';
import { Wrapper } from './wrapper.ts';

export interface RecordVideoOptions {
  /** Where the films go; made where it is missing. */
  folder: string;
  /** Which episodes, counted from 0; by default 0, 1, 8, 27, ... and from 1,000 on every 1,000th. */
  episodeTrigger?: (episode: number) => boolean;
  /** Frames after which a film ends though the episode goes on; 0 for the whole episode. */
  videoLength?: number;
  namePrefix?: string;
  /** `gif` (default) is small and has 255 colours; `apng` keeps every colour, in a file `.png`. */
  format?: 'gif' | 'apng';
  /** Height and width of a frame in pixels. */
  size?: number;
  /** Pictures a second; the environment's own by default, which counts steps of this wrapper. */
  fps?: number;
}

/** Cubes below 1,000, then every 1,000th. */
function cubes(episode: number): boolean {
  return episode < 1000 ? Math.round(Math.cbrt(episode)) ** 3 === episode : episode % 1000 === 0;
}

/**
 * Films episodes as `NAME-episode-N.gif` or `.png`. A film is written when its episode ends, when it is long enough, at the
 * next reset and at `close`.
 */
export class RecordVideo<O, A> extends Wrapper<O, A> {
  readonly #options: Required<RecordVideoOptions>;
  #episode = -1;
  #frames: Picture[] | null = null;

  /** @throws InputError where the environment draws no pictures, or an option cannot work. */
  constructor(env: Env<O, A>, options: RecordVideoOptions) {
    super(env);
    if (!env.metadata.renderModes.includes('rgb_array')) {
      throw new InputError('RecordVideo needs an environment that draws pictures (render mode rgb_array).');
    }
    this.#options = {
      episodeTrigger: cubes,
      videoLength: 0,
      namePrefix: 'rl-video',
      format: 'gif',
      size: 128,
      fps: env.metadata.renderFps,
      ...options,
    };
    const { size, videoLength, format } = this.#options;
    if (format !== 'gif' && format !== 'apng') {
      throw new InputError(`RecordVideo: format ${String(format)}; give 'gif' or 'apng'.`);
    }
    if (!Number.isSafeInteger(size) || size < 1 || !Number.isSafeInteger(videoLength) || videoLength < 0) {
      throw new InputError(`RecordVideo: size ${size}, videoLength ${videoLength}; give whole numbers.`);
    }
  }

  /** @throws RunError in one line where a film cannot be written. */
  reset(options?: ResetOptions) {
    this.#finish();
    const result = this.env.reset(options);
    this.#episode += 1;
    if (this.#options.episodeTrigger(this.#episode)) this.#frames = [];
    this.#film();
    return result;
  }

  /** @throws RunError in one line where a film cannot be written. */
  step(action: A) {
    const result = this.env.step(action);
    this.#film();
    const { videoLength } = this.#options;
    const full = videoLength > 0 && (this.#frames?.length ?? 0) >= videoLength;
    if (result.terminated || result.truncated || full) this.#finish();
    return result;
  }

  override close(): void {
    this.#finish();
    super.close();
  }

  #film(): void {
    const { size } = this.#options;
    this.#frames?.push(this.env.render({ width: size, height: size }));
  }

  #finish(): void {
    const frames = this.#frames;
    this.#frames = null;
    if (!frames || frames.length === 0) return;
    const { folder, namePrefix, fps, format } = this.#options;
    const [encode, ending] = format === 'gif' ? [encodeGif, 'gif'] : [encodeApng, 'png'];
    const bytes = encode(frames, fps, 1);
    makeFolder(folder);
    writeFileAtomic(join(folder, `${namePrefix}-episode-${this.#episode}.${ending}`), bytes);
  }
}
