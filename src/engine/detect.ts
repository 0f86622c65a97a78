import { createRequire } from 'node:module';
import { messageOf } from '../base/index.ts';
import { defaultThreads, ENGINES } from './engines.ts';
import type { Engine, Kernels } from './engines.ts';
import { selfTest } from './self-test.ts';
import { currentEngine } from './start.ts';
import type { EngineInfo } from './start.ts';
import * as tf from './tensorflow.ts';

/** One engine of this version or one to come, for `curlew doctor`. */
export interface DetectedEngine {
  name: EngineInfo['name'];
  description: string;
  /** What it needs is installed. */
  found: boolean;
  /** It started and passed its self-test. */
  works: boolean;
  /** Why it does not work. */
  reason?: string;
  /** Threads it uses; 0 where it does not work. */
  threads: number;
  simd?: string;
  kernels?: Kernels;
  /** What works less well than it could. */
  notes: string[];
}

/**
 * Starts each engine in turn, checks its gradients and stops it again; an engine that runs already stays as it is.
 *
 * @param threads threads of the CPU engines; default as in `startEngine`
 */
export async function detectEngines(threads = defaultThreads()): Promise<DetectedEngine[]> {
  tf.enableProdMode();
  const current = await currentEngine();
  const detected: DetectedEngine[] = [];
  for (const name of Object.keys(ENGINES) as EngineInfo['name'][]) {
    const engine: Engine = ENGINES[name];
    const { description } = engine;
    if (current?.name === name) {
      const { threads, simd, kernels, notes } = current;
      detected.push({ name, description, found: true, works: true, threads, simd, kernels, notes });
      continue;
    }
    const missing = engine.missing?.({ threads, kernels: 'own' });
    const found = engine.missing
      ? !missing
      : engine.packages.some((set) => set.length > 0 && set.every(isInstalled));
    const none = { name, description, found, works: false, threads: 0, notes: [] };
    if (!engine.start) detected.push({ ...none, reason: 'not part of this version' });
    else if (missing) detected.push({ ...none, reason: missing });
    else if (current && sharesMemory(current.name, name))
      detected.push({ ...none, reason: `not tried: the ${current.name} engine runs on the same memory` });
    else detected.push(await attempt(engine.start, threads).then((result) => ({ ...none, ...result })));
  }
  return detected;
}

/** Both work on the wasm backend: starting one would take the other's tensors away. */
function sharesMemory(one: string, other: string): boolean {
  return [one, other].every((name) => name === 'wasm' || name === 'native');
}

async function attempt(
  start: NonNullable<Engine['start']>,
  threads: number,
): Promise<Partial<DetectedEngine> & { works: boolean }> {
  const former = tf.engine().backendName;
  try {
    const engine = await start({ threads, kernels: 'own' });
    try {
      selfTest();
    } finally {
      await engine.stop();
    }
    const { simd, kernels, notes } = engine;
    return { works: true, threads: engine.threads, simd, kernels, notes };
  } catch (error) {
    return { works: false, reason: messageOf(error) };
  } finally {
    if (former) await tf.setBackend(former);
  }
}

function isInstalled(packageName: string): boolean {
  try {
    createRequire(import.meta.url).resolve(packageName);
    return true;
  } catch {
    return false;
  }
}
