import type { Random } from '../../base/index.ts';
import { FIELD } from './canvas.ts';
import type { ArcadeGame, Rules } from './game.ts';
import { STRIP } from './hud.ts';
import { ink, gradient, color } from './palette.ts';
import { emptySlots, fill, overlap, present, removeWhere, slotNumbers } from './slots.ts';
import type { Slots } from './slots.ts';
import { mirrored, sprite } from './sprite.ts';

const SUB = { width: 10, height: 6, speed: 2 };
const FISH = { width: 8, height: 5 };
const DIVER = { width: 7, height: 5 };
const SURFACE = STRIP + 7;
/** Lanes for what swims, from `LANES_TOP` down. */
const LANES = 5;
const LANE = 11;
const LANES_TOP = SURFACE + 7;
const BOTTOM = FIELD - 7;
const CREW = 6;
const RELOAD = 6;
/** Steps that a full tank lasts. */
const TANK = 400;

type Swimmer = { x: number; lane: number; speed: number; sub: boolean; reload: number };
type Diver = { x: number; lane: number; speed: number };
type Shot = { x: number; y: number; speed: number };
type State = {
  x: number;
  y: number;
  left: boolean;
  reload: number;
  oxygen: number;
  divers: number;
  /** Whether the boat has dived since it last took air. */
  under: boolean;
  rescues: number;
  wait: number;
  diverWait: number;
  foes: Slots<Swimmer>;
  swimming: Slots<Diver>;
  shots: Slots<Shot>;
  torpedoes: Slots<Shot>;
};

const SKY = color(250, 200, 130);
const WAVE = color(226, 246, 250);
const SEA = gradient([60, 150, 200], [16, 44, 104], 10);
const SAND = color(196, 170, 112);
const BOAT = sprite(['...YY.....', '...YYY....', '.YYYYYYYY.', 'YYCYYCYYYO', 'YYYYYYYYYO', '.OOOOOOOO.']);
const BOAT_LEFT = mirrored(BOAT);
const FISH_SPRITE = sprite(['R..RRR..', 'RRRRRWK.', '.RRRRRRR', 'RRRRRRR.', 'R..RRR..'], { R: 'M' });
const FISH_LEFT = mirrored(FISH_SPRITE);
const ENEMY = sprite(['...SS...', '.SSSSSS.', 'SSKSKSSS', 'SSSSSSSS', '.DDDDDD.']);
const ENEMY_LEFT = mirrored(ENEMY);
const DIVER_SPRITE = sprite(['.....HH', 'L.LLLHC', '.LLLLL.', 'L.LL.L.', '.......']);
const DIVER_LEFT = mirrored(DIVER_SPRITE);

const laneTop = (lane: number) => LANES_TOP + lane * LANE;
const hardness = (state: State, rules: Rules) => (rules.difficultyRamp ? Math.min(8, state.rescues) : 0);

/** Something comes in from either side on a random lane. */
function enter(random: Random, speed: number): Diver {
  const lane = random.integer(LANES);
  const fromLeft = random.integer(2) === 0;
  return { x: fromLeft ? -FISH.width : FIELD, lane, speed: fromLeft ? speed : -speed };
}

function populate(state: State, random: Random, rules: Rules): void {
  const hard = hardness(state, rules);
  if (--state.wait <= 0) {
    const swimmer = enter(random, random.uniform(0.6, 1.1) + 0.08 * hard);
    fill(state.foes, { ...swimmer, sub: random.uniform() < 1 / 3, reload: 20 });
    state.wait = 22 - hard + random.integer(12);
  }
  if (--state.diverWait <= 0) {
    fill(state.swimming, enter(random, 0.5));
    state.diverWait = 50 + random.integer(30);
  }
}

const outside = ({ x }: { x: number }) => x < -FISH.width - 1 || x > FIELD + 1;

/** Moves everything but the boat; what was shot down. */
function swim(state: State): number {
  removeWhere(state.shots, (shot) => {
    shot.x += shot.speed;
    return outside(shot);
  });
  removeWhere(state.torpedoes, (shot) => {
    shot.x += shot.speed;
    return outside(shot);
  });
  removeWhere(state.swimming, (diver) => {
    diver.x += diver.speed;
    return outside(diver);
  });
  let down = 0;
  removeWhere(state.foes, (foe) => {
    foe.x += foe.speed;
    const box = [foe.x, laneTop(foe.lane), FISH.width, FISH.height];
    const hit = removeWhere(state.shots, (shot) => down === 0 && overlap([shot.x, shot.y, 4, 1], box));
    down += Math.min(1, hit);
    if (hit > 0 || outside(foe)) return true;
    if (foe.sub && --foe.reload <= 0) {
      const ahead = foe.speed > 0 ? foe.x + FISH.width : foe.x - 3;
      fill(state.torpedoes, {
        x: ahead,
        y: laneTop(foe.lane) + 2,
        speed: foe.speed + (foe.speed > 0 ? 1 : -1),
      });
      foe.reload = 45;
    }
    return false;
  });
  return down;
}

/** At the surface: air for one diver, a bonus for six, and no air for a boat that brings nobody; the reward. */
function surface(state: State): number {
  state.under = false;
  if (state.divers === 0) return 0;
  let reward = 0;
  if (state.divers === CREW) {
    reward = CREW + Math.floor((10 * state.oxygen) / TANK);
    state.divers = 0;
    state.rescues += 1;
  } else state.divers -= 1;
  state.oxygen = TANK;
  return reward;
}

