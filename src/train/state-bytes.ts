import { Box, Wrapper, type Env, type ResetOptions } from '../envs/index.ts';

const bytesOf = (state: Float32Array) => new Uint8Array(state.buffer, state.byteOffset, state.byteLength);

/**
 * State vectors as the bytes of their float32 numbers: a picture of one pixel, `[1, 1, 4 S]`. Replay buffer,
 * checkpoints and the loop carry bytes without asking what they mean; agents read them with `observationTensor`.
 */
export class StateBytes<A> extends Wrapper<Uint8Array, A, Float32Array> {
  constructor(env: Env<Float32Array, A>) {
    const channels = env.observationSpace.shape[0] * Float32Array.BYTES_PER_ELEMENT;
    super(env, { observation: new Box({ low: 0, high: 255, shape: [1, 1, channels], dtype: 'uint8' }) });
  }

  reset(options?: ResetOptions) {
    const { observation, info } = this.env.reset(options);
    return { observation: bytesOf(observation), info };
  }

  step(action: A) {
    const result = this.env.step(action);
    return { ...result, observation: bytesOf(result.observation) };
  }
}
