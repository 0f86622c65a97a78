/**
 * Plays every environment with random actions and with a simple scripted policy, and writes the table of returns into
 * docs/environments.md:
 *
 *   npx tsx scripts/score-table.ts [ID ...]     (some minutes; with ids it renews their rows only)
 */
import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../src/base/index.ts';
import { listEnvs, make, type Env } from '../src/envs/index.ts';
import { arcadePolicies } from './policies/arcade.ts';
import { controlPolicies } from './policies/control.ts';
import type { Policy } from './policies/policy.ts';

const GUIDE = 'docs/environments.md';
const MARKS = ['<!-- scores: begin -->', '<!-- scores: end -->'];
const RANDOM_EPISODES = 10;

const policies = { ...arcadePolicies, ...controlPolicies };

const random: Policy = (env) => {
  env.actionSpace.seed(1);
  return () => env.actionSpace.sample();
};

/** Returns of whole episodes with seeds 0, 1, ... */
async function returns(id: string, policy: Policy, episodes: number): Promise<number[]> {
  const env = (await make(id, { observation: 'state' })) as unknown as Env<Float32Array>;
  const scores: number[] = [];
  for (let seed = 0; seed < episodes; seed++) {
    env.reset({ seed });
    const act = policy(env);
    let score = 0;
    for (let over = false; !over;) {
      const { reward, terminated, truncated } = env.step(act());
      score += reward;
      over = terminated || truncated;
    }
    scores.push(score);
  }
  env.close();
  return scores;
}

function summary(scores: number[]): string {
  const mean = scores.reduce((sum, x) => sum + x, 0) / scores.length;
  const shown = (x: number) => (Math.abs(x) >= 100 ? x.toFixed(0) : x.toFixed(1));
  if (scores.length === 1) return shown(mean);
  return `${shown(mean)} (${shown(Math.min(...scores))} to ${shown(Math.max(...scores))})`;
}

const ids = listEnvs()
  .map(({ id }) => id)
  .filter((id) => !id.includes('-Distract-'));
const rows = new Map<string, string>();

/** The guide in three parts: before the table, the table's lines, after it. */
function guide(): [before: string, table: string, after: string] {
  const text = readFileSync(GUIDE, 'utf8');
  const [begin, end] = MARKS.map((mark) => text.indexOf(mark));
  return [text.slice(0, begin), text.slice(begin, end), text.slice(end)];
}

const wanted = process.argv.slice(2);
for (const id of wanted.length > 0 ? wanted : ids) {
  const { what, policy, episodes } = policies[id];
  const byChance = await returns(id, random, RANDOM_EPISODES);
  const byScript = await returns(id, policy, episodes);
  rows.set(id, `| \`${id}\` | ${summary(byChance)} | ${summary(byScript)} | ${what} |`);
  console.log(rows.get(id));
}
// Read only now: playing takes minutes, and somebody may have written on.
const [before, old, after] = guide();
for (const row of old.split('\n')) {
  const id = /^\| `(.*?)`/.exec(row)?.[1];
  if (id !== undefined && ids.includes(id) && !rows.has(id)) rows.set(id, row);
}
const head = ['| environment | random | scripted | how it plays |', '| --- | --- | --- | --- |'];
const table = [...head, ...ids.flatMap((id) => rows.get(id) ?? [])].join('\n');
writeFileAtomic(GUIDE, `${before}${MARKS[0]}\n\n${table}\n\n${after}`);
