import { render } from 'ink-testing-library';
import { describe, expect, test } from 'vitest';
import type { EncoderLook, LookAnswer, LookRequest, LookView } from '../../src/probe/index.ts';
import {
  EncoderWatcher,
  INITIAL_ENCODER,
  pressEncoderKey,
  towards,
  type EncoderViewState,
} from '../../src/tui/model/encoder.ts';
import { encoderFrame, type EncoderFrame } from '../../src/tui/panes/encoder.ts';
import { gallery } from '../../src/tui/panes/gallery.ts';
import { EncoderScreen } from '../../src/tui/screens/EncoderScreen.tsx';
import { widthOf } from '../../src/tui/text/lines.ts';
import { createTheme } from '../../src/tui/text/theme.ts';
import { fakePicture } from './fixture.ts';
import { eventually, shown } from './shown.ts';

const ROWS = 12;
const SIDE = 16;

/** Points in a row from left to right, two episodes of six. */
function fakeLook(policy: 'agent' | 'random' = 'agent'): EncoderLook {
  const rows = Array.from({ length: ROWS }, (_, row) => row);
  return {
    ...{ agentStep: 4000, policy, rows: ROWS, dimensions: 50, width: SIDE, height: SIDE },
    pictures: rows.map((row) => fakePicture(SIDE, row / ROWS)),
    episodes: Int32Array.from(rows, (row) => Math.floor(row / 6)),
    steps: Int32Array.from(rows, (row) => row % 6),
    variables: [
      { name: 'value', values: Float64Array.from(rows) },
      { name: 'cart', values: Float64Array.from(rows, (row) => -row) },
    ],
    pca: rows.map((row) => [row / (ROWS - 1), 0.5]),
    explained: [0.6, 0.3],
    neighbours: rows.map((row) =>
      [1, 2, 3].map((k) => ({ row: (row + 5 + k) % ROWS, similarity: 1 - k / 10 })),
    ),
    notes: [],
  };
}

const VIEWS: LookView[] = ['acting', 'update', 'view 1', 'view 2'].map((title) => ({
  ...{ title, made: ['own crop', 'grayscale'], width: SIDE, height: SIDE, frames: [fakePicture(SIDE, 0.5)] },
}));

const frameOf = (changes: Partial<EncoderFrame> = {}): EncoderFrame => {
  const look = fakeLook();
  return {
    ...{ title: 'sac-curl · task · seed 1', look, points: look.pca, views: { row: 0, views: VIEWS } },
    ...{ view: INITIAL_ENCODER, progress: '', problem: '' },
    ...changes,
  };
};

describe("the encoder's screen", () => {
  test.each([
    [80, 24],
    [60, 16],
    [120, 36],
    [250, 70],
    [40, 12],
  ])('fills %d by %d exactly, whatever is known', (width, height) => {
    const unknown = { look: undefined, points: undefined, views: undefined };
    for (const depth of [1, 4, 24] as const) {
      for (const changes of [
        {},
        { points: undefined },
        unknown,
        { ...unknown, problem: 'no checkpoint yet' },
      ]) {
        const lines = encoderFrame(frameOf(changes), width, height, createTheme(depth));
        expect(lines).toHaveLength(height);
        expect(lines.map(widthOf)).toEqual(lines.map(() => width));
      }
    }
  });

  test('marks the chosen observation and its neighbours, and says how views are made', () => {
    const text = encoderFrame(frameOf(), 150, 44, createTheme(1)).join('\n');
    for (const part of [
      '◉ chosen',
      '1 0.900',
      '3 0.700',
      '60% + 30% of the variance',
      'step 4000',
      "agent's actions",
    ])
      expect(text).toContain(part);
    for (const { title } of VIEWS) expect(text).toContain(title);
    const large = encoderFrame(frameOf(), 250, 70, createTheme(1)).join('\n');
    expect(large).toContain('own crop, grayscale');
    // On the map, in the order of its points: the chosen one at the left, its neighbours in the middle.
    expect(text).toMatch(/◉.*1.*2.*3/);
  });

  test('pictures are as large as all fit; fewer are shown before they tell nothing', () => {
    const items = VIEWS.map(({ title }) => ({
      picture: { width: SIDE, height: SIDE, data: fakePicture(SIDE, 0.5) },
      label: title,
    }));
    const theme = createTheme(1);
    const shown = (width: number, height: number) =>
      VIEWS.filter(({ title }) => gallery(items, width, height, theme).join('\n').includes(title)).length;
    expect(shown(100, 20)).toBe(4);
    expect(gallery(items, 100, 12, theme)).toHaveLength(12);
    expect(shown(40, 8)).toBe(3);
    expect(shown(12, 8)).toBe(1);
    expect(gallery(items, 30, 1, theme)).toEqual([]);
  });
});

