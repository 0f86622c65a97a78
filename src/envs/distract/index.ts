export { Distract } from './distract.ts';
export type { DistractOptions, DistractionLevel } from './distract.ts';
export { registerDistracted } from './register.ts';
