import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  InputError,
  RunError,
  makeFolder,
  messageOf,
  writeFileAtomic,
  type Json,
  type Snapshot,
} from '../base/index.ts';
import { readSafetensors, writeSafetensors } from '../engine/index.ts';
import { ReplayBuffer, type ReplayManifest } from '../replay/index.ts';

const VERSION = 2;
/** Characters of a setting in a message. */
const LONGEST_VALUE = 60;

/** What a checkpoint's JSON file holds; its tensors lie beside it. */
export interface CheckpointState {
  /** Settings of the experiment it belongs to. */
  experiment: Json;
  agentStep: number;
  values: Record<string, Json>;
  /** Contents of the replay buffer; null where only weights are kept. */
  replay: ReplayManifest | null;
  tensors: { file: string; sha256: string };
}

export interface Checkpoint {
  agentStep: number;
  snapshot: Snapshot;
  replay: ReplayManifest | null;
}

function sha256(...parts: (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

/**
 * Where settings that were saved differ from those of now, in words; null where they are the same. What was not saved is
 * an option that the program has learned since, with a default that keeps to what was before.
 */
function firstDifference(saved: Json, now: Json | undefined, path = ''): string | null {
  const isObject = (value: Json | undefined): value is Record<string, Json> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (isObject(saved) && isObject(now)) {
    for (const [key, value] of Object.entries(saved)) {
      const difference = firstDifference(value, now[key], path === '' ? key : `${path}.${key}`);
      if (difference !== null) return difference;
    }
    return null;
  }
  const [there, here] = [saved, now ?? null].map((value) => JSON.stringify(value));
  const short = (text: string) => (text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text);
  return there === here ? null : `${path || 'it'} is ${short(there)} there and ${short(here)} here`;
}

/**
 * The folder `checkpoints/` of a run: `step-N.json` for the newest two, `best.json` for the best evaluation, each
 * naming its tensors (`step-N-<hash>.safetensors`) and its replay files (`replay/`) with their checksums. The JSON
 * file is written last, so a checkpoint is there whole or not at all, and no file that an older one names is ever
 * overwritten.
 */
export class Checkpoints {
  readonly folder: string;
  readonly #experiment: Json;

  /** @param experiment settings of the experiment; checkpoints of another one are refused */
  constructor(folder: string, experiment: Json) {
    this.folder = folder;
    this.#experiment = experiment;
  }

  get replayFolder(): string {
    return join(this.folder, 'replay');
  }

  /**
   * Saves a state and lets go of all but the two newest (and the best).
   * @throws Divergence where a tensor is not finite: such a state must not replace a good one
   */
  save(agentStep: number, snapshot: Snapshot, replay: ReplayBuffer | null): void {
    checkFinite(snapshot, agentStep);
    makeFolder(this.folder);
    this.#write(`step-${agentStep}`, agentStep, snapshot, replay?.save(this.replayFolder) ?? null);
    this.#rotate();
  }

  /** Saves the weights of the best evaluation so far. */
  saveBest(agentStep: number, snapshot: Snapshot): void {
    checkFinite(snapshot, agentStep);
    makeFolder(this.folder);
    this.#write('best', agentStep, snapshot, null);
  }

  /** Steps of the saved states, newest first. */
  steps(): number[] {
    if (!existsSync(this.folder)) return [];
    const steps = readdirSync(this.folder).map((file) => Number(/^step-(\d+)\.json$/.exec(file)?.[1] ?? NaN));
    return steps.filter((step) => !Number.isNaN(step)).sort((a, b) => b - a);
  }

  /** The newest state's name for messages. */
  get newestName(): string | null {
    const [step] = this.steps();
    return step === undefined ? null : `${basename(this.folder)}/step-${step}`;
  }

  /**
   * The newest state that is whole, with its replay in `replay` where that is given.
   * @param onProgress called now and then while a large replay is read
   * @returns null where nothing was saved; `notes` say which damaged ones were passed over
   * @throws RunError where there are states but none is whole; InputError for another experiment's
   */
  newest(replay?: ReplayBuffer | null, onProgress?: () => void): (Checkpoint & { notes: string[] }) | null {
    const steps = this.steps();
    const notes: string[] = [];
    for (const step of steps) {
      try {
        const checkpoint = this.#read(`step-${step}`);
        if (replay && checkpoint.replay) replay.load(this.replayFolder, checkpoint.replay, onProgress);
        return { ...checkpoint, notes };
      } catch (error) {
        if (error instanceof InputError) throw error;
        notes.push(messageOf(error));
      }
    }
    if (steps.length === 0) return null;
    throw new RunError(`No checkpoint in ${this.folder} is usable. ${notes.join(' ')}`);
  }

  /** Removes the states after `agentStep`: a run that goes on from there will come to its own. */
  discardAfter(agentStep: number): void {
    for (const step of this.steps()) {
      if (step > agentStep) rmSync(join(this.folder, `step-${step}.json`), { force: true });
    }
  }

  /** The best evaluation's weights, or null. @throws RunError in one line where they are damaged */
  best(): Checkpoint | null {
    return existsSync(join(this.folder, 'best.json')) ? this.#read('best') : null;
  }

  #write(name: string, agentStep: number, snapshot: Snapshot, replay: ReplayManifest | null): void {
    const parts = writeSafetensors(snapshot.tensors, { agentStep: String(agentStep) });
    const digest = sha256(...parts);
    const file = `${name}-${digest.slice(0, 16)}.safetensors`;
    writeFileAtomic(join(this.folder, file), parts);
    const tensors = { file, sha256: digest };
    const state: CheckpointState = {
      experiment: this.#experiment,
      agentStep,
      values: snapshot.values,
      replay,
      tensors,
    };
    const body = JSON.stringify(state);
    writeFileAtomic(
      join(this.folder, `${name}.json`),
      `{"version":${VERSION},"sha256":"${sha256(body)}","state":${body}}\n`,
    );
    this.#sweep();
  }

  #read(name: string): Checkpoint {
    const state = this.#readState(name);
    const other = firstDifference(state.experiment, this.#experiment);
    if (other !== null) {
      throw new InputError(
        `The checkpoint ${join(this.folder, name)}.json belongs to another experiment: ${other}.`,
      );
    }
    const path = join(this.folder, state.tensors.file);
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch {
      throw new RunError(`The checkpoint file ${path} is missing or unreadable.`);
    }
    if (sha256(bytes) !== state.tensors.sha256)
      throw new RunError(`The checkpoint file ${path} is damaged (checksum differs).`);
    return {
      agentStep: state.agentStep,
      snapshot: { tensors: readSafetensors(bytes, path).tensors, values: state.values },
      replay: state.replay,
    };
  }

  #readState(name: string): CheckpointState {
    const path = join(this.folder, `${name}.json`);
    let parsed: { version?: unknown; sha256?: unknown; state?: CheckpointState };
    try {
      parsed = JSON.parse(readFileSync(path, 'utf8')) as typeof parsed;
    } catch {
      throw new RunError(`The checkpoint file ${path} is damaged (no JSON).`);
    }
    if (parsed.version !== VERSION) {
      throw new RunError(
        `The checkpoint file ${path} has format ${String(parsed.version)}; this program reads ${VERSION}.`,
      );
    }
    if (!parsed.state || sha256(JSON.stringify(parsed.state)) !== parsed.sha256) {
      throw new RunError(`The checkpoint file ${path} is damaged (checksum differs).`);
    }
    return parsed.state;
  }

  /** Deletes states beyond the two newest, then what nothing names any more. */
  #rotate(): void {
    for (const step of this.steps().slice(2)) rmSync(join(this.folder, `step-${step}.json`), { force: true });
    this.#sweep();
    const manifests = this.steps().flatMap((step) => this.#tryState(`step-${step}`)?.replay ?? []);
    ReplayBuffer.prune(this.replayFolder, manifests);
  }

  /** Deletes tensors without a JSON file that names them, and leftovers of writes that never ended. */
  #sweep(): void {
    const names = [...this.steps().map((step) => `step-${step}`), 'best'];
    const kept = new Set(names.map((name) => this.#tryState(name)?.tensors.file));
    for (const file of readdirSync(this.folder)) {
      if ((file.endsWith('.safetensors') && !kept.has(file)) || /^\..*\.tmp$/.test(file)) {
        rmSync(join(this.folder, file), { force: true });
      }
    }
  }

  #tryState(name: string): CheckpointState | null {
    try {
      return this.#readState(name);
    } catch {
      return null;
    }
  }
}

/** A value that is not finite turned up where learning cannot go on from. */
export class Divergence extends RunError {
  constructor(what: string, agentStep: number) {
    super(`The run diverged: ${what} at agent step ${agentStep}.`);
  }
}

function checkFinite({ tensors }: Snapshot, agentStep: number): void {
  for (const [name, { data }] of Object.entries(tensors)) {
    if (!(data instanceof Float32Array)) continue;
    for (let i = 0; i < data.length; i++) {
      if (!Number.isFinite(data[i])) throw new Divergence(`${name} is ${data[i]}`, agentStep);
    }
  }
}
