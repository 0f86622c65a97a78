import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, writeFileAtomic } from '../src/base/index.ts';
import { markdownTable, writeSection } from '../scripts/tables.ts';
import { machine, table } from './engine/statistics.ts';
import { Pty, ptyMissing, type PtyRate } from './tui/pty.ts';
import { framesOf, LiveRun, writeRuns } from './tui/runs.ts';

const HELP = `npm run bench:tui -- [options]

What the screens cost, in a real pseudo-terminal: bytes a second of live screens, and a list of many long runs. Ends
with status 1 where a bound does not hold.

  --runs N       finished runs in the list (default 200)
  --lines N      metric lines of each (default 100000)
  --seconds N    length of each measurement (default 5)
  --only WHAT    live or list
  --json FILE    the results as JSON
  --docs         write the tables into docs/terminal.md
`;

/**
 * Kilobytes a second that a live screen may write by its size, at the ten frames a second that it never passes; on a busy
 * machine it makes fewer, so that bytes a frame are what is judged.
 */
const MOST_KILOBYTES = { '80 by 24': 100, '120 by 36': 200, '250 by 70': 500 };
const MOST_FRAMES = 10;
type Size = keyof typeof MOST_KILOBYTES;

/** Never at rest at an end of the list, and long enough one way that two frames seldom meet the same line. */
const DOWN_AND_UP = [...Array.from({ length: 18 }, () => 'j'), ...Array.from({ length: 18 }, () => 'k')];

const OPEN_MS = 2000;
const LEAST_FRAMES = 9;
const MOST_MEGABYTES = 600;

interface Live {
  screen: string;
  size: Size;
  rate: PtyRate;
}

/** A live run's screens, each for some seconds. */
async function measureLive(out: string, seconds: number): Promise<Live[]> {
  const run = new LiveRun(out, await framesOf('control/CartpoleSwingup-v0', 100));
  run.start();
  const found: Live[] = [];
  const wanted: [screen: string, size: Size, pictures: string, keys: string][] = [
    ['run', '80 by 24', 'blocks', ''],
    ['run', '120 by 36', 'blocks', ''],
    ['run', '250 by 70', 'blocks', ''],
    ['run, kitty', '120 by 36', 'kitty', ''],
    ['run, sixel', '120 by 36', 'sixel', ''],
    ['episode', '80 by 24', 'blocks', 'e'],
    ['episode', '250 by 70', 'blocks', 'e'],
    ['episode, kitty', '120 by 36', 'kitty', 'e'],
  ];
  try {
    for (const [screen, size, pictures, keys] of wanted) {
      const [columns, rows] = size.split(' by ').map(Number);
      const pty = new Pty(['watch', run.folder], { columns, rows, env: { CURLEW_PICTURES: pictures } });
      await pty.until('Where the time goes');
      pty.press(keys);
      if (keys !== '') await pty.until('eval-1000');
      found.push({ screen, size, rate: await pty.measure(seconds) });
      await pty.close();
    }
  } finally {
    run.stop();
  }
  return found;
}

interface List {
  runs: number;
  lines: number;
  megabytes: number;
  openMs: number;
  /** Processor time until the list stands. */
  openProcessor: number;
  keys: PtyRate;
  idle: PtyRate;
  /** MB, with the list on the screen. */
  memory: number;
  /** From the key to the whole run. */
  runMs: number;
  /** While the comparison of all runs is read, and until it is. */
  reading: PtyRate;
  compareSeconds: number;
  /** MB, largest of all. */
  peak: number;
  /** In a window of 250 by 70: the list, and the comparison once all is read. */
  large: { keys: PtyRate; compared: PtyRate };
}

async function measureList(out: string, runs: number, lines: number, seconds: number): Promise<List> {
  const megabytes = writeRuns(out, runs, lines) / 2 ** 20;
  const pty = new Pty(['watch', out], { columns: 120, rows: 36, env: { CURLEW_PICTURES: 'blocks' } });
  const openMs = await pty.until(`${runs} of ${runs}, 0 running`);
  const openProcessor = pty.processorSeconds();
  const keys = await pty.measure(seconds, { milliseconds: 33, keys: DOWN_AND_UP });
  const idle = await pty.measure(seconds);
  const memory = pty.memory().now;
  let from = pty.elapsed;
  pty.press('\r');
  const runMs = (await pty.until('Where the time goes')) - from;
  pty.press('\x1b');
  await pty.until('0 running');
  from = pty.elapsed;
  pty.press('c');
  const reading = await pty.measure(seconds, { milliseconds: 33, keys: DOWN_AND_UP });
  const compareSeconds = ((await pty.until(new RegExp(` {2}${runs} runs`), 120)) - from) / 1000;
  const { peak } = pty.memory();
  await pty.close();
  const large = await measureLarge(out, runs, seconds);
  return {
    large,
    runs,
    lines,
    megabytes,
    openMs,
    openProcessor,
    keys,
    idle,
    memory,
    runMs,
    reading,
    compareSeconds,
    peak,
  };
}

