/** SGR parameters that are in force: colours of glyph and background, and all others. */
interface Look {
  readonly front: string;
  readonly back: string;
  readonly marks: string;
}

/** One place of a line. Text that may hold colours comes apart into these, to be compared and cut. */
interface Cell {
  readonly glyph: string;
  readonly look: Look;
}

const PLAIN: Look = { front: '', back: '', marks: '' };
const BLANK: Cell = { glyph: ' ', look: PLAIN };

/** Colours at the odd places, text at the even ones. */
// eslint-disable-next-line no-control-regex -- colours are control sequences
const SPLIT = /\x1b\[([\d;]*)m/;

/** Glyphs that may take no cell or two: marks that combine, East Asian scripts, emoji. */
const UNEVEN = /[\u0300-\u036f\u1100-\u1fff\u2c00-\uffff\u{10000}-\u{10ffff}]/u;

const same = (a: Look, b: Look) =>
  a === b || (a.front === b.front && a.back === b.back && a.marks === b.marks);

/** The look after a sequence with these parameters. */
function looking({ front, back, marks }: Look, parameters: string): Look {
  const codes = parameters.split(';');
  for (let k = 0; k < codes.length; k++) {
    const code = Number(codes[k]);
    if (code === 0) [front, back, marks] = ['', '', ''];
    else if (code === 38 || code === 48) {
      const size = codes[k + 1] === '2' ? 5 : 3;
      const color = codes.slice(k, k + size).join(';');
      if (code === 38) front = color;
      else back = color;
      k += size - 1;
    } else if ((code >= 30 && code <= 39) || (code >= 90 && code <= 97)) front = code === 39 ? '' : codes[k];
    else if ((code >= 40 && code <= 49) || (code >= 100 && code <= 107)) back = code === 49 ? '' : codes[k];
    else if (!marks.split(';').includes(codes[k])) marks += marks === '' ? codes[k] : `;${codes[k]}`;
  }
  return { front, back, marks };
}

function cellsOf(line: string): Cell[] {
  const cells: Cell[] = [];
  let look = PLAIN;
  for (const [i, piece] of line.split(SPLIT).entries()) {
    if (i % 2 === 1) look = looking(look, piece);
    else for (const glyph of piece) cells.push({ glyph, look });
  }
  return cells;
}

/** The sequence that leads from one look to another. */
function turn(from: Look, to: Look): string {
  if (same(from, to)) return '';
  if (same(to, PLAIN)) return '\x1b[0m';
  const afresh = from.marks !== to.marks || (from.front && !to.front) || (from.back && !to.back);
  const codes = afresh
    ? [same(from, PLAIN) ? '' : '0', to.marks, to.front, to.back]
    : [from.front === to.front ? '' : to.front, from.back === to.back ? '' : to.back];
  return `\x1b[${codes.filter((code) => code !== '').join(';')}m`;
}

function textOf(cells: readonly Cell[]): string {
  let text = '';
  let look = PLAIN;
  for (const cell of cells) {
    text += turn(look, cell.look) + cell.glyph;
    look = cell.look;
  }
  return text + turn(look, PLAIN);
}

/** `line` with `over` in place of its cells from `left` on. */
export function overlaid(line: string, over: string, left: number): string {
  const cells = cellsOf(line);
  const put = cellsOf(over);
  while (cells.length < left) cells.push(BLANK);
  cells.splice(left, put.length, ...put);
  return textOf(cells);
}

/** What to write to make a row of the screen, counted from 0, of what it was; undefined is an empty one. */
export function rowUpdate(row: number, before: string | undefined, after: string): string {
  if (before === after) return '';
  const start = `\x1b[${row + 1};1H`;
  if (before === undefined) return start + after;
  if (UNEVEN.test(before) || UNEVEN.test(after)) return `${start}\x1b[2K${after}`;
  const [old, now] = [cellsOf(before), cellsOf(after)];
  while (now.length < old.length) now.push(BLANK);
  const stays = (i: number) => {
    const [was, is] = [old[i] ?? BLANK, now[i]];
    return was.glyph === is.glyph && same(was.look, is.look);
  };
  let [first, end] = [0, now.length];
  while (first < end && stays(first)) first += 1;
  while (end > first && stays(end - 1)) end -= 1;
  return first === end ? '' : `\x1b[${row + 1};${first + 1}H${textOf(now.slice(first, end))}`;
}
