import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bar, sparkline, stackedBar } from '../../src/tui/charts/bars.ts';
import { BrailleCanvas } from '../../src/tui/charts/braille.ts';
import { chart } from '../../src/tui/charts/chart.ts';
import { linearScale, logScale } from '../../src/tui/charts/scale.ts';
import { smooth } from '../../src/tui/model/series.ts';
import { humanCount, humanDuration, humanNumber, humanPercent } from '../../src/tui/text/format.ts';
import {
  ends,
  fit,
  joinFitting,
  printable,
  truncate,
  widthOf,
  wrap,
  withoutColors,
} from '../../src/tui/text/lines.ts';
import { colorDepthOf, createTheme, type ColorDepth } from '../../src/tui/text/theme.ts';

const plain = (text: string) => text;
const axes = { axis: plain, label: plain };

describe('numbers for people', () => {
  test.each([
    [0, '0'],
    [0.0314, '0.031'],
    [4.251, '4.25'],
    [9.996, '10'],
    [12.34, '12.3'],
    [99.96, '100'],
    [999.4, '999'],
    [999.6, '1k'],
    [12345, '12.3k'],
    [99_960, '100k'],
    [999_960, '1M'],
    [1_250_000, '1.3M'],
    [-95.53, '−95.5'],
    [0.00012, '1.2e-4'],
    [2.5e20, '2.5e20'],
    [NaN, 'NaN'],
    [-Infinity, '−∞'],
  ])('%d is %s', (value, text) => {
    expect(humanNumber(value)).toBe(text);
  });

  test('ordinary numbers take at most six characters', () => {
    const numbers = fc.oneof(
      fc.double({ min: -9e14, max: 9e14, noNaN: true }),
      fc.double({ min: -1000, max: 1000, noNaN: true }).filter((x) => Math.abs(x) >= 0.001),
    );
    fc.assert(fc.property(numbers, (value) => humanNumber(value).length <= 6 || Math.abs(value) < 0.001));
  });

  test('counts are exact below ten thousand', () => {
    expect([humanCount(9999), humanCount(10_000), humanCount(16_249)]).toEqual(['9999', '10k', '16.2k']);
  });

  test('durations are clocks', () => {
    const seconds = [7.4, 754, 11_232, 183_600, undefined, -1];
    expect(seconds.map(humanDuration)).toEqual(['0:07', '12:34', '3:07:12', '2d 03h', '–', '–']);
  });

  test('a share that is tiny but there is not shown as nothing', () => {
    expect([0, 0.001, 0.5, 1].map(humanPercent)).toEqual(['0%', '<1%', '50%', '100%']);
  });
});

describe('lines', () => {
  test('truncation keeps colours closed', () => {
    const red = '\x1b[31mabcdef\x1b[0m';
    expect(truncate(red, 4)).toBe('\x1b[31mabc…\x1b[0m');
    expect(widthOf(truncate(red, 4))).toBe(4);
  });

  test('fit, ends and wrap keep to their width', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii' }),
        fc.string({ unit: 'grapheme-ascii' }),
        fc.integer({ min: 1, max: 60 }),
        (a, b, width) => {
          expect(widthOf(fit(a, width))).toBe(width);
          expect(widthOf(ends(a, b, width))).toBe(width);
          for (const line of wrap(a, width)) expect(line.length).toBeLessThanOrEqual(width);
        },
      ),
    );
  });

  test('parts are joined while they fit', () => {
    expect(joinFitting(['ab', '', 'cd', 'efgh'], ' · ', 8)).toBe('ab · cd');
  });

  test('text from outside cannot steer the terminal', () => {
    expect(printable('a\x1b[2Jb\nc')).toBe('a [2Jb c');
  });
});

