export { ansi } from './ansi.ts';
export { ArcadeEnv } from './arcadeEnv.ts';
export type { ArcadeOptions } from './arcadeEnv.ts';
export type { ArcadeGame, Button } from './game.ts';
export { registerArcade } from './register.ts';
