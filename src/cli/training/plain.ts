import type { MetricLine, RunFollower } from '../../runs/index.ts';
import { humanCount, humanDuration, humanNumber, printable } from '../../tui/index.ts';
import { print } from '../output.ts';

/** Seconds between lines of progress, beside the evaluations. */
const PROGRESS_SECONDS = 10;
const POLL_MS = 300;

/** Prints metric lines for people: every evaluation, and progress every few seconds. */
export class PlainReporter {
  readonly #total: number;
  #timing: Record<string, number> = {};
  #episode: number | undefined;
  #last = -Infinity;

  readonly #unit: string;

  /** @param total length of the run, in agent steps or what else `unit` says */
  constructor(total: number, unit = 'agent steps') {
    this.#total = total;
    this.#unit = unit;
  }

  /** What there is to say after a line; undefined is nothing. */
  line({ kind, agentStep, wallSeconds, values }: MetricLine): string | undefined {
    if (kind === 'timing') this.#timing = values;
    if (kind === 'episode') this.#episode = values.return;
    const step = `${humanCount(agentStep).padStart(6)} / ${humanCount(this.#total)} ${this.#unit}`;
    if (kind === 'evaluation') {
      const spread = `${humanNumber(values['return.mean'])} ± ${humanNumber(values['return.std'] ?? 0)}`;
      return `${step}   evaluation ${spread} over ${values['return.episodes'] ?? 1} episodes`;
    }
    if (kind !== 'timing' || wallSeconds - this.#last < PROGRESS_SECONDS) return undefined;
    this.#last = wallSeconds;
    const parts = [step];
    if (this.#episode !== undefined) parts.push(`episode ${humanNumber(this.#episode)}`);
    const speed = this.#timing['speed.agent'];
    if (speed !== undefined) parts.push(`${humanNumber(speed)} ${this.#unit}/s`);
    parts.push(`${humanDuration(wallSeconds)} elapsed, ${humanDuration(this.#timing.secondsLeft)} left`);
    return parts.join('   ');
  }
}

/** Prints what a run writes until `ended` says that nothing more will come; then all that is left. */
export async function followPlain(
  follower: RunFollower,
  json: boolean,
  ended: Promise<unknown>,
): Promise<void> {
  const { steps, pretrain } = follower.experiment;
  const reporter = new PlainReporter(steps, pretrain ? 'updates' : 'agent steps');
  let over = false;
  void ended.finally(() => {
    over = true;
  });
  for (let last = false; ; last = over) {
    for (let behind = true; behind;) {
      const polled = follower.poll();
      behind = polled.behind;
      for (const line of polled.lines) {
        const text = json ? JSON.stringify(line) : reporter.line(line);
        if (text !== undefined) print(text);
      }
    }
    if (last) return;
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
  }
}

/** A note of the training process, for people. */
export function printNote(line: string): void {
  process.stderr.write(`note: ${printable(line)}\n`);
}
