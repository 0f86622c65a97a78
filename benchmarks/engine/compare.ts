import { messageOf } from '../../src/base/index.ts';
import type { ProfileTable } from '../../src/engine/index.ts';
import { Competitor } from './competitor.ts';
import { BATCH, PEER_SCRIPT, PEER_WORK, RUNS } from './sizes.ts';
import type { Size, Work } from './sizes.ts';
import { median, summarise, table } from './statistics.ts';
import type { Summary } from './statistics.ts';

export interface CompareOptions {
  engines: string[];
  /** Python that has torch; null leaves PyTorch out. */
  python: string | null;
  sizes: Size[];
  works: Work[];
  threads: number[];
  rounds: number;
  /** Whether to profile our updates at the end; they are when absent. */
  profile?: boolean;
}

/** Time of one competitor at one task, milliseconds of one run. */
export interface Measured extends Summary {
  engine: string;
  work: Work;
  size: Size;
  threads: number;
  /** Its time over PyTorch's in the same rounds: the median of the rounds' ratios. */
  overTorch?: number;
  /** Images of the batch, where the time was scaled from a smaller one. */
  scaledFromBatch?: number;
}

export type Ratios = Record<string, Partial<Record<Size, number>>>;

export interface Comparison {
  competitors: Record<string, unknown>[];
  /** Engines that could not take part, one line each. */
  absent: string[];
  results: Measured[];
  /** Full training step over PyTorch's, both with 2 threads. */
  ratios: Ratios;
  /** Whole update of SAC with CURL over PyTorch's, both with 2 threads. */
  updateRatios: Ratios;
  /** Where our updates' time goes, with the most threads measured; the joint update's, where it is measured. */
  profiles: Record<string, Partial<Record<Size, ProfileTable>>>;
}

/** The plain JavaScript engine would take minutes for a batch. */
const CPU_BATCH = 2;
/** Threads whose times make the ratios. */
const RATIO_THREADS = 2;
/** Pause between samples, for threads that still spin. */
const PAUSE = 20;

/**
 * Measures all competitors in interleaved rounds: each stays alive in its own process and works only while it is
 * asked, so that what disturbs the machine for a while disturbs all of them.
 */
export async function compare(options: CompareOptions, note: (line: string) => void): Promise<Comparison> {
  const absent: string[] = [];
  const competitors: Competitor[] = [];
  const enter = async (start: Promise<Competitor>) => {
    try {
      competitors.push(await start);
    } catch (error) {
      absent.push(messageOf(error));
    }
  };
  try {
    for (const threads of options.threads) {
      for (const engine of options.engines) {
        if (engine !== 'cpu') await enter(Competitor.engine(engine, threads));
        else if (threads === options.threads[0]) await enter(Competitor.engine('cpu', 1, CPU_BATCH));
      }
      if (options.python === null) continue;
      for (const work of new Set(options.works.map((name) => PEER_WORK[name]))) {
        await enter(Competitor.peer(options.python, PEER_SCRIPT[work], work, threads));
      }
    }
    const samples = await takeTurns(competitors, options, note);
    const results = evaluate(samples);
    return {
      competitors: competitors.map(({ name, about }) => ({ name, ...about })),
      absent: [...new Set(absent)],
      results,
      ratios: ratiosOf(results, 'step'),
      updateRatios: ratiosOf(results, 'update'),
      profiles: options.profile === false ? {} : await profilesOf(competitors, options),
    };
  } finally {
    for (const competitor of competitors) competitor.close();
  }
}

/** Milliseconds of each round by competitor and task. */
interface Samples {
  competitor: Competitor;
  work: Work;
  size: Size;
  times: number[];
}

