/**
 * Draws every registered environment of a family as the agent sees it, in a few seeded states, on one sheet:
 *
 *   npx tsx scripts/contact-sheet.ts [control] [arcade]
 */
import { dirname } from 'node:path';
import { makeFolder, Random, writeFileAtomic } from '../src/base/index.ts';
import { listEnvs, make, type Picture } from '../src/envs/index.ts';
import { encodePng } from '../src/runs/pictures/index.ts';
import { blankSheet, paste, write } from './sheet.ts';

const SIZE = 84;
const SCALE = 2;
const STATES = 3;
const COLUMNS = 3;
const GAP = 6;
const LABEL = 9;

/** Environment steps between two pictures of an environment. */
const APART: Record<string, number> = { control: 15, arcade: 70 };

/** Pictures of an environment: the start of one seeded episode, and two others some random steps later. */
async function statesOf(id: string, apart: number): Promise<Picture[]> {
  const env = await make(id, { size: SIZE });
  const random = Random.stream(1, 'contact-sheet', id);
  env.actionSpace.seed(random.seed());
  const pictures = Array.from({ length: STATES }, (_, n) => {
    env.reset({ seed: random.seed() });
    const action = env.actionSpace.sample();
    for (let step = 0; step < apart * n; step++) {
      // A task swings best under one constant action; a game goes on under many.
      const { terminated } = env.step(typeof action === 'number' ? env.actionSpace.sample() : action);
      if (terminated) env.reset();
    }
    return env.render({ width: SIZE, height: SIZE });
  });
  env.close();
  return pictures;
}

/** Draws all environments of a family on one sheet. */
async function draw(family: string, path: string): Promise<void> {
  const ids = listEnvs()
    .map(({ id }) => id)
    .filter((id) => id.startsWith(`${family}/`) && !id.includes('-Distract-'));
  const cell = { width: STATES * (SIZE + 1) - 1 + GAP, height: SIZE + LABEL + GAP };
  const width = COLUMNS * cell.width + GAP;
  const height = Math.ceil(ids.length / COLUMNS) * cell.height + GAP;
  const sheet = blankSheet(width, height);
  for (const [n, id] of ids.entries()) {
    const left = GAP + (n % COLUMNS) * cell.width;
    const top = GAP + Math.floor(n / COLUMNS) * cell.height;
    const name = id.replace(/^\w+\/|-v\d+$/g, '').replace(/(?<=[a-z])(?=[A-Z])/g, ' ');
    write(sheet, name, left, top + 1);
    const pictures = await statesOf(id, APART[family]);
    pictures.forEach((picture, k) => paste(sheet, picture, left + k * (SIZE + 1), top + LABEL));
  }
  makeFolder(dirname(path));
  writeFileAtomic(path, encodePng(sheet, SCALE));
  console.log(`${path}: ${ids.length} environments, ${width * SCALE} x ${height * SCALE} pixels`);
}

const wanted = process.argv.slice(2);
for (const family of wanted.length > 0 ? wanted : Object.keys(APART)) {
  await draw(family, `docs/images/${family}.png`);
}
