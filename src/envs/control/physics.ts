import type { MainModule, MjData, MjModel } from '@mujoco/mujoco';
import { RunError } from '../../base/index.ts';
import type { Json } from '../../base/index.ts';
import { decodeBytes, encodeBytes } from '../bytes.ts';

/** Kinds of things that have names in a model. */
type Kind = 'BODY' | 'GEOM' | 'JOINT' | 'SITE' | 'SENSOR' | 'CAMERA';

type Fields = Record<string, Float64Array | Float32Array | Int32Array>;

/** The cached window on a field, fetched anew where the memory behind it has moved. */
function attached(windows: Map<string, Fields[string]>, from: Fields, field: string): Fields[string] {
  let window = windows.get(field);
  if (window === undefined || window.length === 0) windows.set(field, (window = from[field]));
  return window;
}

/**
 * One simulated model: a thin, safe layer over MuJoCo.
 *
 * Arrays of the simulation are windows into WebAssembly memory that lose their contents when that memory grows
 * (another environment being made is enough). `data` and `model` therefore hand out a cached window only while
 * it is still attached. Never keep what they return across steps.
 */
export class Physics {
  readonly #mujoco: MainModule;
  readonly #model: MjModel;
  readonly #data: MjData;
  readonly #dataWindows = new Map<string, Fields[string]>();
  readonly #modelWindows = new Map<string, Fields[string]>();
  readonly #ids = new Map<Kind, Map<string, number>>();
  readonly #sensors = new Map<string, readonly [start: number, end: number]>();
  /** Whether a time step is a first half that needs no control and a second half that does. */
  readonly #halves: boolean;
  readonly #stateBuffer: InstanceType<MainModule['DoubleBuffer']>;
  readonly #whole: number;
  #closed = false;

  /** Compiles a model in MuJoCo's XML format. @throws RunError when it does not compile. */
  constructor(mujoco: MainModule, xml: string) {
    this.#mujoco = mujoco;
    try {
      this.#model = mujoco.MjModel.from_xml_string(xml);
    } catch {
      throw new RunError('MuJoCo refused the model of this task.');
    }
    this.#data = new mujoco.MjData(this.#model);
    this.#halves = this.#model.opt.integrator !== mujoco.mjtIntegrator.mjINT_RK4.value;
    // Time, positions, velocities, mocap poses, the solver's warm start: all that decides what comes next.
    this.#whole = mujoco.mjtState.mjSTATE_INTEGRATION.value;
    this.#stateBuffer = new mujoco.DoubleBuffer(mujoco.mj_stateSize(this.#model, this.#whole));
  }

  /** Field of `mjData`, such as `qpos` or `geom_xpos`. */
  data(field: string): Float64Array {
    return attached(this.#dataWindows, this.#data as unknown as Fields, field) as Float64Array;
  }

  /** Field of `mjModel`, such as `jnt_range` or `geom_rgba`. */
  model(field: string): Fields[string] {
    return attached(this.#modelWindows, this.#model as unknown as Fields, field);
  }

  get nq(): number {
    return this.#model.nq;
  }

  get nv(): number {
    return this.#model.nv;
  }

  get nu(): number {
    return this.#model.nu;
  }

  get ngeom(): number {
    return this.#model.ngeom;
  }

  /** Number of touching pairs. (The list itself leaks memory in this build; the count does not.) */
  get contacts(): number {
    return this.#data.ncon;
  }

  /** Number of joint and tendon limits that are met. */
  get limits(): number {
    return this.#data.nl;
  }

  /** Number of a named thing. @throws RunError when the model has none of that name. */
  id(kind: Kind, name: string): number {
    let ids = this.#ids.get(kind);
    if (!ids) this.#ids.set(kind, (ids = new Map()));
    let id = ids.get(name);
    if (id === undefined) {
      id = this.#mujoco.mj_name2id(this.#model, this.#mujoco.mjtObj[`mjOBJ_${kind}`].value, name);
      if (id < 0) throw new RunError(`The model has no ${kind.toLowerCase()} called ${name}.`);
      ids.set(name, id);
    }
    return id;
  }

  /** Three numbers of a named thing: `vector('geom_xpos', 'GEOM', 'finger')`. */
  vector(field: string, kind: Kind, name: string): [number, number, number] {
    const at = 3 * this.id(kind, name);
    const values = this.data(field);
    return [values[at], values[at + 1], values[at + 2]];
  }

  /** Values of a named sensor. */
  sensor(name: string): Float64Array {
    let part = this.#sensors.get(name);
    if (!part) {
      const id = this.id('SENSOR', name);
      const start = this.model('sensor_adr')[id];
      this.#sensors.set(name, (part = [start, start + this.model('sensor_dim')[id]]));
    }
    return this.data('sensordata').subarray(part[0], part[1]);
  }

  /** Back to the model's default pose, everything else zero. */
  reset(): void {
    this.#mujoco.mj_resetData(this.#model, this.#data);
  }

  /** Computes everything that follows from positions, velocities and controls, without moving on. */
  forward(): void {
    this.#mujoco.mj_forward(this.#model, this.#data);
  }

  /** Computes what follows from positions and velocities alone: the first half of a time step. */
  refresh(): void {
    this.#mujoco.mj_step1(this.#model, this.#data);
  }

  /**
   * `n` time steps under the present control, from terms that are up to date (after `forward`, `refresh`, `step` or
   * `restore`) to terms that are. The first halves of the first step and of the one after the last are thus
   * computed once; the fourth-order integrator knows no halves.
   */
  step(n: number): void {
    const [mujoco, model, data] = [this.#mujoco, this.#model, this.#data];
    if (this.#halves) mujoco.mj_step2(model, data);
    for (let i = this.#halves ? 1 : 0; i < n; i++) mujoco.mj_step(model, data);
    mujoco.mj_step1(model, data);
  }

  /** Second half of a time step, from terms that were computed before. Only start procedures need it. */
  finishStep(): void {
    this.#mujoco.mj_step2(this.#model, this.#data);
  }

  /** Mass matrix `[nv, nv]`, row-major. */
  massMatrix(): Float64Array {
    const buffer = new this.#mujoco.DoubleBuffer(this.nv * this.nv);
    this.#mujoco.mj_fullM(this.#model, this.#data, buffer);
    const matrix = Float64Array.from(buffer.GetView() as Float64Array);
    buffer.delete();
    return matrix;
  }

  /** The exact state, to the bit. */
  state(): Json {
    this.#mujoco.mj_getState(this.#model, this.#data, this.#stateBuffer, this.#whole);
    const state = this.#stateBuffer.GetView() as Float64Array;
    // Touch sensors hold what the last step saw, which cannot be computed from the state after it.
    return { state: encodeBytes(state), sensors: encodeBytes(this.data('sensordata')) };
  }

  /** Goes back to a saved state; every derived field is computed anew. */
  restore(saved: Json): void {
    const { state, sensors } = saved as { state: string; sensors: string };
    const values = new Float64Array(decodeBytes(state));
    this.#mujoco.mj_resetData(this.#model, this.#data);
    this.#mujoco.mj_setState(this.#model, this.#data, values as unknown as number[], this.#whole);
    this.forward();
    // The forward pass may have moved the solver's warm start.
    this.#mujoco.mj_setState(this.#model, this.#data, values as unknown as number[], this.#whole);
    this.data('sensordata').set(new Float64Array(decodeBytes(sensors)));
  }

  /** Gives the memory back; may be called again. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stateBuffer.delete();
    this.#data.delete();
    this.#model.delete();
  }
}
