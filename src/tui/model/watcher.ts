import { followRun, methodName, readSystem, type RunFollower } from '../../runs/index.ts';
import { RunModel, type RunFacts } from './run.ts';

/** `native, 2 threads` from what a run stored of its engine. */
function engineText(engine: unknown): string | undefined {
  if (typeof engine === 'string') return engine;
  if (typeof engine !== 'object' || engine === null) return undefined;
  const { name, threads } = engine as { name?: unknown; threads?: unknown };
  if (typeof name !== 'string') return undefined;
  return typeof threads === 'number' ? `${name}, ${threads} ${threads === 1 ? 'thread' : 'threads'}` : name;
}

function factsOf({ folder, experiment }: RunFollower): RunFacts {
  return {
    folder,
    name: experiment.name,
    env: experiment.env.id,
    method: methodName(experiment),
    seed: experiment.seed,
    totalSteps: experiment.steps,
    actionRepeat: experiment.env.actionRepeat,
    engine: engineText(readSystem(folder)?.engine),
  };
}

const POLL_MS = 250;
/** A run that has ended is looked at less often: it may be resumed. */
const IDLE_POLL_MS = 2000;

/** Follows a run folder and tells listeners when there is something new to draw. */
export class RunWatcher {
  readonly model: RunModel;
  readonly #follower: RunFollower;
  readonly #listeners = new Set<() => void>();
  #timer: NodeJS.Timeout | undefined;
  #version = 0;

  /** @throws InputError in one line when the folder is no run. */
  constructor(folder: string) {
    this.#follower = followRun(folder, { maxPoints: 2 });
    this.model = new RunModel(factsOf(this.#follower));
    this.poll();
  }

  /** Reads what is new; whether anything was. */
  poll(): boolean {
    const { model } = this;
    const before = model.version;
    const { lines, restarted, behind } = this.#follower.poll();
    if (restarted) model.restart();
    for (const line of lines) model.add(line);
    const status = this.#follower.status();
    const { state, phase, reason, agentStep, totalSteps } = status;
    const shown = { state, phase, reason, agentStep, totalSteps };
    if (JSON.stringify(shown) !== JSON.stringify(model.status)) {
      model.status = shown;
      model.version += 1;
    }
    const live = this.#follower.live();
    if (live && live.agentStep !== model.live?.agentStep) {
      model.live = live;
      model.version += 1;
    }
    if (model.facts.engine === undefined)
      model.facts.engine = engineText(readSystem(model.facts.folder)?.engine);
    // A long file takes several polls: draw when all of it is in.
    return behind ? this.poll() || true : model.version !== before;
  }

  /** For React's `useSyncExternalStore`. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#schedule();
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) clearTimeout(this.#timer);
    };
  };

  /** Changes whenever the model does. */
  readonly version = (): number => this.#version;

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(
      () => {
        if (this.poll()) {
          this.#version += 1;
          for (const listener of this.#listeners) listener();
        }
        if (this.#listeners.size > 0) this.#schedule();
      },
      this.model.status.state === 'running' ? POLL_MS : IDLE_POLL_MS,
    );
  }
}
