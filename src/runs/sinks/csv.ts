import { readFileSync } from 'node:fs';
import { fileError, writeFileAtomic } from '../../base/index.ts';
import type { MetricLine } from '../metrics.ts';
import { AppendFile } from './append.ts';
import type { MetricSink } from './sink.ts';

const FIXED = ['kind', 'agentStep', 'envStep', 'wallSeconds'];

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const row = (cells: readonly string[]) => `${cells.map(cell).join(',')}\n`;

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileError('read', path, error);
  }
}

/**
 * `progress.csv`: one row per metric line, one column per metric, empty where a line has no such value. The
 * first four columns are kind, agentStep, envStep, wallSeconds. A metric seen for the first time adds a column
 * at the right: the file is written again, atomically, with every earlier row made as long as the new header.
 */
export class CsvSink implements MetricSink {
  readonly #path: string;
  #columns: string[];
  #file: AppendFile;

  /** Starts the file over with these lines: what a resumed run keeps. */
  constructor(path: string, lines: readonly MetricLine[] = []) {
    this.#path = path;
    const metrics = new Set(lines.flatMap((line) => Object.keys(line.values)));
    this.#columns = [...FIXED, ...metrics];
    writeFileAtomic(path, [this.#columns, ...lines.map((line) => this.#cells(line))].map(row).join(''));
    this.#file = new AppendFile(path);
  }

  write(line: MetricLine): void {
    const added = Object.keys(line.values).filter((name) => !this.#columns.includes(name));
    if (added.length > 0) this.#grow(added);
    this.#file.write(row(this.#cells(line)));
  }

  flush(): void {
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }

  #cells(line: MetricLine): string[] {
    const { kind, agentStep, envStep, wallSeconds, values } = line;
    const metrics = this.#columns.slice(FIXED.length).map((name) => String(values[name] ?? ''));
    return [kind, String(agentStep), String(envStep), String(wallSeconds), ...metrics];
  }

  #grow(added: string[]): void {
    this.#file.close();
    const rows = readText(this.#path).slice(row(this.#columns).length);
    this.#columns = [...this.#columns, ...added];
    writeFileAtomic(this.#path, row(this.#columns) + rows.replaceAll('\n', `${','.repeat(added.length)}\n`));
    this.#file = new AppendFile(this.#path);
  }
}
