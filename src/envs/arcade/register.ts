import { z } from 'zod';
import type { Json } from '../../base/index.ts';
import { register } from '../registry.ts';
import { ArcadeEnv } from './arcadeEnv.ts';
import type { ArcadeOptions } from './arcadeEnv.ts';
import { asterix } from './asterix.ts';
import { breakout } from './breakout.ts';
import { catchFruit } from './catch.ts';
import { freeway } from './freeway.ts';
import type { ArcadeGame } from './game.ts';
import { maze } from './maze.ts';
import { pong } from './pong.ts';
import { seaquest } from './seaquest.ts';
import { spaceInvaders } from './spaceInvaders.ts';

const sticky = z.number().min(0).max(1).default(0.1).describe('chance that a step repeats the action before');
const ramp = z.boolean().default(true).describe('whether the game gets harder as one plays');
const lives = (n: number) => z.int().positive().default(n).describe('lives in an episode');

/** A game without lives plays on until its time is over, or until it says so itself. */
const endless = z.object({ stickyActions: sticky, difficultyRamp: ramp });

function game<S extends Json>(
  name: string,
  description: string,
  rules: ArcadeGame<S>,
  maxEpisodeSteps: number,
  own: z.ZodRawShape,
): void {
  register({
    id: `arcade/${name}-v0`,
    description,
    maxEpisodeSteps,
    options: z.strictObject({ ...endless.shape, ...own }),
    create: (options) => new ArcadeEnv(rules, { lives: 1, ...options } as ArcadeOptions),
  });
}

/** Makes the games known to `make`; called once, where environments are listed. */
export function registerArcade(): void {
  const one = { lives: lives(1) };
  game('Asterix', 'gather gold between enemies on eight lanes', asterix, 5000, one);
  game('Breakout', 'knock out a wall of bricks with a ball', breakout, 5000, one);
  game('Catch', 'catch falling fruit in a basket', catchFruit, 2000, one);
  game('Freeway', 'bring a chicken across eight lanes of traffic', freeway, 2500, {});
  game('Maze', 'find the golden pillar in corridors seen from within', maze, 1000, {
    cells: z.int().min(2).max(20).default(3).describe('rooms along a side of the maze'),
    levelSet: z.enum(['train', 'test']).default('train').describe('which levels are played'),
    levels: z.int().positive().max(1_000_000).default(200).describe('number of different levels'),
  });
  game('Pong', 'return the ball past the opponent', pong, 5000, {
    lives: lives(5).describe('balls that may be missed in an episode'),
    points: z.int().positive().default(5).describe('points that win the episode'),
  });
  game('Seaquest', 'shoot fish, bring divers up before the air runs out', seaquest, 5000, one);
  game('SpaceInvaders', 'shoot rows of aliens before they land', spaceInvaders, 5000, one);
}
