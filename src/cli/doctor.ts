import type { AddCommand } from './program.ts';
export const doctorCommand: AddCommand = (_program) => {};
