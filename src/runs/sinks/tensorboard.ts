import { hostname } from 'node:os';
import { join } from 'node:path';
import type { MetricLine } from '../metrics.ts';
import { AppendFile } from './append.ts';
import { maskedCrc32c } from './crc32c.ts';
import { bytesField, doubleField, floatField, integerField } from './protobuf.ts';
import type { MetricSink } from './sink.ts';

/** Field numbers of TensorFlow's `Event`, `Summary`, `Summary.Value` and `SessionLog` messages. */
const EVENT = { wallTime: 1, step: 2, fileVersion: 3, summary: 5, sessionLog: 7 } as const;
const SUMMARY = { value: 1 } as const;
const VALUE = { tag: 1, simpleValue: 2 } as const;
const SESSION_LOG = { status: 1 } as const;
const SESSION_START = 1;

/** One TFRecord: length (u64), its masked checksum, the data, the data's masked checksum; little-endian. */
function record(data: Uint8Array): Buffer {
  const header = Buffer.alloc(12);
  header.writeBigUInt64LE(BigInt(data.length));
  header.writeUInt32LE(maskedCrc32c(header.subarray(0, 8)), 8);
  const footer = Buffer.alloc(4);
  footer.writeUInt32LE(maskedCrc32c(data));
  return Buffer.concat([header, data, footer]);
}

/**
 * An events file for TensorBoard. The tag of a value is its kind and name (`evaluation/return.mean`), because
 * TensorBoard groups charts by what stands before the slash; the step is the agent step.
 */
export class TensorBoardSink implements MetricSink {
  readonly #file: AppendFile;
  readonly #startSeconds: number;

  /**
   * @param startedAt when the run began (ms): wall times are counted from there, so that a file written again
   * on resume holds the same times.
   * @param lines what a resumed run keeps; they open the file.
   */
  constructor(folder: string, startedAt: number, lines: readonly MetricLine[] = []) {
    const name = `events.out.tfevents.${Math.floor(Date.now() / 1000)}.${hostname()}.${process.pid}.curlew`;
    this.#file = new AppendFile(join(folder, name));
    this.#startSeconds = startedAt / 1000;
    this.#event(0, bytesField(EVENT.fileVersion, 'brain.Event:2'));
    if (lines.length === 0) return;
    // Tells a TensorBoard that shows the file of before to forget what it read: this file has it all.
    this.#event(0, bytesField(EVENT.sessionLog, integerField(SESSION_LOG.status, SESSION_START)), 0);
    for (const line of lines) this.write(line);
  }

  write({ kind, agentStep, wallSeconds, values }: MetricLine): void {
    const summary = Object.entries(values).map(([name, value]) => {
      const tag = bytesField(VALUE.tag, `${kind}/${name}`);
      return bytesField(SUMMARY.value, Buffer.concat([tag, floatField(VALUE.simpleValue, value)]));
    });
    this.#event(wallSeconds, bytesField(EVENT.summary, Buffer.concat(summary)), agentStep);
  }

  flush(): void {
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }

  #event(wallSeconds: number, what: Buffer, step?: number): void {
    const time = doubleField(EVENT.wallTime, this.#startSeconds + wallSeconds);
    const at = step === undefined ? [] : [integerField(EVENT.step, step)];
    this.#file.write(record(Buffer.concat([time, ...at, what])));
  }
}
