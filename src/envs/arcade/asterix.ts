import type { Random } from '../../base/index.ts';
import { FIELD } from './canvas.ts';
import type { ArcadeGame, Rules } from './game.ts';
import { STRIP } from './hud.ts';
import { color, ink } from './palette.ts';
import { emptySlots, removeWhere, slotNumbers } from './slots.ts';
import type { Slots } from './slots.ts';
import { mirrored, sprite } from './sprite.ts';

const LANES = 8;
const LANE = 9;
const TOP = STRIP + 2;
const SIZE = 7;
const SPEED = 2;
/** Steps before the hero can change lanes again. */
const HOP = 3;

type Visitor = { x: number; speed: number; gold: boolean };
type State = {
  x: number;
  lane: number;
  hop: number;
  left: boolean;
  visitors: Slots<Visitor>;
  wait: number;
  steps: number;
};

const FLOOR = [color(58, 48, 74), color(66, 56, 84)];
const PILLAR = color(88, 76, 108);
const HERO = sprite(['..YYY..', '.YWYWY.', '..HHH..', '.HKHKH.', '.YYHYY.', '..BBB..', '.RR.RR.']);
const HERO_LEFT = mirrored(HERO);
const ENEMY = sprite(['.RRRRR.', 'RRRRRRR', 'RWWRWWR', 'RWKRWKR', 'RRRRRRR', 'RRRRRRR', 'R.R.R.R']);
const ENEMY_LEFT = mirrored(ENEMY);
const GOLD = sprite(['..YYY..', '.YYYYY.', 'YYWYYOY', 'YWYYYOY', 'YYYYYOY', '.YYOOY.', '..YYY..']);

const laneTop = (lane: number) => TOP + 1 + lane * LANE;

/** Hardness from 0 to 10, one more every 200 steps. */
const rank = (state: State, rules: Rules) =>
  rules.difficultyRamp ? Math.min(10, Math.floor(state.steps / 200)) : 0;

/** Someone enters a free lane from either side; a third of them is gold. */
function enter(state: State, random: Random, rules: Rules): void {
  const free = state.visitors.flatMap((visitor, lane) => (visitor === null ? [lane] : []));
  if (free.length === 0) return;
  const lane = free[random.integer(free.length)];
  const fromLeft = random.integer(2) === 0;
  const speed = random.uniform(0.8, 1.4) * (1 + 0.08 * rank(state, rules));
  const gold = random.uniform() < 1 / 3;
  state.visitors[lane] = { x: fromLeft ? -SIZE : FIELD, speed: fromLeft ? speed : -speed, gold };
}

/** A hero between eight lanes: 1 for each piece of gold, a life for each enemy that is met. */
export const asterix: ArcadeGame<State> = {
  buttons: ['noop', 'left', 'right', 'up', 'down'],
  stateSize: () => 6 + 4 * LANES,
  start: () => ({
    x: (FIELD - SIZE) / 2,
    lane: LANES / 2,
    hop: 0,
    left: false,
    visitors: emptySlots<Visitor>(LANES),
    wait: 5,
    steps: 0,
  }),
  step(state, button, random, rules) {
    state.steps += 1;
    if (button === 'left' || button === 'right') {
      state.left = button === 'left';
      state.x = Math.max(0, Math.min(FIELD - SIZE, state.x + (state.left ? -SPEED : SPEED)));
    }
    if (state.hop > 0) state.hop -= 1;
    else if (button === 'up' || button === 'down') {
      const lane = Math.max(0, Math.min(LANES - 1, state.lane + (button === 'up' ? -1 : 1)));
      if (lane !== state.lane) state.hop = HOP;
      state.lane = lane;
    }
    removeWhere(state.visitors, (visitor) => {
      visitor.x += visitor.speed;
      return visitor.x < -SIZE || visitor.x > FIELD;
    });
    state.wait -= 1;
    if (state.wait <= 0) {
      enter(state, random, rules);
      state.wait = 14 - rank(state, rules) + random.integer(6);
    }
    const met = state.visitors[state.lane];
    if (!met || Math.abs(met.x - state.x) >= SIZE - 1) return { reward: 0 };
    if (met.gold) {
      state.visitors[state.lane] = null;
      return { reward: 1 };
    }
    // The next life begins in an empty hall.
    state.visitors.fill(null);
    return { reward: 0, lost: true };
  },
  vector: ({ x, lane, hop, left, visitors, wait, steps }) => [
    ...[x / FIELD, lane / LANES, hop, left ? 1 : 0, wait, steps / 1000],
    ...slotNumbers(visitors, 4, (visitor) => [visitor.x / FIELD, visitor.speed, visitor.gold ? 1 : 0]),
  ],
  draw({ x, lane, left, visitors }, canvas) {
    canvas.clear(ink.N);
    for (let i = 0; i < LANES; i++) {
      canvas.rect(0, TOP + i * LANE, FIELD, LANE, FLOOR[i % 2]);
      for (let at = i % 2 ? 6 : 20; at < FIELD; at += 28) canvas.rect(at, TOP + i * LANE + 4, 1, 1, PILLAR);
    }
    canvas.rect(0, TOP - 1, FIELD, 1, PILLAR);
    canvas.rect(0, TOP + LANES * LANE, FIELD, 1, PILLAR);
    visitors.forEach((visitor, i) => {
      if (visitor === null) return;
      const enemy = visitor.speed > 0 ? ENEMY : ENEMY_LEFT;
      canvas.draw(visitor.gold ? GOLD : enemy, visitor.x, laneTop(i));
    });
    canvas.draw(left ? HERO_LEFT : HERO, x, laneTop(lane));
  },
};
