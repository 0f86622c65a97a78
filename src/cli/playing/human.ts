import { InputError } from '../../base/index.ts';
import type { ColorDepth } from '../../runs/index.ts';
import { HumanGame } from './human-game.ts';
import { humanLines } from './human-view.ts';
import { RawTerminal } from './raw-terminal.ts';

export interface HumanRequest {
  id: string;
  seed: number;
  depth: ColorDepth;
  /** Steps a second; the game's own where absent. */
  fps?: number;
}

/** How a person's play ended, and what it brought. */
export interface HumanEnd {
  how: 'left' | 'interrupted';
  score: number;
  best: number;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * A person plays a game in this terminal until they leave.
 * @throws InputError where there is no terminal, or the environment has no buttons.
 */
export async function playByHand({ id, seed, depth, fps }: HumanRequest): Promise<HumanEnd> {
  if (!process.stdin.isTTY || !process.stdout.isTTY) {
    throw new InputError(`Playing ${id} by hand needs a terminal for both input and output.`);
  }
  const game = await HumanGame.create(id, seed);
  let end: HumanEnd['how'] | null = null;
  const interrupt = () => void (end = 'interrupted');
  for (const signal of SIGNALS) process.on(signal, interrupt);
  const terminal = new RawTerminal(process.stdin, process.stdout, (key) => {
    if (key === 'q') end = 'left';
    else if (key === 'interrupt') end = 'interrupted';
    else game.press(key);
  });
  try {
    let due = performance.now();
    while (end === null) {
      game.tick();
      terminal.show(humanLines(game, terminal.columns, terminal.rows, depth));
      due = Math.max(performance.now(), due + 1000 / (fps ?? game.fps));
      const wait = Math.max(0, due - performance.now());
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
  } finally {
    terminal.close();
    for (const signal of SIGNALS) process.off(signal, interrupt);
    game.close();
  }
  return { how: end, score: game.score, best: Math.max(game.best, game.score) };
}
