import { encodeMetricLine, type MetricLine } from '../metrics.ts';
import { AppendFile } from './append.ts';
import type { MetricSink } from './sink.ts';

/** `metrics.jsonl`: the one truth of a run's metrics; the other files can be made from it again. */
export class JsonlSink implements MetricSink {
  readonly #file: AppendFile;

  constructor(path: string) {
    this.#file = new AppendFile(path);
  }

  write(line: MetricLine): void {
    this.#file.write(`${encodeMetricLine(line)}\n`);
  }

  flush(): void {
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}
