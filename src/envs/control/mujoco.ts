import loadModule from '@mujoco/mujoco';
import type { MainModule } from '@mujoco/mujoco';

let loading: Promise<MainModule> | null = null;

/** The physics engine (MuJoCo 3.14, WebAssembly), loaded once per process. */
export function loadMujoco(): Promise<MainModule> {
  // Its warnings go to standard error: standard output belongs to the program's own lines.
  loading ??= loadModule({ print: console.error, printErr: console.error });
  return loading;
}
