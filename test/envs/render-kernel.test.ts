import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderScene } from '../../src/envs/index.ts';
import { palette, Renderer, type Scene } from '../../src/envs/render/index.ts';
import { Key } from '../../src/envs/render/key.ts';

const path = (file: string) => fileURLToPath(new URL(`../../${file}`, import.meta.url));

const compiler = spawnSync('clang++-19', ['--version'], { encoding: 'utf8' }).stdout ?? '';

test.skipIf(!compiler.includes('19.1.7'))('the built kernel is what its source gives', () => {
  const folder = mkdtempSync(join(tmpdir(), 'render-'));
  try {
    expect(spawnSync('sh', [path('scripts/build-render.sh'), folder]).status).toBe(0);
    const same = readFileSync(join(folder, 'render.wasm')).equals(readFileSync(path('kernels/render.wasm')));
    expect(same, 'render.wasm differs: run scripts/build-render.sh').toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the floor far from the origin is the floor at the origin', () => {
  const at = (x: number) =>
    renderScene(
      {
        camera: { position: [x, -3, 1], forward: [0, 1, -0.2], up: [0, 0, 1], fovy: 45 },
        shapes: [],
        floor: { height: 0, edge: { color: [1, 0, 0], width: 0.02 } },
      },
      84,
      84,
    );
  const near = at(0.25);
  // Powers of two, so that the position itself is exact.
  expect(at(2 ** 20 + 0.25)).toEqual(near);
  expect(at(-(2 ** 20) + 0.25)).toEqual(near);
  expect(at(0.75)).not.toEqual(near);
});

test('a rolled camera sees the floor that the straight one sees, turned', () => {
  const seen = (right: number) => {
    const camera = { position: [0.1, -3, 1], forward: [0, 1, -0.3], up: [right, 0, 1], fovy: 60 } as const;
    return renderScene({ camera, shapes: [], floor: { height: 0 } }, 64, 64);
  };
  const [straight, rolled] = [seen(0), seen(1e-9)];
  let most = 0;
  for (let i = 0; i < straight.length; i++) most = Math.max(most, Math.abs(straight[i] - rolled[i]));
  expect(most).toBeLessThanOrEqual(1);
});

test('a key tells any change, and takes nothing for the same as a missing number', () => {
  const key = new Key();
  expect(key.holds([1, 2])).toBe(false);
  expect(key.holds([1, 2])).toBe(true);
  expect(key.holds([1, 3])).toBe(false);
  expect(key.holds([1])).toBe(false);
  expect(key.holds([1])).toBe(true);
  expect(key.holds([NaN])).toBe(false);
  expect(key.holds([NaN])).toBe(false);
  key.forget();
  expect(key.holds([NaN])).toBe(false);
});

test.each<[string, Partial<Scene>]>([
  ['sky', { sky: { top: [0.9, 0, 0] } }],
  ['specks', { sky: { specks: { count: 0, seed: 0 } } }],
  ['height', { floor: { height: -0.2 } }],
  ['colours', { floor: { height: 0, colors: [palette.limb, palette.checker[1]] } }],
  ['edge', { floor: { height: 0, edge: { color: [1, 1, 1], width: 0.05 } } }],
  ['half extent', { floor: { height: 0, halfExtent: [0.4, 2] } }],
  ['opacity', { floor: { height: 0, opacity: 0.5 } }],
  ['tile', { floor: { height: 0, tile: 0.3 } }],
  ['light', { light: { diffuse: 0.2 } }],
  ['sun', { light: { sun: null } }],
])('a change of %s alone is drawn', (_, change) => {
  const camera = { position: [0, -3, 1], forward: [0, 1, -0.2], up: [0, 0, 1], fovy: 60 } as const;
  const scene: Scene = { camera, shapes: [], floor: { height: 0 } };
  const renderer = new Renderer(32, 32);
  const before = renderer.render(scene);
  const after = renderer.render({ ...scene, ...change });
  expect(after).not.toEqual(before);
  expect(after).toEqual(new Renderer(32, 32).render({ ...scene, ...change }));
  expect(renderer.render(scene)).toEqual(before);
});