describe('scales', () => {
  test('ticks are round and lie in the range', () => {
    expect(linearScale(0, 932, 5).ticks.map(({ label }) => label)).toEqual([
      '0',
      '200',
      '400',
      '600',
      '800',
      '1000',
    ]);
    expect(linearScale(0, 23_900, 5, false).ticks.map(({ label }) => label)).toEqual([
      '0',
      '5k',
      '10k',
      '15k',
      '20k',
    ]);
    expect(linearScale(-0.02, 0.03, 5).ticks.map(({ label }) => label)).toEqual([
      '−0.02',
      '−0.01',
      '0',
      '0.01',
      '0.02',
      '0.03',
    ]);
  });

  test('labels of neighbouring ticks differ', () => {
    const ranges = fc.tuple(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 0.01, max: 1e6, noNaN: true }),
    );
    fc.assert(
      fc.property(ranges, fc.integer({ min: 1, max: 8 }), ([low, span], count) => {
        const scale = linearScale(low, low + span, count);
        const labels = scale.ticks.map(({ label }) => label);
        expect(scale.low).toBeLessThanOrEqual(low + 1e-9 * span);
        expect(scale.high).toBeGreaterThanOrEqual(low + span - 1e-9 * (Math.abs(low) + span));
        if (span > Math.abs(low) / 1000) expect(new Set(labels).size).toBe(labels.length);
      }),
    );
  });

  test('a range of one value is widened', () => {
    const scale = linearScale(5, 5, 4);
    expect(scale.low).toBeLessThan(5);
    expect(scale.high).toBeGreaterThan(5);
  });

  test('logarithmic ticks are powers of ten over decades, and finer within one', () => {
    expect(logScale(1, 1000, 4).ticks.map(({ value }) => value)).toEqual([1, 10, 100, 1000]);
    expect(logScale(1, 9, 4).ticks.map(({ value }) => value)).toEqual([1, 2, 5]);
    expect(logScale(1, 100, 3).at(10)).toBeCloseTo(0.5, 12);
  });
});

describe('braille', () => {
  test('the eight dots of a cell', () => {
    const places: [number, number][] = [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 0],
      [1, 1],
      [1, 2],
      [0, 3],
      [1, 3],
    ];
    const glyphs = places.map(([x, y]) => {
      const canvas = new BrailleCanvas(1, 1);
      canvas.dot(x, y, plain);
      return canvas.lines()[0];
    });
    expect(glyphs.join('')).toBe('⠁⠂⠄⠈⠐⠠⡀⢀');
  });

  test('a line goes through both ends; what is outside is left out', () => {
    const canvas = new BrailleCanvas(4, 2);
    canvas.line(0, 7, 7, 0, plain);
    canvas.dot(99, -1, plain);
    expect(canvas.lines()).toEqual(['  ⡠⠊', '⡠⠊  ']);
  });

  test('neighbours in one colour share one sequence', () => {
    const canvas = new BrailleCanvas(3, 1);
    const red = (text: string) => `<${text}>`;
    canvas.line(0, 0, 3, 0, red);
    expect(canvas.lines()).toEqual(['<⠉⠉> ']);
  });
});

