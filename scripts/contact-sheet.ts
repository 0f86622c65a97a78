/**
 * Draws every registered environment of a family as the agent sees it, in a few seeded states, on one sheet:
 *
 *   npx tsx scripts/contact-sheet.ts [control] [arcade]
 */
import { dirname } from 'node:path';
import { makeFolder, Random, writeFileAtomic } from '../src/base/index.ts';
import { listEnvs, make, type Env, type Picture } from '../src/envs/index.ts';
import { encodePng } from '../src/runs/pictures/index.ts';
import { arcadePolicies } from './policies/arcade.ts';
import { blankSheet, paste, write } from './sheet.ts';

const SIZE = 84;
const SCALE = 2;
const STATES = 3;
const COLUMNS = 3;
const GAP = 6;
const LABEL = 9;

/** Environment steps until the last picture of a task or game. */
const STEPS: Record<string, number> = { control: 30, arcade: 160 };

/** A task in seeded states: the start of an episode, and others some steps later under one constant action. */
function swings(env: Env, random: Random, steps: number): Picture[] {
  return Array.from({ length: STATES }, (_, n) => {
    env.reset({ seed: random.seed() });
    const action = env.actionSpace.sample();
    for (let step = 0; step < (steps * n) / (STATES - 1); step++) env.step(action);
    return env.render({ width: SIZE, height: SIZE });
  });
}

/** A game at the beginning, in the middle and towards the end of a seeded episode, played by its script. */
function plays(env: Env, random: Random, steps: number): Picture[] {
  env.reset({ seed: random.seed() });
  const act = arcadePolicies[env.spec!.id].policy(env as unknown as Env<Float32Array>);
  const pictures = [env.render({ width: SIZE, height: SIZE })];
  while (pictures.length < steps) {
    if (env.step(act()).terminated) break;
    pictures.push(env.render({ width: SIZE, height: SIZE }));
  }
  // What ends an episode is often too near to be seen well.
  const last = Math.max(0, pictures.length - 6);
  return Array.from({ length: STATES }, (_, n) => pictures[Math.round((last * n) / (STATES - 1))]);
}

async function statesOf(id: string, family: string): Promise<Picture[]> {
  const env = await make(id, { size: SIZE });
  const random = Random.stream(1, 'contact-sheet', id);
  env.actionSpace.seed(random.seed());
  const pictures = (family === 'arcade' ? plays : swings)(env, random, STEPS[family]);
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
    const pictures = await statesOf(id, family);
    pictures.forEach((picture, k) => paste(sheet, picture, left + k * (SIZE + 1), top + LABEL));
  }
  makeFolder(dirname(path));
  writeFileAtomic(path, encodePng(sheet, SCALE));
  console.log(`${path}: ${ids.length} environments, ${width * SCALE} x ${height * SCALE} pixels`);
}

const wanted = process.argv.slice(2);
for (const family of wanted.length > 0 ? wanted : Object.keys(STEPS)) {
  await draw(family, `docs/images/${family}.png`);
}
