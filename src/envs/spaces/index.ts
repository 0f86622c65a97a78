export { Space, checkSeed } from './space.ts';
export type { Dtype } from './space.ts';
export { ARRAYS, Box } from './box.ts';
export type { DtypeArrays } from './box.ts';
export { Discrete } from './discrete.ts';
export { MultiDiscrete } from './multiDiscrete.ts';
export { MultiBinary } from './multiBinary.ts';
export { Dict } from './dict.ts';
export { Tuple } from './tuple.ts';
