import type { Command } from 'commander';

/** Adds a command to the program; its action gives the exit status. */
export type AddCommand = (program: Command, done: (code: number) => void) => void;
