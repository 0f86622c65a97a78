import { InputError, nearest } from '../../base/index.ts';
import { envShortName } from '../../runs/index.ts';
import type { Cell } from './cells.ts';

/** Names under which `--only` knows a run: of its method, of its environment, of its seed. */
function namesOf({ method, environment, seed }: Cell): [string[], string[], string[]] {
  return [[method.id], [environment.id, envShortName(environment.id)], [`s${seed}`]];
}

/**
 * The runs that a choice names: `curl`, `cartpole-swingup`, `s1`. Names of one kind widen the choice, names of different
 * kinds narrow it: `curl,rad,s1` are the first seeds of two methods.
 * @throws InputError for a name that no run has
 */
export function chooseCells(cells: readonly Cell[], names: readonly string[]): Cell[] {
  const known = [...new Set(cells.flatMap((cell) => namesOf(cell).flat()))];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new InputError(
      `--only ${unknown}: no method, environment or seed of this suite; did you mean ${nearest(unknown, known)}?`,
    );
  const wanted = [0, 1, 2].map((kind) =>
    names.filter((name) => cells.some((cell) => namesOf(cell)[kind].includes(name))),
  );
  return cells.filter((cell) =>
    namesOf(cell).every(
      (own, kind) => wanted[kind].length === 0 || own.some((name) => wanted[kind].includes(name)),
    ),
  );
}
