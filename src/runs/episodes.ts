import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError, makeFolder, writeFileAtomic } from '../base/index.ts';
import { decodeGif, encodeGif, type Animation, type Picture } from './pictures/index.ts';

/** What happened in a recorded episode, one number an agent step. */
export interface EpisodeTrace {
  version: 1;
  /** Agent step of the run at which the episode was played. */
  agentStep: number;
  /** Agent steps from one picture to the next. */
  every: number;
  rewards: number[];
  /** What the agent thought at each step, by name, such as `value` and `entropy`; as long as `rewards`. */
  traces: Record<string, number[]>;
}

/** An episode in a run folder. */
export interface EpisodeFile {
  /** Such as `eval-3500`. */
  name: string;
  agentStep: number;
  path: string;
}

/** A recorded episode, read. */
export interface RecordedEpisode extends Animation {
  name: string;
  trace?: EpisodeTrace;
}

const folderOf = (run: string) => join(run, 'episodes');
const NAME = /^eval-(\d+)(?:-(\d+))?\.gif$/;

/** Writes an episode of a run: an animation, and beside it what happened in numbers. */
export function writeEpisode(
  run: string,
  name: string,
  { pictures, fps, trace }: { pictures: readonly Picture[]; fps: number; trace?: EpisodeTrace },
): void {
  const folder = folderOf(run);
  makeFolder(folder);
  if (trace) writeFileAtomic(join(folder, `${name}.json`), JSON.stringify(trace));
  writeFileAtomic(join(folder, `${name}.gif`), encodeGif(pictures, fps, 1));
}

/** The recorded episodes of a run in the order of their steps. */
export function listEpisodes(run: string): EpisodeFile[] {
  const folder = folderOf(run);
  if (!existsSync(folder)) return [];
  const episodes = readdirSync(folder).flatMap((file) => {
    const match = NAME.exec(file);
    if (!match) return [];
    const place = { agentStep: Number(match[1]), order: Number(match[2] ?? 1) };
    return [{ name: file.replace(/\.gif$/, ''), path: join(folder, file), ...place }];
  });
  episodes.sort((a, b) => a.agentStep - b.agentStep || a.order - b.order);
  return episodes.map(({ name, agentStep, path }) => ({ name, agentStep, path }));
}

function readTrace(path: string): EpisodeTrace | undefined {
  const file = path.replace(/\.gif$/, '.json');
  if (!existsSync(file)) return undefined;
  try {
    const trace = JSON.parse(readFileSync(file, 'utf8')) as EpisodeTrace;
    return trace.version === 1 && Array.isArray(trace.rewards) ? trace : undefined;
  } catch {
    // The pictures are worth showing without it.
    return undefined;
  }
}

/** Reads a recorded episode. @throws InputError in one line where its animation cannot be read */
export function readEpisode({ name, path }: EpisodeFile): RecordedEpisode {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new InputError(`Cannot read the episode ${path}: it is gone.`);
  }
  return { name, ...decodeGif(bytes, path), trace: readTrace(path) };
}
