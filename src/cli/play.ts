import type { AddCommand } from './program.ts';
export const playCommand: AddCommand = (_program) => {};
