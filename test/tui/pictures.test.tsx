import { render } from 'ink';
import { PassThrough } from 'node:stream';
import { useSyncExternalStore, type ReactElement } from 'react';
import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/index.ts';
import type { Picture } from '../../src/envs/index.ts';
import { encodeSixel } from '../../src/runs/index.ts';
import { Store } from '../../src/tui/model/store.ts';
import {
  chosenProtocol,
  detectPictures,
  protocolOfEnvironment,
  question,
  readAnswers,
} from '../../src/tui/pictures/detect.ts';
import { drawPicture } from '../../src/tui/pictures/draw.ts';
import { PictureLayer } from '../../src/tui/pictures/layer.ts';
import { pictureWriter, type PictureProtocol } from '../../src/tui/pictures/protocols.ts';
import { PictureShelf } from '../../src/tui/pictures/shelf.ts';
import { Frame, PainterContext } from '../../src/tui/screens/Frame.tsx';
import { Painter, type PaintedTerminal } from '../../src/tui/screens/painter.ts';
import { fit } from '../../src/tui/text/lines.ts';
import { createTheme, type Theme } from '../../src/tui/text/theme.ts';
import { decodeSixel, VirtualTerminal } from './virtual-terminal.ts';

const PROTOCOLS = ['kitty', 'iterm', 'sixel'] as const;

/** A picture of large tiles, so that enlarging it by nearest pixels keeps all of its colours in place. */
function tiles(seed: number, side = 8): Picture {
  const random = Random.stream(seed, 'tiles');
  const data = Uint8Array.from({ length: side * side * 3 }, () => 51 * random.integer(6));
  return { width: side, height: side, data };
}

