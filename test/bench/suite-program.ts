/** Runs the tiny suite into a folder, as a process that a test can kill. */
import { SuiteRunner, cellsOf, chooseCells } from '../../src/bench/index.ts';
import { tinyRun, tinySuite } from './fixture.ts';

const cells = chooseCells(cellsOf(tinySuite()), ['curl']);
const runner = new SuiteRunner(tinyRun(process.argv[2], { cells, results: process.argv[3] }));
process.on('SIGINT', () => runner.stop());
const all = await runner.run();
process.exit(all.every(({ state }) => state === 'finished') ? 0 : 3);
