import type { Random } from '../../base/index.ts';
import { FIELD } from './canvas.ts';
import type { ArcadeGame, Rules } from './game.ts';
import { STRIP } from './hud.ts';
import { gradient, ink } from './palette.ts';
import { sprite } from './sprite.ts';

const BASKET = { width: 14, y: 74, speed: 3 };
const FRUIT = 6;
const GROUND = 81;
/** Fruits fall one after the other; a new one sets out when the one before is half-way down. */
const HALF_WAY = (STRIP + BASKET.y) / 2;

type Fruit = { x: number; y: number; kind: number };
// A type alias, unlike an interface, is known to be plain JSON.
type State = { basket: number; fruits: Fruit[]; caught: number };

const BASKET_SPRITE = sprite([
  'E............E',
  'EHHHHHHHHHHHHE',
  'EEHEHEHEHEHEHE',
  '.EHEHEHEHEHEE.',
  '.EEHEHEHEHEHE.',
  '..EEEEEEEEEE..',
]);
const APPLE = ['...G..', '.RRGR.', 'RWRRRR', 'RRRRRR', 'RRRRRR', '.RRRR.'];
const FRUITS = [
  sprite(APPLE),
  sprite(APPLE, { R: 'O' }),
  sprite(APPLE, { R: 'P' }),
  sprite(APPLE, { R: 'L', G: 'E' }),
];
const SKY = gradient([116, 176, 232], [214, 236, 246], 12);
const GRASS = gradient([104, 186, 84], [62, 140, 66], 3);

/** Units a step: 1.5 at first, 0.1 more after every fruit, at most 3. */
const speedOf = (state: State, rules: Rules) =>
  rules.difficultyRamp ? Math.min(3, 1.5 + 0.1 * state.caught) : 1.5;

/** A fruit that the basket can reach in the time that the fruit before leaves it. */
function drop(random: Random, near: number): Fruit {
  const reach = 30;
  const low = Math.max(2, near - reach);
  const high = Math.min(FIELD - FRUIT - 2, near + reach);
  return { x: Math.floor(random.uniform(low, high + 1)), y: STRIP, kind: random.integer(FRUITS.length) };
}

/** A basket under falling fruit: 1 for each that is caught, a life for each that is not. */
export const catchFruit: ArcadeGame<State> = {
  buttons: ['noop', 'left', 'right'],
  stateSize: () => 8,
  start(random) {
    const middle = (FIELD - BASKET.width) / 2;
    return { basket: middle, fruits: [drop(random, middle)], caught: 0 };
  },
  step(state, button, random, rules) {
    const way = button === 'left' ? -1 : button === 'right' ? 1 : 0;
    state.basket = Math.max(0, Math.min(FIELD - BASKET.width, state.basket + way * BASKET.speed));
    const speed = speedOf(state, rules);
    for (const fruit of state.fruits) fruit.y += speed;
    const [first] = state.fruits;
    let reward = 0;
    let lost = false;
    if (first.y + FRUIT >= BASKET.y + 1) {
      const over = first.x + FRUIT > state.basket + 1 && first.x < state.basket + BASKET.width - 1;
      if (over && first.y <= BASKET.y) {
        reward = 1;
        state.caught += 1;
        state.fruits.shift();
      } else if (first.y + FRUIT >= GROUND) {
        lost = true;
        state.fruits.shift();
      }
    }
    const last = state.fruits.at(-1);
    if (!last || (state.fruits.length < 2 && last.y >= HALF_WAY)) {
      state.fruits.push(drop(random, last ? last.x : first.x));
    }
    return { reward, lost };
  },
  vector({ basket, fruits, caught }) {
    const [a, b] = fruits;
    const seen = (fruit?: Fruit) => (fruit ? [fruit.x / FIELD, fruit.y / FIELD, fruit.kind] : [-1, -1, -1]);
    return [basket / FIELD, ...seen(a), ...seen(b), caught];
  },
  draw({ basket, fruits }, canvas) {
    SKY.forEach((shade, i) => canvas.rect(0, STRIP + i * 6, FIELD, 7, shade));
    GRASS.forEach((shade, i) => canvas.rect(0, 79 + 2 * i, FIELD, 2, shade));
    for (let x = 1; x < FIELD; x += 6) canvas.rect(x, 78, 1, 1, ink.G);
    for (const { x, y, kind } of fruits) canvas.draw(FRUITS[kind], x, y);
    canvas.draw(BASKET_SPRITE, basket, BASKET.y);
  },
};
