import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { messageOf } from '../../base/index.ts';
import type { EngineInfo, EngineName } from '../../engine/index.ts';

/** What `doctor` tells of one engine. */
export interface EngineReport {
  name: EngineName;
  description: string;
  /** What it needs is here. */
  found: boolean;
  /** It started and passed its self-test. */
  works: boolean;
  /** Why it is not found or does not work. */
  reason?: string;
  /** What runs; absent where nothing does. */
  info?: EngineInfo;
  /** Milliseconds from asking for it to having passed the self-test. */
  startMilliseconds?: number;
  speed?: { forwardGflops: number; trainingGflops: number; updatesPerSecond: number | null };
}

/** Seconds for measuring updates. */
const SECONDS = 1;
/** Longest wait for an engine, milliseconds. */
const PATIENCE = 120_000;

/** Starts an engine in this process and measures it; `auto` is only started. */
export async function examineHere(name: EngineName, threads?: number): Promise<EngineReport> {
  const { describeEngine, measureEngine, startEngine } = await import('../../engine/index.ts');
  const { description, missing } =
    name === 'auto' ? { description: 'the first that works', missing: null } : describeEngine(name);
  const report: EngineReport = { name, description, found: missing === null, works: false };
  if (missing !== null) return { ...report, reason: missing };
  try {
    const start = performance.now();
    const info = await startEngine({ name, threads });
    const startMilliseconds = performance.now() - start;
    const running = { ...report, works: true, info, startMilliseconds };
    if (name === 'auto') return running;
    const gflops = await measureEngine();
    const { updatesPerSecond } = await import('./updates.ts');
    // Plain JavaScript would take minutes for one.
    const updates = name === 'cpu' ? null : await updatesPerSecond(SECONDS);
    return { ...running, speed: { ...gflops, updatesPerSecond: updates } };
  } catch (error) {
    return { ...report, reason: messageOf(error).replace(/^No engine works: \w+: (.*)\.$/, '$1') };
  }
}

/**
 * The same in a process of its own: engines share memory and threads with each other, and a broken one may take its
 * process with it.
 */
export async function examineApart(name: EngineName, threads?: number): Promise<EngineReport> {
  const program = fileURLToPath(new URL('../../../bin/curlew.js', import.meta.url));
  const args = [program, 'doctor', '--engine', name, '--json'];
  if (threads !== undefined) args.push('--threads', String(threads));
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: PATIENCE });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = await new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => resolve(signal ?? `status ${code}`));
  });
  try {
    return JSON.parse(stdout) as EngineReport;
  } catch {
    const { describeEngine } = await import('../../engine/index.ts');
    const description = name === 'auto' ? '' : describeEngine(name).description;
    const last = stderr.trim().split('\n').at(-1);
    const reason = `its process ended with ${ended}${last ? ` (${last})` : ''}`;
    return { name, description, found: true, works: false, reason };
  }
}