describe('sixels', () => {
  test.each([
    [40, 42],
    [33, 47],
    [8, 6],
  ])('%d by %d pixels come back, colours within a percent', (width, height) => {
    const picture = tiles(3);
    const text = encodeSixel(picture, width, height);
    const back = decodeSixel(text.slice(2, -2));
    expect([back.width, back.height]).toEqual([width, height]);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        for (let c = 0; c < 3; c++) {
          const from = Math.floor(((y + 0.5) * 8) / height) * 8 + Math.floor(((x + 0.5) * 8) / width);
          expect(Math.abs(back.data[(y * width + x) * 3 + c] - picture.data[from * 3 + c])).toBeLessThan(3);
        }
  });

  test('a picture of many colours keeps to 128 of them', () => {
    const data = Uint8Array.from({ length: 64 * 64 * 3 }, (_, i) => (i * 37 + (i >> 6) * 11) % 256);
    const text = encodeSixel({ width: 64, height: 64, data }, 64, 60);
    expect(text.match(/#\d+;2;/g)).toHaveLength(128);
  });
});

describe('what a terminal can', () => {
  test.each<[Record<string, string>, PictureProtocol | undefined]>([
    [{ TERM: 'xterm-kitty', KITTY_WINDOW_ID: '1' }, 'kitty'],
    [{ TERM: 'xterm-ghostty' }, 'kitty'],
    [{ TERM_PROGRAM: 'iTerm.app', TERM: 'xterm-256color' }, 'iterm'],
    [{ TERM_PROGRAM: 'WezTerm', TERM: 'xterm-256color' }, 'iterm'],
    [{ TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2' }, 'iterm'],
    [{ TERM: 'xterm-256color' }, undefined],
    [{ TERM: 'dumb' }, 'blocks'],
    [{ TERM_PROGRAM: 'Apple_Terminal', TERM: 'xterm-256color' }, 'blocks'],
    [{ TERM: 'tmux-256color', TMUX: '/tmp/x', KITTY_WINDOW_ID: '1' }, undefined],
    [{ TERM: 'screen', STY: '1.pts', TERM_PROGRAM: 'iTerm.app' }, undefined],
  ])('environment %j: %s', (env, protocol) => {
    expect(protocolOfEnvironment(env)).toBe(protocol);
  });

  test('a multiplexer is not asked for the pictures of the terminal around it', () => {
    expect(question({ TERM: 'xterm' })).toContain('\x1b_G');
    expect(question({ TERM: 'tmux-256color' })).not.toContain('\x1b_G');
    expect(question({ TERM: 'xterm', TMUX: '/tmp/x' })).not.toContain('\x1b_G');
  });

  test.each([
    ['\x1b_Gi=31;OK\x1b\\\x1b[6;36;18t\x1b[?62;4;22c', 'kitty', { width: 18, height: 36 }],
    ['\x1b_Gi=31;ENOTSUP:no\x1b\\\x1b[?62;4;22c', 'sixel', { width: 10, height: 20 }],
    ['\x1b[6;17;8t\x1b[?63;1;2;4c', 'sixel', { width: 8, height: 17 }],
    ['\x1b[?1;2c', 'blocks', { width: 10, height: 20 }],
    ['\x1b[?64;14;24c', 'blocks', { width: 10, height: 20 }],
  ])('answers %j: %s', (text, protocol, cell) => {
    expect(readAnswers(text)).toEqual({ protocol, cell, rest: '' });
    // Keys typed meanwhile are not lost, wherever they come.
    expect(readAnswers(`j${text}q`)).toEqual({ protocol, cell, rest: 'jq' });
    expect(readAnswers(text.slice(0, -1))).toBeUndefined();
  });

  test('asking takes the answer out of the input and leaves what was typed', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const asked: string[] = [];
    const stdout = { isTTY: true, write: (text: string) => asked.push(text) };
    const streams = { stdin, stdout } as unknown as Parameters<typeof detectPictures>[0];
    const found = detectPictures(streams, true, { TERM: 'xterm-256color' });
    expect(asked).toEqual([question({ TERM: 'xterm-256color' })]);
    stdin.write('j\x1b[6;30;1');
    stdin.write('5t\x1b[?62;4c/é');
    expect(await found).toEqual({ protocol: 'sixel', cell: { width: 15, height: 30 } });
    expect((stdin.read() as Buffer).toString()).toBe('j/é');
  });

  test('a terminal that says nothing has half blocks, and one without colours is not asked', async () => {
    const stdin = Object.assign(new PassThrough(), { isTTY: true });
    const asked: string[] = [];
    const stdout = { isTTY: true, write: (text: string) => asked.push(text) };
    const streams = { stdin, stdout } as unknown as Parameters<typeof detectPictures>[0];
    expect(await detectPictures(streams, true, { TERM: 'xterm' })).toMatchObject({ protocol: 'blocks' });
    expect(asked).toHaveLength(1);
    expect(await detectPictures(streams, false, { TERM: 'xterm' })).toMatchObject({ protocol: 'blocks' });
    expect(asked).toHaveLength(1);
  });

  test('CURLEW_PICTURES decides, and has to be known', () => {
    expect(chosenProtocol({ CURLEW_PICTURES: 'sixel' })).toBe('sixel');
    expect(chosenProtocol({ CURLEW_PICTURES: 'auto' })).toBeUndefined();
    expect(chosenProtocol({})).toBeUndefined();
    expect(() => chosenProtocol({ CURLEW_PICTURES: 'png' })).toThrow(
      /CURLEW_PICTURES\): there is no png; known are auto, kitty/,
    );
  });
});

interface Scene {
  /** Line before the pictures. */
  title: string;
  /** Text left of the pictures. */
  text: string;
  pictures: Picture[];
  /** Blank lines above the pictures. */
  top: number;
  overlay: boolean;
}

const HEIGHT = 20;
const WIDTH = 50;

function sceneLines(scene: Scene, width: number, height: number, theme: Theme): string[] {
  const rows = scene.pictures.map((picture) => drawPicture(picture, 12, 6, theme));
  const lines = [scene.title, ...Array.from({ length: scene.top }, () => '')];
  // The text stays where a picture goes: nothing but the picture's own cells says that it was there.
  for (let y = 0; y < 6; y++)
    lines.push(`${fit(`${scene.text} ${y}`, 10)}${rows.map((picture) => picture[y]).join('  ')}`);
  while (lines.length < height) lines.push('');
  return lines.map((line) => fit(line, width));
}

const OVERLAY = ['##########', '# over   #', '##########'];

/** Shows scenes on a virtual terminal through Ink. */
function stage(protocol: (typeof PROTOCOLS)[number]) {
  const terminal = new VirtualTerminal(WIDTH, HEIGHT);
  const layer = new PictureLayer(pictureWriter(protocol, { width: 10, height: 20 }));
  const shelf = new PictureShelf();
  const painter = new Painter(terminal as unknown as PaintedTerminal, { shelf, layer });
  const theme = createTheme(24);
  theme.pictures = shelf;
  const first: Scene = { title: 'first', text: 'row', pictures: [tiles(0)], top: 2, overlay: false };
  const scene = new Store(first);
  function View(): ReactElement {
    const now = useSyncExternalStore(scene.subscribe, scene.get);
    const { columns, rows } = terminal;
    return (
      <PainterContext value={painter}>
        <Frame
          draw={() => sceneLines(now, columns, rows, theme)}
          overlay={now.overlay ? OVERLAY : undefined}
          width={columns}
          height={rows}
        />
      </PainterContext>
    );
  }
  const instance = render(<View />, {
    stdout: terminal as unknown as NodeJS.WriteStream,
    alternateScreen: true,
    interactive: true,
    patchConsole: false,
    exitOnCtrlC: false,
  });
  const show = async (next: Scene) => {
    scene.set(next);
    const { columns, rows } = terminal;
    const text = sceneLines({ ...next, pictures: [] }, columns, rows, createTheme(1));
    const [top, left] = [Math.floor((rows - 3) / 2), Math.floor((columns - 10) / 2)];
    const wanted = text.map((line, y) => {
      const over = next.overlay ? OVERLAY[y - top] : undefined;
      return over === undefined ? line : line.slice(0, left) + over + line.slice(left + 10);
    });
    const hidden = (k: number) => next.overlay && k * 14 + 22 > (terminal.columns - 10) / 2 && next.top < 9;
    const pictures = next.pictures.flatMap((picture, k) =>
      hidden(k) ? [] : [{ picture, column: 10 + 14 * k }],
    );
    const good = () =>
      terminal.text.join('\n') === wanted.join('\n') &&
      terminal.debris === 0 &&
      terminal.pictures.length === pictures.length &&
      terminal.pictures.every(({ row, column, columns, rows, picture }, k) => {
        const { picture: own, column: at } = pictures[k];
        if (row !== next.top + 1 || column !== at || columns !== 12 || rows !== 6) return false;
        // Every tile by the pixel in its middle; sixels hold colours in percents.
        return Array.from({ length: 64 }, (_, tile) => tile).every((tile) => {
          const [x, y] = [tile % 8, tile >> 3].map((place) => (place + 0.5) / 8);
          const from = (Math.floor(y * picture.height) * picture.width + Math.floor(x * picture.width)) * 3;
          return [0, 1, 2].every((c) => Math.abs(picture.data[from + c] - own.data[tile * 3 + c]) < 3);
        });
      });
    const end = performance.now() + 30_000;
    while (!good() && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
    return { good: good(), terminal };
  };
  return { terminal, painter, instance, show, first };
}

describe.each(PROTOCOLS)('pictures on the screen, by %s', (protocol) => {
  test('they follow the text: drawn, changed, moved, covered, gone, and the terminal as before', async () => {
    const { terminal, show, first, instance, painter } = stage(protocol);
    const after = async (next: Scene) => expect((await show(next)).good, JSON.stringify(next)).toBe(true);
    await after(first);
    expect(terminal.draws).toBe(1);

    // Text elsewhere leaves it alone.
    await after({ ...first, title: 'second' });
    expect(terminal.draws).toBe(1);

    // Text beside it may take it along; it is there again at once.
    await after({ ...first, title: 'second', text: 'line' });
    // Another picture in the same cells.
    await after({ ...first, title: 'second', text: 'line', pictures: [tiles(1)] });
    await after({ ...first, pictures: [tiles(1), tiles(2)] });
    await after({ ...first, pictures: [tiles(2)], top: 5 });
    await after({ ...first, pictures: [tiles(2), tiles(4), tiles(5)], top: 8 });
    await after({ ...first, pictures: [tiles(2), tiles(4)], top: 6, overlay: true });
    expect(terminal.text.join('\n')).toContain('# over   #');
    await after({ ...first, pictures: [tiles(2), tiles(4)], top: 6 });
    expect(terminal.text.join('\n')).not.toContain('#');
    await after({ ...first, pictures: [], top: 6 });
    await after({ ...first, pictures: [tiles(3)], top: 6 });
    await after({ ...first, pictures: [], title: 'none' });
    await after({ ...first, pictures: [tiles(6)] });

    painter.close();
    expect(terminal.pictures).toEqual([]);
    instance.unmount();
    expect(terminal.alternate).toBe(false);
  });

  test('they survive the window being resized', async () => {
    const { terminal, show, first, instance, painter } = stage(protocol);
    expect((await show(first)).good).toBe(true);
    for (const [columns, rows] of [
      [60, 26],
      [45, 18],
      [70, 18],
      [50, 20],
    ]) {
      terminal.resize(columns, rows);
      const { good } = await show({ ...first, title: `${columns} by ${rows}`, pictures: [tiles(7)] });
      expect(good, `${columns} by ${rows}`).toBe(true);
    }
    painter.close();
    instance.unmount();
  });

  test('a picture that has not changed is not sent again', async () => {
    const { terminal, show, first, instance, painter } = stage(protocol);
    const scene = { ...first, pictures: [tiles(1), tiles(2)] };
    await show(scene);
    const before = terminal.draws;
    for (let k = 0; k < 5; k++) expect((await show({ ...scene, title: `frame ${k}` })).good).toBe(true);
    expect(terminal.draws).toBe(before);
    painter.close();
    instance.unmount();
  });
});
