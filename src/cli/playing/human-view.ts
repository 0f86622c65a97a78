import { halfBlocks, type ColorDepth } from '../../runs/index.ts';
import { truncate } from '../../tui/index.ts';
import type { HumanGame } from './human-game.ts';

/** Sides of a picture below which nothing can be made out. */
const LEAST = 20;

const round = (x: number) => String(Math.round(10 * x) / 10);

/** What a person can press, as the last line says it. */
export function keyHelp(buttons: readonly string[]): string {
  const moves = ['left', 'down', 'up', 'right'].filter((name) => buttons.includes(name));
  const letters: Record<string, string> = { left: 'h', down: 'j', up: 'k', right: 'l' };
  const signs: Record<string, string> = { left: '←', down: '↓', up: '↑', right: '→' };
  const move = `${moves.map((name) => signs[name]).join('')} or ${moves.map((name) => letters[name]).join('')}`;
  return `${move} move${buttons.includes('fire') ? '  space fire' : ''}  p pause  r restart  q quit`;
}

/** The lines of a terminal of this size, at most `rows` of them: a title, the picture in the middle, the keys. */
export function humanLines(game: HumanGame, columns: number, rows: number, depth: ColorDepth): string[] {
  const side = Math.min(columns, 2 * (rows - 2), 84 * 2);
  if (side < LEAST) return [truncate(`The terminal is too small: ${columns} x ${rows}.`, columns - 1)];
  const lives = game.lives === undefined ? '' : `  lives ${game.lives}`;
  const best = game.best > -Infinity ? `  best ${round(game.best)}` : '';
  const state = game.over ? '  GAME OVER: r plays again' : game.paused ? '  PAUSED: p goes on' : '';
  const margin = ' '.repeat(Math.floor((columns - side) / 2));
  const even = side - (side % 2);
  const picture = halfBlocks(game.picture(even), even, even / 2, depth);
  return [
    truncate(`${game.id}  score ${round(game.score)}${lives}${best}${state}`, columns - 1),
    ...picture.map((line) => margin + line),
    truncate(keyHelp(game.buttons), columns - 1),
  ];
}
