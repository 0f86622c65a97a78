import { Competitor } from './competitor.ts';
import { median, summarise } from './statistics.ts';
import type { Summary } from './statistics.ts';

/** Updates a second of two processes with one thread each, beside one such process alone. */
export interface TwoProcesses {
  engine: string;
  alone: Summary;
  together: Summary;
  /** Both together over one alone: the median of the rounds' ratios. */
  ratio: number;
}

/** Updates in each sample: seconds of work, so that both processes overlap almost all of the time. */
const UPDATES = 8;

/** Whole SAC + CURL updates at size S in one and in two processes, round by round. */
export async function measureProcesses(
  engine: string,
  rounds: number,
  note: (line: string) => void,
): Promise<TwoProcesses> {
  const pair = [await Competitor.engine(engine, 1), await Competitor.engine(engine, 1)];
  try {
    const speed = async (competitor: Competitor) =>
      1000 / (await competitor.ask({ work: 'update', size: 'S', runs: UPDATES })).ms;
    for (const competitor of pair) await competitor.ask({ work: 'update', size: 'S', runs: 0 });
    const alone: number[] = [];
    const together: number[] = [];
    for (let round = 0; round < rounds; round++) {
      note(`round ${round + 1} of ${rounds}`);
      alone.push(await speed(pair[round % 2]));
      const [first, second] = await Promise.all(pair.map(speed));
      together.push(first + second);
    }
    const ratio = median(together.map((value, i) => value / alone[i]));
    return { engine, alone: summarise(alone), together: summarise(together), ratio };
  } finally {
    for (const competitor of pair) competitor.close();
  }
}

export function processesLines({ engine, alone, together, ratio }: TwoProcesses): string[] {
  return [
    `SAC + CURL updates a second at size S, ${engine}, one thread a process:`,
    `  one process      ${alone.median.toFixed(2)}`,
    `  two together     ${together.median.toFixed(2)}   (${ratio.toFixed(2)} times one)`,
  ];
}
