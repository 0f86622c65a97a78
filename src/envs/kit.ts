import { z } from 'zod';
import { InputError, Random, portable } from '../base/index.ts';
import { Box, Dict, Discrete, MultiBinary, MultiDiscrete, Tuple, checkSeed } from './spaces/index.ts';

/**
 * What an environment in a file of its own needs from here. It is handed over, so that the file imports nothing but
 * types and works from any folder, with the very classes that `make` tests against.
 */
export const kit = {
  Box,
  Dict,
  Discrete,
  MultiBinary,
  MultiDiscrete,
  Tuple,
  Random,
  InputError,
  checkSeed,
  portable,
  z,
} as const;

export type EnvKit = typeof kit;
