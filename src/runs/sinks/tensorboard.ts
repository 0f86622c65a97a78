import { readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { MetricLine } from '../metrics.ts';
import { AppendFile } from './append.ts';
import { maskedCrc32c } from './crc32c.ts';
import { bytesField, doubleField, floatField, integerField } from './protobuf.ts';
import type { MetricSink } from './sink.ts';
import { cutEvents } from './tensorboard-cut.ts';

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

const PREFIX = 'events.out.tfevents.';

/**
 * An events file for TensorBoard. The tag of a value is its kind and name (`evaluation/return.mean`), because
 * TensorBoard groups charts by what stands before the slash; the step is the agent step. Every resumption
 * opens a further file, as TensorBoard expects.
 */
export class TensorBoardSink implements MetricSink {
  readonly #folder: string;
  readonly #startSeconds: number;
  readonly #resumeFrom: number;
  #file: AppendFile | undefined;

  /**
   * @param startedAt when the run began (ms); the wall time of an event is counted from there.
   * @param resumeFrom earlier files of the folder are cut after this agent step; an open TensorBoard is told to
   * forget what it read beyond it.
   */
  constructor(folder: string, startedAt: number, resumeFrom = Infinity) {
    this.#folder = folder;
    this.#startSeconds = startedAt / 1000;
    this.#resumeFrom = resumeFrom;
    for (const name of eventFiles(folder)) cutEvents(join(folder, name), resumeFrom);
  }

  write({ kind, agentStep, wallSeconds, values }: MetricLine): void {
    const summary = Object.entries(values).map(([name, value]) => {
      const tag = bytesField(VALUE.tag, `${kind}/${name}`);
      return bytesField(SUMMARY.value, Buffer.concat([tag, floatField(VALUE.simpleValue, value)]));
    });
    this.#event(
      this.#startSeconds + wallSeconds,
      bytesField(EVENT.summary, Buffer.concat(summary)),
      agentStep,
    );
  }

  flush(): void {
    this.#file?.sync();
  }

  close(): void {
    this.#file?.close();
  }

  #event(wallTime: number, what: Buffer, step?: number): void {
    const at = step === undefined ? [] : [integerField(EVENT.step, step)];
    this.#file ??= this.#open();
    this.#file.write(record(Buffer.concat([doubleField(EVENT.wallTime, wallTime), ...at, what])));
  }

  /** Opens the file with the first event, so that a run opened twice before it begins leaves no empty one. */
  #open(): AppendFile {
    const earlier = eventFiles(this.#folder);
    this.#file = new AppendFile(join(this.#folder, newName(earlier)));
    const now = Date.now() / 1000;
    this.#event(now, bytesField(EVENT.fileVersion, 'brain.Event:2'));
    if (earlier.length > 0 && this.#resumeFrom < Infinity) {
      const start = integerField(SESSION_LOG.status, SESSION_START);
      this.#event(now, bytesField(EVENT.sessionLog, start), this.#resumeFrom + 1);
    }
    return this.#file;
  }
}

const eventFiles = (folder: string) => readdirSync(folder).filter((name) => name.startsWith(PREFIX));

/** A name that sorts after the earlier ones: TensorBoard reads a folder's files in the order of their names. */
function newName(earlier: readonly string[]): string {
  const times = earlier.map((name) => Number(name.slice(PREFIX.length).split('.')[0]));
  const seconds = Math.max(Math.floor(Date.now() / 1000), ...times.map((time) => time + 1));
  return `${PREFIX}${seconds}.${hostname()}.${process.pid}.curlew`;
}
