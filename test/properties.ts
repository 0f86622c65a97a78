import fc from 'fast-check';

/**
 * Property tests draw the same cases in every run, so that a failure belongs to the change at hand.
 * `PROPERTY_SEED=7 PROPERTY_RUNS=5000 npm test` looks further.
 */
const { PROPERTY_SEED: seed, PROPERTY_RUNS: runs } = process.env;
fc.configureGlobal({
  seed: Number(seed ?? 20_261),
  ...(runs === undefined ? {} : { numRuns: Number(runs) }),
});
