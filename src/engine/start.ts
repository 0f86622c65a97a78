import * as tf from './tensorflow.ts';
import { InputError, messageOf, nearest, RunError } from '../base/index.ts';
import type { Engine, Kernels, RunningEngine, StartOptions } from './engine.ts';
import { defaultThreads, ENGINES } from './engines.ts';
import { selfTest } from './self-test.ts';
import type { SelfTest } from './self-test.ts';

export type EngineName = 'auto' | keyof typeof ENGINES;

export interface EngineOptions {
  /** Default `auto`: the first engine, fastest first, that starts and passes its self-test. */
  name?: EngineName;
  /** Threads of the CPU engines; default: all processors, at most 8. */
  threads?: number;
  /** `composed` leaves our C++ kernels out (default `own`). */
  kernels?: 'own' | 'composed';
}

/** The engine that runs. */
export interface EngineInfo {
  name: Exclude<EngineName, 'auto'>;
  threads: number;
  simd: string;
  /** What it computes on, where that is not plain. */
  device?: string;
  kernels: Kernels;
  /** What did not work and what is used instead, one line each. */
  notes: string[];
  selfTest: SelfTest;
}

interface Running {
  options: EngineOptions;
  info: EngineInfo;
  engine: RunningEngine;
}

let running: Promise<Running> | null = null;

/**
 * Starts an engine, checks its gradients on a small net, and makes it the one that all tensors use. Once an
 * engine runs, calls that it satisfies give the same information again.
 *
 * @example
 * const { name, threads, notes } = await startEngine({ name: 'auto' });
 *
 * @throws InputError for an engine that this version does not have, or when another engine runs already
 * @throws RunError when the engine does not start or fails its self-test
 */
export async function startEngine(options: EngineOptions = {}): Promise<EngineInfo> {
  check(options);
  if (running) return reuse(await running, options);
  const starting = start(options);
  running = starting;
  try {
    return (await starting).info;
  } catch (error) {
    running = null;
    throw error;
  }
}

/** Ends the engine's threads and drops all tensors; for tests and measurements, a program just ends. */
export async function stopEngine(): Promise<void> {
  const stopped = await running?.catch(() => null);
  running = null;
  if (!stopped) return;
  tf.disposeVariables();
  await stopped.engine.stop();
}

/** The engine that runs, if one does. */
export async function currentEngine(): Promise<EngineInfo | null> {
  return (await running)?.info ?? null;
}

/** All engines, in the order in which `auto` tries them. */
export function engineNames(): EngineInfo['name'][] {
  return Object.keys(ENGINES) as EngineInfo['name'][];
}

/** One engine, whether or not it can be had here. */
export interface EngineDescription {
  description: string;
  /** Why it is not here, where nothing is broken; null where it is to be expected to start. */
  missing: string | null;
}

/** What an engine is, and whether it is here; starts nothing. */
export function describeEngine(name: EngineInfo['name']): EngineDescription {
  const { description, missing }: Engine = ENGINES[name];
  return { description, missing: missing?.(wantedOf({ name })) ?? null };
}

function wantedOf({ name = 'auto', threads, kernels }: EngineOptions): StartOptions {
  return { threads: threads ?? defaultThreads(), kernels: kernels ?? 'own', auto: name === 'auto' };
}

function check({ name, threads }: EngineOptions): void {
  const known = ['auto', ...engineNames()];
  if (name !== undefined && !known.includes(name)) {
    throw new InputError(
      `There is no engine "${name}"; did you mean "${nearest(name, known)}"? (${known.join(', ')})`,
    );
  }
  if (threads !== undefined && !(Number.isInteger(threads) && threads > 0)) {
    throw new InputError(`The engine's threads must be a positive integer, not ${threads}.`);
  }
}

function reuse({ info, options: given }: Running, wanted: EngineOptions): EngineInfo {
  const { name = 'auto', threads = given.threads, kernels = given.kernels } = wanted;
  const sameName = name === 'auto' || name === info.name;
  if (sameName && threads === given.threads && kernels === given.kernels) return info;
  throw new InputError(
    `The engine "${info.name}" with ${info.threads} threads already runs in this process; ask for the same or for none.`,
  );
}

async function start(options: EngineOptions): Promise<Running> {
  tf.enableProdMode();
  const named = options.name && options.name !== 'auto' ? options.name : null;
  const notes: string[] = [];
  for (const name of named ? [named] : engineNames()) {
    const entry: Engine = ENGINES[name];
    const wanted = wantedOf(options);
    const missing = entry.missing?.(wanted);
    if (missing) {
      if (named) notes.push(`${name}: ${missing}`);
      continue;
    }
    let engine: RunningEngine | null = null;
    try {
      engine = await entry.start(wanted);
      const { stop: _, selfTest: passed, ...about } = engine;
      const result = passed ?? (await selfTest());
      const info = { name, ...about, notes: [...notes, ...engine.notes], selfTest: result };
      return { options, info, engine };
    } catch (error) {
      await engine?.stop();
      notes.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new RunError(`No engine works: ${notes.join('; ')}.`);
}