describe('chart', () => {
  const line = (values: number[]) => ({
    points: values.map((y, i) => ({ x: i * 1000, y })),
    mark: 'line' as const,
    style: plain,
  });

  test('axes, ticks, labels and a line', () => {
    const lines = chart({ width: 40, height: 8, layers: [line([0, 50, 100])], unit: 'agent steps', ...axes });
    expect(lines).toEqual([
      '100 ┤                              ⣀⠤⠔⠒⠉',
      '    │                        ⣀⡠⠤⠒⠊⠉     ',
      '    │                  ⢀⣀⠤⠔⠊⠉           ',
      ' 50 ┤            ⣀⣀⠤⠔⠒⠉⠁                ',
      '    │      ⣀⡠⠤⠒⠊⠉                       ',
      '  0 ┤⣀⠤⠔⠒⠉⠉                             ',
      '    └┬────────────────┬────────────────┬',
      '     0              1000            2000',
    ]);
  });

  test('every line has the width asked for, whatever the data', () => {
    const points = fc.array(fc.record({ x: fc.double({ min: 0, max: 1e7 }), y: fc.double() }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(
        points,
        fc.integer({ min: 10, max: 120 }),
        fc.integer({ min: 3, max: 30 }),
        fc.boolean(),
        (data, width, height, log) => {
          const lines = chart({
            width,
            height,
            layers: [{ points: data, mark: 'line', style: plain, marker: '●' }],
            unit: 'agent steps',
            log,
            ...axes,
          });
          expect(lines.map(widthOf)).toEqual(Array.from({ length: height }, () => width));
        },
      ),
    );
  });

  test('says why there is nothing to see', () => {
    const none = chart({ width: 40, height: 5, layers: [], unit: 'time', empty: 'nothing yet', ...axes });
    expect(none.join('')).toContain('nothing yet');
    const negative = chart({
      width: 50,
      height: 9,
      layers: [line([-1, -2])],
      unit: 'time',
      log: true,
      ...axes,
    });
    expect(negative.join('')).toContain('no positive values');
  });

  test('an interval is shaded around its line, and widens the axis', () => {
    const band = [
      { x: 0, low: -50, high: 50 },
      { x: 2000, low: 50, high: 150 },
    ];
    const lines = chart({
      width: 40,
      height: 8,
      layers: [{ ...line([0, 50, 100]), band }],
      unit: 'x',
      ...axes,
    });
    const dots = (row: string) => [...row].filter((glyph) => /[⠁-⣿]/.test(glyph)).length;
    const alone = chart({ width: 40, height: 8, layers: [line([0, 50, 100])], unit: 'x', ...axes });
    expect(lines.map(dots).reduce((a, b) => a + b)).toBeGreaterThan(
      2 * alone.map(dots).reduce((a, b) => a + b),
    );
    expect(lines[0]).toContain('200');
    expect(lines.map(widthOf)).toEqual(lines.map(() => 40));
  });

  test('a level runs through the empty cells of its row', () => {
    const layers = [line([0, 100])];
    const lines = chart({
      width: 30,
      height: 8,
      layers,
      unit: 'x',
      levels: [{ y: 50, label: 'half' }],
      ...axes,
    });
    expect(lines.filter((text) => text.includes('╌'))).toHaveLength(1);
  });
});

describe('bars', () => {
  test('a bar is filled to an eighth of a cell', () => {
    expect(bar(0.5, 4, plain, plain)).toBe('██░░');
    expect(bar(0.53125, 4, plain, plain)).toBe('██▏░');
    expect(bar(2, 4, plain, plain)).toBe('████');
    expect(bar(NaN, 4, plain, plain)).toBe('░░░░');
  });

  test('parts of a whole fill it', () => {
    expect(stackedBar([0.5, 0.25, 0.25], 8, createTheme(1))).toBe('████▓▓▒▒');
    const thirds = stackedBar([1 / 3, 1 / 3, 1 / 3], 10, createTheme(24));
    expect(withoutColors(thirds)).toBe('██████████');
  });

  test('a sparkline goes from the lowest to the highest value', () => {
    expect(sparkline([1, 2, 3, 4, 5, 6, 7, 8], 8)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([5, 5], 4)).toBe('  ▄▄');
    expect(sparkline([NaN], 3)).toBe('   ');
  });
});

describe('smoothing', () => {
  test('a constant stays what it is from the first value on', () => {
    for (const value of smooth([3, 3, 3, 3], 0.9)) expect(value).toBeCloseTo(3, 12);
  });

  test('weights fall by the factor for each step back', () => {
    expect(smooth([0, 1], 0.5)[1]).toBeCloseTo(1 / 1.5, 12);
    expect(smooth([1, NaN, 1], 0.5)[2]).toBeCloseTo(1, 12);
    expect(smooth([1, 2], 0)).toEqual([1, 2]);
  });
});

describe('colours', () => {
  const stream = (depth: number) => ({ isTTY: true, getColorDepth: () => depth });

  test('none without a terminal, with NO_COLOR, on a dumb terminal', () => {
    expect(colorDepthOf({ isTTY: false, getColorDepth: () => 24 }, {})).toBe(1);
    expect(colorDepthOf(stream(24), { NO_COLOR: '1' })).toBe(1);
    expect(colorDepthOf(stream(24), { TERM: 'dumb' })).toBe(1);
    expect([24, 8, 4, 1].map((depth) => colorDepthOf(stream(depth), {}))).toEqual([24, 8, 4, 1]);
  });

  test('the palette keeps to the depth', () => {
    const sample = (depth: ColorDepth) => createTheme(depth).accent('x');
    expect(sample(1)).toBe('x');
    expect(sample(4)).toBe('\x1b[36mx\x1b[0m');
    expect(sample(8)).toContain('38;5;');
    expect(sample(24)).toContain('38;2;');
  });
});
