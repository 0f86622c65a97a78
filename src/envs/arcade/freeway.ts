import type { Random } from '../../base/index.ts';
import { FIELD } from './canvas.ts';
import type { Canvas } from './canvas.ts';
import type { ArcadeGame, Rules } from './game.ts';
import { color, ink } from './palette.ts';
import { mirrored, sprite } from './sprite.ts';
import type { Sprite } from './sprite.ts';

const LANES = 8;
const LANE = 8;
const ROAD = 13;
const CAR = 9;
const CHICKEN = { x: 38, size: 6, start: 78, goal: ROAD - 6, speed: 1.5 };
/** Steps that a chicken which was hit stays where it was put. */
const STUN = 8;

type Car = { x: number; speed: number; paint: number };
type State = { y: number; stun: number; cars: Car[]; crossed: number };

const ASPHALT = color(58, 60, 70);
const MARK = color(150, 150, 146);
const GRASS = color(92, 168, 84);
const KERB = color(176, 172, 160);

const CHICKEN_SPRITE = sprite(['..RR..', '..WWO.', 'W.WK..', 'WWWWW.', '.WWWW.', '..O.O.']);
const CAR_ROWS = ['.K...K...', '.RRRRRRR.', 'RRKRRKKRY', 'RRKRRKKRR', '.RRRRRRRY', '.K...K...'];
const rightwards = (['R', 'B', 'Y', 'P', 'M', 'L'] as const).map((body) => {
  // Lamps keep a colour that differs from every body.
  return sprite(CAR_ROWS, { R: body, Y: 'W' });
});
const CARS: readonly (readonly [Sprite, Sprite])[] = rightwards.map((car) => [car, mirrored(car)]);

/** Traffic: the upper lanes drive right, the lower ones left; lanes are faster the farther one has come. */
function traffic(random: Random, rules: Rules, crossed: number): Car[] {
  const harder = rules.difficultyRamp ? Math.min(1, 0.08 * crossed) : 0;
  return Array.from({ length: LANES }, (_, lane) => {
    const speed = random.uniform(0.5, 1.8 + harder);
    const x = random.uniform(-CAR, FIELD);
    return { x, speed: lane < LANES / 2 ? speed : -speed, paint: random.integer(CARS.length) };
  });
}

const laneTop = (lane: number) => ROAD + lane * LANE;

function hitBy({ y }: State, car: Car, lane: number): boolean {
  const top = laneTop(lane) + 1;
  return (
    y + CHICKEN.size > top + 1 &&
    y < top + 5 &&
    car.x + CAR > CHICKEN.x + 1 &&
    car.x < CHICKEN.x + CHICKEN.size - 1
  );
}

function drawRoad(canvas: Canvas): void {
  canvas.clear(GRASS);
  canvas.rect(0, ROAD - 1, FIELD, LANES * LANE + 2, KERB);
  canvas.rect(0, ROAD, FIELD, LANES * LANE, ASPHALT);
  for (let lane = 1; lane < LANES; lane++) {
    const y = laneTop(lane) - 0.5;
    if (lane === LANES / 2) canvas.rect(0, y, FIELD, 1, ink.Y);
    else for (let x = 2; x < FIELD; x += 8) canvas.rect(x, y, 4, 1, MARK);
  }
}

/** A chicken that wants to cross eight lanes: 1 for each crossing; a car sends it back to the start. */
export const freeway: ArcadeGame<State> = {
  buttons: ['noop', 'up', 'down'],
  stateSize: () => 3 + 3 * LANES,
  start: (random, rules) => ({
    y: CHICKEN.start,
    stun: 0,
    cars: traffic(random, rules, 0),
    crossed: 0,
  }),
  step(state, button, random, rules) {
    if (state.stun > 0) state.stun -= 1;
    else {
      const way = button === 'up' ? -1 : button === 'down' ? 1 : 0;
      state.y = Math.min(CHICKEN.start, state.y + way * CHICKEN.speed);
    }
    for (const car of state.cars) {
      car.x += car.speed;
      const out = car.speed > 0 ? car.x > FIELD : car.x < -CAR;
      if (out) car.x = car.speed > 0 ? -CAR : FIELD;
    }
    if (state.cars.some((car, lane) => hitBy(state, car, lane))) {
      state.y = CHICKEN.start;
      state.stun = STUN;
    }
    if (state.y > CHICKEN.goal) return { reward: 0 };
    state.y = CHICKEN.start;
    state.crossed += 1;
    state.cars = traffic(random, rules, state.crossed);
    return { reward: 1 };
  },
  vector: ({ y, stun, cars, crossed }) => [
    ...[y / FIELD, stun / STUN, crossed],
    ...cars.flatMap(({ x, speed, paint }) => [x / FIELD, speed, paint]),
  ],
  draw({ y, stun, cars }, canvas) {
    drawRoad(canvas);
    cars.forEach(({ x, speed, paint }, lane) => {
      canvas.draw(CARS[paint][speed > 0 ? 0 : 1], x, laneTop(lane) + 1);
    });
    // A stunned chicken blinks.
    if (stun % 4 < 2) canvas.draw(CHICKEN_SPRITE, CHICKEN.x, y);
  },
};
