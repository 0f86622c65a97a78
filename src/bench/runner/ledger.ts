import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../../base/index.ts';

/** What the suite's folder remembers of one run. */
export interface LedgerEntry {
  /** Name of the run's folder. */
  folder: string;
  /** `Cell.settings` it was started with. */
  settings: string;
  /** Reasons of its failures, oldest first; not of interruptions. */
  failures: string[];
}

interface LedgerFile {
  version: 1;
  cells: Record<string, LedgerEntry>;
}

/** A run is tried this often before it counts as failed. */
export const ATTEMPTS = 2;

/** `bench.json` in a suite's folder: which folder holds which run, and how often it failed. Written whole, at once. */
export class Ledger {
  readonly #path: string;
  readonly #cells: Map<string, LedgerEntry>;

  /** @param folder `<out>/<suite>`; a lost or damaged file is an empty ledger: run folders are found by their names */
  constructor(folder: string) {
    this.#path = join(folder, 'bench.json');
    this.#cells = new Map(Object.entries(read(this.#path)));
  }

  get(key: string): LedgerEntry | undefined {
    return this.#cells.get(key);
  }

  set(key: string, entry: LedgerEntry): void {
    this.#cells.set(key, entry);
    const file: LedgerFile = { version: 1, cells: Object.fromEntries(this.#cells) };
    writeFileAtomic(this.#path, `${JSON.stringify(file, null, 1)}\n`);
  }
}

function read(path: string): LedgerFile['cells'] {
  if (!existsSync(path)) return {};
  try {
    const file = JSON.parse(readFileSync(path, 'utf8')) as LedgerFile;
    return file.version === 1 ? file.cells : {};
  } catch {
    return {};
  }
}
