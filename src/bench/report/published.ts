/** Mean return and, where it was told, its standard deviation over seeds. */
export interface PublishedScore {
  mean: number;
  deviation?: number;
}

export interface PublishedMethod {
  name: string;
  source: string;
}

/** What the columns of {@link published} are, and where the figures stand. */
export const PUBLISHED_METHODS: readonly PublishedMethod[] = [
  { name: 'CURL', source: 'Srinivas et al. 2020, arXiv 2004.04136 v4, table 1, 10 seeds' },
  {
    name: 'Pixel SAC',
    source: 'the same table; its means are equal at 100k and 500k steps, so take this column with care',
  },
  { name: 'DrQ', source: 'Kostrikov et al. 2021 (ICLR), table 1' },
  {
    name: 'RAD',
    source: 'runs of RAD published with rliable (Agarwal et al. 2021, arXiv 2108.13264), no deviation told',
  },
];

const score = (mean: number, deviation?: number): PublishedScore => ({ mean, deviation });

type Row = readonly PublishedScore[];

const TASKS: Record<string, { at100k: Row; at500k: Row }> = {
  FingerSpin: {
    at100k: [score(767, 56), score(179, 66), score(901, 104), score(730)],
    at500k: [score(926, 45), score(179, 166), score(938, 103), score(902)],
  },
  CartpoleSwingup: {
    at100k: [score(582, 146), score(419, 40), score(759, 92), score(633)],
    at500k: [score(841, 45), score(419, 40), score(868, 10), score(843)],
  },
  ReacherEasy: {
    at100k: [score(538, 233), score(145, 30), score(601, 213), score(385)],
    at500k: [score(929, 44), score(145, 30), score(942, 71), score(797)],
  },
  CheetahRun: {
    at100k: [score(299, 48), score(197, 15), score(344, 67), score(419)],
    at500k: [score(518, 28), score(197, 15), score(660, 96), score(548)],
  },
  WalkerWalk: {
    at100k: [score(403, 24), score(42, 12), score(612, 164), score(391)],
    at500k: [score(902, 43), score(42, 12), score(921, 45), score(772)],
  },
  BallInCupCatch: {
    at100k: [score(769, 43), score(312, 63), score(913, 53), score(488)],
    at500k: [score(959, 27), score(312, 63), score(963, 9), score(963)],
  },
};

/** Published scores on a task, one a method of {@link PUBLISHED_METHODS}; null where none are known. */
export function published(env: string): { at100k: Row; at500k: Row } | null {
  const name = /^control\/(\w+)-v\d+$/.exec(env)?.[1] ?? '';
  return TASKS[name] ?? null;
}

/** What anyone who compares with these figures has to know. */
export const PUBLISHED_CAVEAT =
  'Published figures, by others, with other code and other pictures of the tasks, at 84 x 84 and with larger networks; steps are environment steps. They are no runs of this program.';
