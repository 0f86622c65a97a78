import type { EncoderLook, LookAnswer, LookView } from '../../probe/index.ts';
import type { KeyName } from './keys.ts';
import { launchLook, type LookProcess } from './look-process.ts';

/** What the user chose on the encoder's screen. */
export interface EncoderViewState {
  /** Row of the chosen observation. */
  row: number;
  map: 'pca' | 'umap';
  /** Place of the variable that colours the map. */
  variable: number;
  help: boolean;
}

export const INITIAL_ENCODER: EncoderViewState = { row: 0, map: 'pca', variable: 0, help: false };

export type Points = readonly (readonly [x: number, y: number])[];

/** The point nearest to `row` in a direction, those straight ahead before those aside; `row` itself if none is. */
export function towards(points: Points, row: number, right: number, up: number): number {
  const [x, y] = points[row] ?? [0, 0];
  let [best, least] = [row, Infinity];
  for (const [i, point] of points.entries()) {
    const [dx, dy] = [point[0] - x, point[1] - y];
    const ahead = dx * right + dy * up;
    if (i === row || ahead <= 1e-9) continue;
    const aside = Math.abs(dx * up) + Math.abs(dy * right);
    const cost = ahead + 2 * aside;
    if (cost < least) [best, least] = [i, cost];
  }
  return best;
}

export type EncoderEffect =
  | { view: EncoderViewState }
  | { leave: 'quit' | 'back' }
  /** New draws of the views; the newest checkpoint; frames of the other policy. */
  | { ask: 'draw' | 'again' | 'policy' };

const MOVES: Record<string, [number, number]> = {
  left: [-1, 0],
  h: [-1, 0],
  right: [1, 0],
  l: [1, 0],
  up: [0, 1],
  k: [0, 1],
  down: [0, -1],
  j: [0, -1],
};

/** The effect of a key on the encoder's screen. @param points the map that is shown */
export function pressEncoderKey(
  view: EncoderViewState,
  key: KeyName | string,
  look: EncoderLook | undefined,
  points: Points,
): EncoderEffect {
  if (view.help) return { view: { ...view, help: false } };
  if (key === '?') return { view: { ...view, help: true } };
  if (key === 'escape') return { leave: 'back' };
  if (key === 'q') return { leave: 'quit' };
  if (key === 'u') return { ask: 'again' };
  if (!look) return { view };
  const to = (row: number) => ({ view: { ...view, row: (row + look.rows) % look.rows } });
  if (key in MOVES) return to(towards(points, view.row, ...MOVES[key]));
  if (/^[1-9]$/.test(key)) return to(look.neighbours[view.row]?.[Number(key) - 1]?.row ?? view.row);
  switch (key) {
    case 'tab':
      return to(view.row + 1);
    case 'shift-tab':
      return to(view.row - 1);
    case 'm':
      return { view: { ...view, map: view.map === 'pca' ? 'umap' : 'pca' } };
    case 'c':
      return { view: { ...view, variable: (view.variable + 1) % look.variables.length } };
    case 'r':
    case ' ':
      return { ask: 'draw' };
    case 'p':
      return { ask: 'policy' };
    default:
      return { view };
  }
}

/** What is known of an encoder so far, as a process of its own finds it. */
export class EncoderWatcher {
  look: EncoderLook | undefined;
  umap: Points | undefined;
  /** Of the observation that was asked for last. */
  views: { row: number; views: readonly LookView[] } | undefined;
  /** What is being computed now; empty when nothing is. */
  progress = 'starting';
  problem = '';
  readonly #process: LookProcess;
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #asked = { umap: false, row: -1 };

  constructor(folder: string, launch: typeof launchLook = launchLook) {
    this.#process = launch(folder, 'agent', (answer) => this.#take(answer));
  }

  #take(answer: LookAnswer): void {
    if (answer.type === 'progress') this.progress = answer.text;
    else if (answer.type === 'failed') [this.problem, this.progress] = [answer.message, ''];
    else if (answer.type === 'look') {
      this.look = answer.look;
      [this.umap, this.views, this.progress, this.problem] = [undefined, undefined, '', ''];
      this.#asked = { umap: false, row: -1 };
    } else if (answer.type === 'umap') [this.umap, this.progress] = [answer.points, ''];
    else this.views = answer;
    this.#tell();
  }

  #tell(): void {
    this.#version += 1;
    for (const listener of this.#listeners) listener();
  }

  /** Asks for the views of an observation, once; `anew` draws others. */
  wantViews(row: number, { anew = false } = {}): void {
    if (!this.look || (this.#asked.row === row && !anew)) return;
    this.#asked.row = row;
    this.#process.ask({ type: 'views', row });
  }

  /** Asks for the second map, once. */
  wantUmap(): void {
    if (!this.look || this.#asked.umap) return;
    this.#asked.umap = true;
    this.progress = 'computing UMAP';
    this.#process.ask({ type: 'umap' });
    this.#tell();
  }

  /** Looks again: at the newest checkpoint, acting as before or as the other policy does. */
  again({ turn = false } = {}): void {
    if (this.progress !== '') return;
    const now = this.look?.policy ?? 'agent';
    const policy = turn ? (now === 'agent' ? 'random' : 'agent') : now;
    [this.progress, this.problem] = ['starting', ''];
    this.#process.ask({ type: 'again', policy });
    this.#tell();
  }

  close(): void {
    this.#process.close();
  }

  /** For React's `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly version = (): number => this.#version;
}
