import fc from 'fast-check';
import { EventEmitter } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { Painter, composed, type PaintedTerminal } from '../../src/tui/screens/painter.ts';
import { overlaid, rowUpdate } from '../../src/tui/text/cells.ts';
import { fit, withoutColors } from '../../src/tui/text/lines.ts';
import { eventually } from './shown.ts';

interface Cell {
  glyph: string;
  /** Colours and marks in force, sorted. */
  look: string;
}

const WIDTH = 12;
const blanks = (): Cell[] => Array.from({ length: WIDTH }, () => ({ glyph: ' ', look: '' }));

/** A row of a terminal after some text: glyphs, colours, placing the cursor in this row, erasing it. */
function written(row: Cell[], text: string): Cell[] {
  const cells = row.map((cell) => ({ ...cell }));
  let [column, codes] = [0, [] as string[]];
  // eslint-disable-next-line no-control-regex -- a terminal reads control sequences
  for (const [token, parameters, end] of text.matchAll(/\x1b\[([\d;]*)([A-Za-z])|[^\x1b]/gu)) {
    if (end === 'H') column = Number(parameters.split(';')[1]) - 1;
    else if (end === 'K') cells.splice(0, WIDTH, ...blanks());
    else if (end === 'm')
      for (const code of parameters.split(';')) {
        if (code === '' || code === '0') codes = [];
        else if (code === '39') codes = codes.filter((one) => !/^(3|9)\d$/.test(one));
        else codes = [...codes.filter((one) => !/^3\d$/.test(one) || !/^3\d$/.test(code)), code];
      }
    else cells[column++] = { glyph: token, look: [...new Set(codes)].sort().join(';') };
  }
  return cells;
}

const piece = fc.record({
  text: fc.stringMatching(/^[ab ─▄]{0,5}$/),
  color: fc.constantFrom('', '31', '32', '1', '1;33'),
});
/** A line of some colours, cut to the width. */
const line = fc
  .array(piece, { maxLength: 5 })
  .map((pieces) =>
    fit(pieces.map(({ text, color }) => (color ? `\x1b[${color}m${text}\x1b[0m` : text)).join(''), WIDTH),
  );

describe('rows', () => {
  test('an update makes the new row of the old one, and is empty where nothing changes', () => {
    fc.assert(
      fc.property(line, line, (before, after) => {
        const old = written(blanks(), before);
        expect(written(old, rowUpdate(3, before, after))).toEqual(written(blanks(), after));
        expect(rowUpdate(3, after, after)).toBe('');
        expect(written(blanks(), rowUpdate(3, undefined, after))).toEqual(written(blanks(), after));
      }),
    );
  });

  test('only the cells that change are written', () => {
    expect(rowUpdate(4, 'one two three', 'one six three')).toBe('\x1b[5;5Hsix');
    expect(rowUpdate(0, 'ab', 'a')).toBe('\x1b[1;2H ');
    expect(rowUpdate(0, '\x1b[31mab\x1b[0m', '\x1b[32mab\x1b[0m')).toContain('32');
  });

  test('glyphs of other widths have their row written whole', () => {
    expect(rowUpdate(1, '日本 a', '日本 b')).toBe('\x1b[2;1H\x1b[2K日本 b');
  });

  test('a pane lies over the middle, colours to both sides as before', () => {
    fc.assert(
      fc.property(line, fc.integer({ min: 0, max: 8 }), (under, left) => {
        const cells = written(blanks(), under);
        const over = written(blanks(), overlaid(under, '####', left));
        expect(over.slice(0, left)).toEqual(cells.slice(0, left));
        expect(over.slice(left + 4)).toEqual(cells.slice(left + 4));
        expect(over.slice(left, left + 4).map(({ glyph }) => glyph)).toEqual([...'####']);
      }),
    );
    const scene = { draw: () => ['aaaaaa', 'bbbbbb', 'cccccc'], overlay: ['##'], width: 6, height: 3 };
    expect(composed(scene)).toEqual(['aaaaaa', 'bb##bb', 'cccccc']);
  });
});

/** Keeps what is written, write by write. */
class Paper extends EventEmitter {
  readonly writes: string[] = [];
  write(text: string) {
    this.writes.push(text);
  }
}

describe('painting', () => {
  const scene = (text: string) => ({ draw: () => [text, 'same'], width: 8, height: 2 });
  const open = () => {
    const paper = new Paper();
    return { paper, painter: new Painter(paper as unknown as PaintedTerminal) };
  };

  test('the first frame comes at once, on a clear screen; of the next ones only the newest, and its changes', async () => {
    const { paper, painter } = open();
    painter.show(scene('one'));
    expect(paper.writes).toHaveLength(1);
    expect(paper.writes[0]).toContain('\x1b[2J');
    expect(withoutColors(paper.writes[0])).toContain('same');
    const skipped = vi.fn(() => ['two', 'same']);
    painter.show({ ...scene('two'), draw: skipped });
    painter.show(scene('ore'));
    await eventually(() => expect(paper.writes).toHaveLength(2));
    expect(skipped).not.toHaveBeenCalled();
    expect(paper.writes[1]).toContain('\x1b[1;2Hr');
    expect(paper.writes[1]).not.toContain('same');
    painter.close();
  });

  test('a frame without changes writes nothing; a resized window is painted anew', async () => {
    const { paper, painter } = open();
    painter.show(scene('one'));
    const draw = vi.fn(() => ['one', 'same']);
    painter.show({ ...scene('one'), draw });
    await eventually(() => expect(draw).toHaveBeenCalled());
    expect(paper.writes).toHaveLength(1);
    paper.emit('resize');
    painter.show(scene('one'));
    await eventually(() => expect(paper.writes).toHaveLength(2));
    expect(paper.writes[1]).toContain('\x1b[2J');
    painter.close();
  });

  test('closed, it leaves an empty screen and paints no more', () => {
    const { paper, painter } = open();
    painter.show(scene('one'));
    painter.show(scene('two'));
    painter.close();
    expect(paper.writes.at(-1)).toBe('\x1b[2J\x1b[H');
    expect(paper.listenerCount('resize')).toBe(0);
    const count = paper.writes.length;
    painter.show(scene('three'));
    expect(paper.writes).toHaveLength(count);
  });
});
