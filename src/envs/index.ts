import './builtin.ts';

export type {
  Env,
  EnvMetadata,
  EnvSpec,
  Info,
  Picture,
  PictureSize,
  ResetOptions,
  StepResult,
} from './env.ts';
export * from './spaces/index.ts';
export * from './wrappers/index.ts';
export { listEnvs, makeOptions, register } from './registry.ts';
export type { EnvDescription, EnvRegistration, MakeOptions, OptionDescription } from './registry.ts';
export { make } from './make.ts';
export { isEnvFile } from './external.ts';
export type { EnvKit } from './kit.ts';
export * from './vector/index.ts';
export { checkEnv } from './checkEnv.ts';
export { ArcadeEnv, ansi } from './arcade/index.ts';
export type { ArcadeGame, ArcadeOptions, Button } from './arcade/index.ts';
export { ControlEnv } from './control/index.ts';
export type { ControlTask } from './control/index.ts';
export { Distract } from './distract/index.ts';
export type { DistractOptions, DistractionLevel } from './distract/index.ts';
export { renderScene } from './render/index.ts';
export type { Scene } from './render/index.ts';