async function measureLarge(out: string, runs: number, seconds: number): Promise<List['large']> {
  const pty = new Pty(['watch', out], { columns: 250, rows: 70, env: { CURLEW_PICTURES: 'blocks' } });
  await pty.until(`${runs} of ${runs}, 0 running`);
  const held = { milliseconds: 33, keys: DOWN_AND_UP };
  const keys = await pty.measure(seconds, held);
  pty.press('c');
  await pty.until(new RegExp(` {2}${runs} runs`), 120);
  const compared = await pty.measure(seconds, held);
  await pty.close();
  return { keys, compared };
}

interface Check {
  what: string;
  measured: string;
  bound: string;
  holds: boolean;
}

const kilobytes = ({ bytesPerSecond }: PtyRate) => bytesPerSecond / 1000;

function checksOf(live: readonly Live[], list: List | undefined): Check[] {
  const checks = live.map(({ screen, size, rate }): Check => {
    const most = MOST_KILOBYTES[size];
    const frame = kilobytes(rate) / Math.max(rate.framesPerSecond, 0.1);
    const measured = `${kilobytes(rate).toFixed(0)} kB/s, ${frame.toFixed(1)} kB a frame`;
    const bound = `${most} kB/s, ${most / MOST_FRAMES} kB a frame`;
    return { what: `${screen}, ${size}`, measured, bound, holds: frame * MOST_FRAMES <= most };
  });
  if (!list) return checks;
  const { keys, reading, large } = list;
  const frames = ({ framesPerSecond, longestGap, processor }: PtyRate) =>
    `${framesPerSecond.toFixed(1)} frames/s, at most ${longestGap} ms apart, ${((1000 * processor) / framesPerSecond).toFixed(0)} ms of processor time each`;
  return [
    ...checks,
    {
      what: `list of ${list.runs} runs of ${list.lines} lines (${list.megabytes.toFixed(0)} MB): from the command to the list`,
      measured: `${(list.openMs / 1000).toFixed(2)} s, of it ${list.openProcessor.toFixed(2)} s of processor time`,
      bound: `${OPEN_MS / 1000} s`,
      holds: list.openMs <= OPEN_MS,
    },
    {
      what: 'list, a key held',
      measured: frames(keys),
      bound: `${LEAST_FRAMES} frames/s`,
      holds: keys.framesPerSecond >= LEAST_FRAMES,
    },
    {
      what: 'list, nothing happens',
      measured: `${kilobytes(list.idle).toFixed(1)} kB/s`,
      bound: '1 kB/s',
      holds: kilobytes(list.idle) <= 1,
    },
    {
      what: 'one of them opened',
      measured: `${(list.runMs / 1000).toFixed(2)} s`,
      bound: '2 s',
      holds: list.runMs <= 2000,
    },
    {
      what: 'comparison of all of them, while it is read',
      measured: frames(reading),
      bound: `${LEAST_FRAMES} frames/s`,
      holds: reading.framesPerSecond >= LEAST_FRAMES,
    },
    {
      what: 'until all of it is read',
      measured: `${list.compareSeconds.toFixed(1)} s`,
      bound: '–',
      holds: true,
    },
    {
      what: 'list, a key held, 250 by 70',
      measured: frames(large.keys),
      bound: `${LEAST_FRAMES} frames/s`,
      holds: large.keys.framesPerSecond >= LEAST_FRAMES,
    },
    {
      what: 'comparison, a key held, 250 by 70',
      measured: frames(large.compared),
      bound: `${LEAST_FRAMES} frames/s`,
      holds: large.compared.framesPerSecond >= LEAST_FRAMES,
    },
    {
      what: 'memory: with the list, and the most of all',
      measured: `${list.memory} MB, ${list.peak} MB`,
      bound: `${MOST_MEGABYTES} MB`,
      holds: list.peak <= MOST_MEGABYTES,
    },
  ];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '200' },
      lines: { type: 'string', default: '100000' },
      seconds: { type: 'string', default: '5' },
      only: { type: 'string' },
      json: { type: 'string' },
      docs: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(HELP);
  const missing = ptyMissing();
  if (missing !== undefined) throw new Error(missing);
  const [runs, lines, seconds] = [values.runs, values.lines, values.seconds].map(Number);
  const on = machine();
  const out = mkdtempSync(join(tmpdir(), 'curlew-bench-tui-'));
  try {
    const live = values.only === 'list' ? [] : await measureLive(join(out, 'live'), seconds);
    const list =
      values.only === 'live' ? undefined : await measureList(join(out, 'list'), runs, lines, seconds);
    const checks = checksOf(live, list);
    const rows = checks.map(({ what, measured, bound, holds }) => [
      what,
      measured,
      bound,
      holds ? '' : 'FAILS',
    ]);
    const header = ['Screen', 'Measured', 'Bound'];
    console.log(table([[...header, ''], ...rows]).join('\n'));
    if (values.json)
      writeFileAtomic(values.json, `${JSON.stringify({ machine: on, live, list, checks }, null, 1)}\n`);
    if (values.docs) {
      const about = `${on.processor}, ${on.cores} cores, Node ${on.node}, load ${on.loadBefore} before`;
      writeSection(
        'terminal.md',
        'bench-tui',
        `${markdownTable(
          header,
          rows.map((row) => row.slice(0, 3)),
        )}\n\n${about}.`,
      );
    }
    if (checks.some(({ holds }) => !holds)) process.exitCode = 1;
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(`error: ${messageOf(error)}`);
  process.exitCode = 1;
});
