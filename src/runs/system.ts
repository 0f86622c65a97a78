import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, hostname, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Json } from '../base/index.ts';
import { writeFileAtomic } from '../base/index.ts';

/** What `system.json` holds: everything outside the experiment that a result may depend on. */
export interface SystemInfo {
  version: 1;
  curlew: string;
  node: string;
  platform: string;
  host: string;
  cpu: { model: string; cores: number };
  memoryGB: number;
  /** Absent until the run has started its engine. */
  engine?: Json;
  /** Absent outside a git working folder. */
  git?: { commit: string; dirty: boolean };
  command: string;
  startedAt: string;
  /** One entry each time the run was taken up again. */
  resumed?: { at: string; command: string; host: string }[];
}

const fileOf = (folder: string) => join(folder, 'system.json');

/** Version of this package. */
export function curlewVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

function gitInfo(folder: string): SystemInfo['git'] {
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      timeout: 3000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    return {
      commit: git('rev-parse', 'HEAD').trim(),
      dirty: git('status', '--porcelain', '-uno').trim() !== '',
    };
  } catch {
    return undefined;
  }
}

/** Describes this machine, this version and the code in the working folder. */
export function systemInfo(command: string, engine?: Json, workingFolder = process.cwd()): SystemInfo {
  return {
    version: 1,
    curlew: curlewVersion(),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    host: hostname(),
    cpu: { model: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism() },
    memoryGB: Math.round(totalmem() / 2 ** 20 / 102.4) / 10,
    engine,
    git: gitInfo(workingFolder),
    command,
    startedAt: new Date().toISOString(),
  };
}

/** The stored description; undefined when there is none that can be read. */
export function readSystem(folder: string): SystemInfo | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(folder), 'utf8')) as SystemInfo;
  } catch {
    return undefined;
  }
}

/** Stores or, with a part, completes `system.json`: `updateSystem(folder, { engine })`. */
export function updateSystem(folder: string, part: Partial<SystemInfo>): void {
  writeFileAtomic(fileOf(folder), `${JSON.stringify({ ...readSystem(folder), ...part }, null, 1)}\n`);
}