/** Begins a life with an empty sea. */
function emerge(state: State): void {
  Object.assign(state, { x: (FIELD - SUB.width) / 2, y: SURFACE - 2, left: false, reload: 0 });
  Object.assign(state, { oxygen: TANK, divers: 0, under: false, wait: 10, diverWait: 25 });
  for (const slots of [state.foes, state.swimming, state.shots, state.torpedoes]) slots.fill(null);
}

/** A submarine: 1 for each fish or boat that is shot, more for six divers brought up before the air runs out. */
export const seaquest: ArcadeGame<State> = {
  buttons: ['noop', 'left', 'right', 'up', 'down', 'fire'],
  stateSize: () => 10 + 6 * 8 + 4 * 4 + 4 * (2 + 5),
  start() {
    const state = {
      ...{ foes: emptySlots<Swimmer>(8), swimming: emptySlots<Diver>(4), rescues: 0 },
      ...{ shots: emptySlots<Shot>(2), torpedoes: emptySlots<Shot>(5) },
    } as State;
    emerge(state);
    return state;
  },
  step(state, button, random, rules) {
    if (button === 'left' || button === 'right') state.left = button === 'left';
    const across = button === 'left' ? -1 : button === 'right' ? 1 : 0;
    const along = button === 'up' ? -1 : button === 'down' ? 1 : 0;
    state.x = Math.max(0, Math.min(FIELD - SUB.width, state.x + across * SUB.speed));
    state.y = Math.max(SURFACE - 2, Math.min(BOTTOM - SUB.height, state.y + along * SUB.speed));
    if (state.reload > 0) state.reload -= 1;
    if (button === 'fire' && state.reload === 0) {
      const x = state.left ? state.x - 4 : state.x + SUB.width;
      if (fill(state.shots, { x, y: state.y + 3, speed: state.left ? -4 : 4 })) state.reload = RELOAD;
    }
    populate(state, random, rules);
    let reward = swim(state);
    const boat = [state.x + 1, state.y + 1, SUB.width - 2, SUB.height - 1];
    removeWhere(state.swimming, (diver) => {
      const met =
        state.divers < CREW && overlap(boat, [diver.x, laneTop(diver.lane), DIVER.width, DIVER.height]);
      if (met) state.divers += 1;
      return met;
    });
    let lost =
      present(state.foes).some(({ x, lane }) => overlap(boat, [x, laneTop(lane), FISH.width, FISH.height])) ||
      present(state.torpedoes).some(({ x, y }) => overlap(boat, [x, y, 3, 1]));
    if (state.y > SURFACE) {
      state.under = true;
      state.oxygen -= 1;
      lost ||= state.oxygen <= 0;
    } else if (state.under && !lost) reward += surface(state);
    if (lost) emerge(state);
    return { reward, lost };
  },
  vector: (state) => [
    ...[state.x / FIELD, state.y / FIELD, state.left ? 1 : 0, state.reload / RELOAD, state.oxygen / TANK],
    ...[state.divers, state.under ? 1 : 0, state.rescues, state.wait, state.diverWait],
    ...slotNumbers(state.foes, 6, (foe) => [
      ...[foe.x / FIELD, foe.lane / LANES, foe.speed, foe.sub ? 1 : 0, foe.reload],
    ]),
    ...slotNumbers(state.swimming, 4, ({ x, lane, speed }) => [x / FIELD, lane / LANES, speed]),
    ...slotNumbers(state.shots, 4, ({ x, y, speed }) => [x / FIELD, y / FIELD, speed]),
    ...slotNumbers(state.torpedoes, 4, ({ x, y, speed }) => [x / FIELD, y / FIELD, speed]),
  ],
  draw(state, canvas) {
    canvas.rect(0, STRIP, FIELD, SURFACE, SKY);
    SEA.forEach((shade, i) => canvas.rect(0, SURFACE + 2 + i * 6.5, FIELD, 7, shade));
    for (let x = 0; x < FIELD; x += 6) canvas.rect(x, SURFACE + (x % 12 ? 1 : 2), 6, 1, WAVE);
    canvas.rect(0, BOTTOM, FIELD, FIELD - BOTTOM, SAND);
    canvas.rect(2, BOTTOM + 2, FIELD - 28, 3, ink.K);
    const share = Math.max(0, state.oxygen / TANK);
    canvas.rect(2, BOTTOM + 2, (FIELD - 28) * share, 3, share < 0.25 ? ink.R : ink.W);
    for (let i = 0; i < CREW; i++) {
      canvas.rect(FIELD - 24 + 4 * i, BOTTOM + 2, 2, 3, i < state.divers ? ink.G : ink.E);
    }
    for (const { x, lane, speed } of present(state.swimming)) {
      canvas.draw(speed > 0 ? DIVER_SPRITE : DIVER_LEFT, x, laneTop(lane));
    }
    for (const { x, lane, speed, sub } of present(state.foes)) {
      const [right, left] = sub ? [ENEMY, ENEMY_LEFT] : [FISH_SPRITE, FISH_LEFT];
      canvas.draw(speed > 0 ? right : left, x, laneTop(lane));
    }
    for (const { x, y } of present(state.torpedoes)) canvas.rect(x, y, 3, 1, ink.R);
    for (const { x, y } of present(state.shots)) canvas.rect(x, y, 4, 1, ink.W);
    canvas.draw(state.left ? BOAT_LEFT : BOAT, state.x, state.y);
  },
};
