/** A process that writes metric lines to a run until it is killed: `node writing-process.ts FOLDER`. */
import { RunWriter } from '../../src/runs/index.ts';
import { line } from './fixtures.ts';

const writer = new RunWriter(process.argv[2]);
writer.status({ phase: 'learning' });
let step = 0;
setInterval(() => {
  for (let i = 0; i < 20; i++) writer.log(line(++step, { loss: step, text: step % 7 }));
}, 1);
