import type { SelfTest } from './self-test.ts';

/** Which kernels do the heavy work: ours in C++, ones composed from the library's, or the library's own. */
export type Kernels = 'own' | 'composed' | 'library';

export interface StartOptions {
  /** Threads of the CPU engines, the calling one included. */
  threads: number;
  /** `composed` leaves our C++ kernels out. */
  kernels: 'own' | 'composed';
  /** Nobody named the engine: one for GPUs that finds none is not to start. */
  auto: boolean;
}

/** An engine that runs. */
export interface RunningEngine {
  threads: number;
  /** Vector instructions in use: `none`, `simd128`, or what our kernels report. */
  simd: string;
  /** What it computes on, where that is not plain. */
  device?: string;
  kernels: Kernels;
  notes: string[];
  /** Its self-test, where it has passed that while it started. */
  selfTest?: SelfTest;
  stop(): Promise<void>;
}

export interface Engine {
  description: string;
  /** Why it cannot be had here though nothing is broken: `auto` then passes it over without a note. */
  missing?: (options: StartOptions) => string | null;
  start: (options: StartOptions) => Promise<RunningEngine>;
}