async function takeTurns(
  competitors: Competitor[],
  { sizes, works, rounds }: CompareOptions,
  note: (line: string) => void,
): Promise<Samples[]> {
  // The peer's order is measured whatever order of ours is asked for.
  const all = new Set<Work>([...works, ...works.map((work) => PEER_WORK[work])]);
  const samples: Samples[] = [...all].flatMap((work) =>
    sizes.flatMap((size) =>
      competitors
        .filter(({ name, works: able }) => able.includes(work) && (name === 'torch' || works.includes(work)))
        .filter(({ name }) => !(name === 'cpu' && size === 'L'))
        .map((competitor) => ({ competitor, work, size, times: [] })),
    ),
  );
  for (let round = 1; round <= rounds; round++) {
    note(`round ${round} of ${rounds}`);
    // Backwards every other time, so that nobody always follows the same one.
    for (const { competitor, work, size, times } of round % 2 ? samples : [...samples].reverse()) {
      if (competitor.name === 'cpu' && round > 1) continue;
      const runs = competitor.name === 'cpu' ? 1 : RUNS[work][size];
      // The first answer also pays for building and warming up; `runs: 0` leaves that out of the times.
      if (times.length === 0) await competitor.ask({ work, size, runs: 0 });
      times.push((await competitor.ask({ work, size, runs })).ms);
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }
  return samples;
}

function evaluate(samples: Samples[]): Measured[] {
  return samples.map(({ competitor: { name, threads }, work, size, times }) => {
    const peer = samples.find(
      (other) =>
        other.competitor.name === 'torch' &&
        other.work === PEER_WORK[work] &&
        other.size === size &&
        other.competitor.threads === threads,
    );
    const scale = name === 'cpu' ? BATCH / CPU_BATCH : 1;
    const scaled = times.map((time) => scale * time);
    return {
      engine: name,
      work,
      size,
      threads,
      ...summarise(scaled),
      ...(peer && name !== 'torch' && { overTorch: median(scaled.map((time, i) => time / peer.times[i])) }),
      ...(scale > 1 && { scaledFromBatch: CPU_BATCH }),
    };
  });
}

/** Our time over PyTorch's, both with 2 threads. */
export function ratiosOf(results: Measured[], work: Work): Ratios {
  const ratios: Ratios = {};
  for (const { engine, work: its, size, threads, overTorch } of results) {
    if (its !== work || threads !== RATIO_THREADS || overTorch === undefined || engine === 'cpu') continue;
    ratios[engine] = { ...ratios[engine], [size]: Math.round(1000 * overTorch) / 1000 };
  }
  return ratios;
}

async function profilesOf(
  competitors: Competitor[],
  { works, sizes, threads }: CompareOptions,
): Promise<Comparison['profiles']> {
  const profiles: Comparison['profiles'] = {};
  const work = works.includes('joint') ? 'joint' : 'update';
  if (!works.includes(work)) return profiles;
  for (const competitor of competitors) {
    const { name } = competitor;
    if (name === 'torch' || name === 'cpu' || competitor.threads !== Math.max(...threads)) continue;
    for (const size of sizes) {
      const runs = size === 'S' ? 20 : 6;
      const { profile } = await competitor.ask({ work, size, runs, profile: true });
      profiles[name] = { ...profiles[name], [size]: profile };
    }
  }
  return profiles;
}

const WORK_NAMES: Record<Work, string> = {
  step: 'full step',
  update: 'SAC + CURL update',
  joint: 'SAC + CURL joint update',
  ppo: 'PPO rollout',
};

/** The results as lines of text. */
export function comparisonLines({ results }: Comparison): string[] {
  const rows = results.map(
    ({ work, size, threads, engine, median, low, high, overTorch, scaledFromBatch }) => [
      `${WORK_NAMES[work]} ${size}, ${threads} thread${threads > 1 ? 's' : ''}`,
      engine,
      `${median.toFixed(1)} ms${scaledFromBatch ? '*' : ''}`,
      `${low.toFixed(1)}-${high.toFixed(1)}`,
      overTorch === undefined ? '' : overTorch.toFixed(2),
    ],
  );
  const scaled = results.some(({ scaledFromBatch }) => scaledFromBatch);
  return [
    ...table([['work', 'engine', 'median', 'middle half', 'over PyTorch'], ...rows]),
    ...(scaled ? [`* one sample of a batch of ${CPU_BATCH}, scaled to ${BATCH}`] : []),
  ];
}