describe('its keys', () => {
  const look = fakeLook();
  const press = (view: EncoderViewState, key: string) => {
    const effect = pressEncoderKey(view, key, look, look.pca);
    return 'view' in effect ? effect.view : effect;
  };

  test('arrows go to the nearest point that way, or stay', () => {
    expect(towards(look.pca, 3, 1, 0)).toBe(4);
    expect(towards(look.pca, 3, -1, 0)).toBe(2);
    expect(towards(look.pca, 3, 0, 1)).toBe(3);
    // One ahead is preferred to one that is nearer but aside.
    expect(
      towards(
        [
          [0, 0],
          [0.1, 0.4],
          [0.3, 0],
        ],
        0,
        1,
        0,
      ),
    ).toBe(2);
    expect(press(INITIAL_ENCODER, 'right')).toMatchObject({ row: 1 });
    expect(press(INITIAL_ENCODER, 'h')).toMatchObject({ row: 0 });
  });

  test('time, neighbours, maps, colours, wishes', () => {
    expect(press(INITIAL_ENCODER, 'tab')).toMatchObject({ row: 1 });
    expect(press(INITIAL_ENCODER, 'shift-tab')).toMatchObject({ row: ROWS - 1 });
    expect(press(INITIAL_ENCODER, '2')).toMatchObject({ row: 7 });
    expect(press(INITIAL_ENCODER, '9')).toMatchObject({ row: 0 });
    expect(press(INITIAL_ENCODER, 'm')).toMatchObject({ map: 'umap' });
    expect(press(press(INITIAL_ENCODER, 'c') as EncoderViewState, 'c')).toMatchObject({ variable: 0 });
    expect(press(INITIAL_ENCODER, 'r')).toEqual({ ask: 'draw' });
    expect(press(INITIAL_ENCODER, 'p')).toEqual({ ask: 'policy' });
    expect(press(INITIAL_ENCODER, 'u')).toEqual({ ask: 'again' });
    expect(press(INITIAL_ENCODER, 'escape')).toEqual({ leave: 'back' });
  });

  test('while nothing is known, only leaving and looking again do something', () => {
    for (const key of ['right', 'm', 'c', '1', 'tab', 'p'])
      expect(pressEncoderKey(INITIAL_ENCODER, key, undefined, [])).toEqual({ view: INITIAL_ENCODER });
    expect(pressEncoderKey(INITIAL_ENCODER, 'u', undefined, [])).toEqual({ ask: 'again' });
    expect(pressEncoderKey(INITIAL_ENCODER, 'q', undefined, [])).toEqual({ leave: 'quit' });
  });
});

test('the screen shows what is computed, then what was found, and asks for what is looked at', async () => {
  const asked: LookRequest[] = [];
  let answer: (answer: LookAnswer) => void = () => {};
  let closed = false;
  const open = () =>
    new EncoderWatcher('run', (_folder, _policy, onAnswer) => {
      answer = onAnswer;
      return { ask: (request) => asked.push(request), close: () => (closed = true) };
    });
  const left: string[] = [];
  const screen = render(
    <EncoderScreen
      title="run"
      open={open}
      theme={createTheme(1)}
      onLeave={(how) => left.push(how)}
      onInterrupt={() => {}}
    />,
  );
  const until = (good: () => boolean, what: string) =>
    eventually(() => expect(good(), `${what}:\n${screen.lastFrame()}`).toBe(true));
  const shows = (part: string) => shown(screen, part);
  await shows('starting');
  answer({ type: 'progress', text: 'collecting observations: 20 of 400' });
  await shows('20 of 400');
  answer({ type: 'look', look: fakeLook() });
  await shows('◉ chosen');
  await until(() => asked.some((one) => one.type === 'views' && one.row === 0), 'views asked for');
  answer({ type: 'views', row: 0, views: VIEWS });
  await shows('view 2');

  screen.stdin.write('m');
  await shows('computing UMAP');
  expect(asked.filter(({ type }) => type === 'umap')).toHaveLength(1);
  answer({ type: 'umap', points: fakeLook().pca });
  await shows('50 numbers to 2');

  screen.stdin.write('\t');
  await until(() => asked.some((one) => one.type === 'views' && one.row === 1), 'views of the next');
  screen.stdin.write('p');
  await until(() => asked.some((one) => one.type === 'again' && one.policy === 'random'), 'the other policy');
  answer({ type: 'failed', message: 'the run is gone' });
  await shows('the run is gone');
  screen.stdin.write('q');
  await until(() => left.length > 0, 'leaving');
  expect(left).toEqual(['quit']);
  screen.unmount();
  expect(closed).toBe(true);
});
