import { InputError } from '../../base/index.ts';
import type { CellSize, PictureProtocol } from './protocols.ts';

type Environment = Record<string, string | undefined>;

/** What the pictures of a screen are made with. */
export interface PictureTerminal {
  protocol: PictureProtocol;
  cell: CellSize;
}

/** Where a terminal does not tell: twice as high as wide, as the screens count. */
const USUAL_CELL: CellSize = { width: 10, height: 20 };
const NAMES = ['auto', 'kitty', 'iterm', 'sixel', 'blocks'];

/**
 * What `CURLEW_PICTURES` asks for; undefined for `auto`, or where it is not set.
 * @throws InputError for any other name
 */
export function chosenProtocol(env: Environment = process.env): PictureProtocol | undefined {
  const name = env.CURLEW_PICTURES ?? '';
  if (name === '' || name === 'auto') return undefined;
  if (NAMES.includes(name)) return name as PictureProtocol;
  throw new InputError(
    `pictures (--pictures, CURLEW_PICTURES): there is no ${name}; known are ${NAMES.join(', ')}.`,
  );
}

/** Inside of a multiplexer the terminal around it is out of reach. */
export const inMultiplexer = (env: Environment) =>
  (env.TMUX ?? '') !== '' || (env.STY ?? '') !== '' || /^(screen|tmux)/.test(env.TERM ?? '');

/** What the environment tells of the terminal; undefined where it tells nothing and the terminal is to be asked. */
export function protocolOfEnvironment(env: Environment): PictureProtocol | undefined {
  if (env.TERM === 'dumb' || env.TERM === 'linux' || env.TERM_PROGRAM === 'Apple_Terminal') return 'blocks';
  // What a multiplexer leaves in the environment is about the terminal that it was started in.
  if (inMultiplexer(env)) return undefined;
  if (env.KITTY_WINDOW_ID || env.TERM === 'xterm-kitty') return 'kitty';
  if (env.TERM_PROGRAM === 'ghostty' || env.TERM === 'xterm-ghostty') return 'kitty';
  if (env.TERM_PROGRAM === 'iTerm.app' || env.LC_TERMINAL === 'iTerm2') return 'iterm';
  if (env.TERM_PROGRAM === 'WezTerm') return 'iterm';
  return undefined;
}

/* eslint-disable no-control-regex -- these patterns are about control sequences */
const ATTRIBUTES = /\x1b\[\?([\d;]*)c/;
const CELL = /\x1b\[6;(\d+);(\d+)t/;
const KITTY = /\x1b_Gi=31;([^\x1b]*)\x1b\\/;
/* eslint-enable no-control-regex */

/** Questions to the terminal: kitty's pictures, the size of a cell, and last what every terminal answers. */
export function question(env: Environment): string {
  // Multiplexers answer for themselves; kitty's question would come out as text in some.
  const kitty = inMultiplexer(env) ? '' : '\x1b_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\x1b\\';
  return `${kitty}\x1b[16t\x1b[c`;
}

/** What the answers say; undefined while the last one is missing. `rest` is what was typed meanwhile. */
export function readAnswers(text: string): (PictureTerminal & { rest: string }) | undefined {
  const attributes = ATTRIBUTES.exec(text);
  if (!attributes) return undefined;
  const [, height, width] = (CELL.exec(text) ?? []).map(Number);
  const cell = width > 0 && height > 0 ? { width, height } : USUAL_CELL;
  const rest = text.replace(ATTRIBUTES, '').replace(CELL, '').replace(KITTY, '');
  const sixel = attributes[1].split(';').slice(1).includes('4');
  const protocol = KITTY.exec(text)?.[1] === 'OK' ? 'kitty' : sixel ? 'sixel' : 'blocks';
  return { protocol, cell, rest };
}

const TIMEOUT_MS = 300;

/** Asks the terminal; half blocks where it does not answer in time. What was typed meanwhile stays to be read. */
async function ask(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  env: Environment,
): Promise<PictureTerminal> {
  let text = '';
  const answered = await new Promise<ReturnType<typeof readAnswers>>((resolve) => {
    const end = (answers: ReturnType<typeof readAnswers>) => {
      clearTimeout(timer);
      input.off('data', take);
      input.pause();
      resolve(answers);
    };
    const take = (data: Buffer | string) => {
      text += typeof data === 'string' ? data : data.toString('latin1');
      const answers = readAnswers(text);
      if (answers) end(answers);
    };
    const timer = setTimeout(() => end(undefined), TIMEOUT_MS);
    input.on('data', take);
    input.resume();
    output.write(question(env));
  });
  const rest = answered?.rest ?? '';
  if (rest !== '') input.unshift(Buffer.from(rest, 'latin1'));
  const { protocol, cell } = answered ?? { protocol: 'blocks', cell: USUAL_CELL };
  return { protocol, cell };
}

/**
 * How this terminal shows pictures: as `CURLEW_PICTURES` says, else by the environment, else by asking the terminal.
 * The input is in raw mode already.
 * @param colors whether the screen may use colours at all
 * @throws InputError where `CURLEW_PICTURES` names nothing known
 */
export async function detectPictures(
  { stdin, stdout }: { stdin: NodeJS.ReadStream; stdout: NodeJS.WriteStream },
  colors: boolean,
  env: Environment = process.env,
): Promise<PictureTerminal> {
  const chosen = chosenProtocol(env);
  const blocks: PictureTerminal = { protocol: 'blocks', cell: USUAL_CELL };
  if (!stdin.isTTY || !stdout.isTTY) return blocks;
  if (chosen === undefined && !colors) return blocks;
  const known = chosen ?? protocolOfEnvironment(env);
  // Sixels alone need the size of a cell.
  if (known !== undefined && known !== 'sixel') return { ...blocks, protocol: known };
  const answered = await ask(stdin, stdout, env);
  return known ? { ...answered, protocol: known } : answered;
}
