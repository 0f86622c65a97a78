/** Any value that survives `JSON.parse(JSON.stringify(value))`. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A tensor outside the engine: row-major data with its shape. */
export interface TensorData {
  shape: number[];
  data: Float32Array | Int32Array | Uint8Array;
}

/** What a part saves into a checkpoint: named tensors beside plain JSON. */
export interface Snapshot {
  tensors: Record<string, TensorData>;
  values: Record<string, Json>;
}

/** A part whose state goes into checkpoints. `restore(await state())` leaves it exactly as it was. */
export interface Checkpointable {
  state(): Promise<Snapshot>;
  restore(snapshot: Snapshot): void;
}

/** Joins the snapshots of several parts under `name/` prefixes. */
export function joinSnapshots(parts: Record<string, Snapshot>): Snapshot {
  const joined: Snapshot = { tensors: {}, values: {} };
  for (const [part, snapshot] of Object.entries(parts)) {
    for (const [name, tensor] of Object.entries(snapshot.tensors)) joined.tensors[`${part}/${name}`] = tensor;
    joined.values[part] = snapshot.values;
  }
  return joined;
}

/** The part called `part` of a joined snapshot. */
export function partOf(snapshot: Snapshot, part: string): Snapshot {
  const prefix = `${part}/`;
  const tensors: Record<string, TensorData> = {};
  for (const [name, tensor] of Object.entries(snapshot.tensors)) {
    if (name.startsWith(prefix)) tensors[name.slice(prefix.length)] = tensor;
  }
  return { tensors, values: (snapshot.values[part] ?? {}) as Record<string, Json> };
}
