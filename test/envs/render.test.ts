import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { palette, Renderer, renderScene } from '../../src/envs/render/index.ts';
import type { Camera, Scene, Shape } from '../../src/envs/render/index.ts';

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
/** Looks along +y from 4 m away; x is to the right and z is up in the picture. */
const side: Camera = { position: [0, -4, 0], forward: [0, 1, 0], up: [0, 0, 1], fovy: 45 };
const black = { top: [0, 0, 0], bottom: [0, 0, 0], specks: { count: 0, seed: 0 } } as const;
/** Every lit point has exactly its own colour. */
const flat = { ambient: 1, diffuse: 0, specular: 0, sun: null } as const;
const white = [1, 1, 1] as const;
/** Pixels a metre at distance 4 in a picture of this height. */
const perMetre = (height: number): number => height / (2 * 4 * Math.tan(Math.PI / 8));

/** Share of the pixel that white shapes cover, before a black sky. */
function coverage(shapes: Shape[], size = 101, camera = side): (column: number, row: number) => number {
  const data = renderScene({ camera, shapes, sky: black, light: flat }, size, size);
  return (column, row) => data[(row * size + column) * 3] / 255;
}

function total(cover: (column: number, row: number) => number, size = 101): number {
  let sum = 0;
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) sum += cover(column, row);
  return sum;
}

describe('outlines', () => {
  test('a sphere shows the disc of its tangent cone', () => {
    const radius = 0.8;
    const cover = coverage([{ kind: 'sphere', center: [0, 0, 0], radius, color: white }]);
    // The cone that touches the sphere has the sine radius / distance.
    const edge = (perMetre(101) * 4 * radius) / Math.sqrt(16 - radius * radius);
    let across = 0;
    let down = 0;
    for (let n = 0; n < 101; n++) {
      across += cover(n, 50);
      down += cover(50, n);
    }
    expect(Math.abs(across - 2 * edge)).toBeLessThan(1);
    expect(Math.abs(down - 2 * edge)).toBeLessThan(1);
    expect(Math.abs(total(cover) / (Math.PI * edge * edge) - 1)).toBeLessThan(0.01);
    expect(cover(50, 50)).toBe(1);
  });

  test('a sphere away from the middle is where its centre projects to', () => {
    const cover = coverage([{ kind: 'sphere', center: [0.9, 0, 0.5], radius: 0.05, color: white }]);
    const column = Math.floor(50.5 + 0.9 * perMetre(101));
    const row = Math.floor(50.5 - 0.5 * perMetre(101));
    expect(cover(column, row)).toBe(1);
    expect(Math.abs(total(cover) / (Math.PI * (0.05 * perMetre(101)) ** 2) - 1)).toBeLessThan(0.15);
  });

  test('a capsule is its cylinder and two round ends, a cylinder ends flat', () => {
    const [from, to, radius, color] = [[-0.5, 0, 0], [0.5, 0, 0], 0.2, white] as const;
    const far: Camera = { ...side, position: [0, -80, 0], fovy: 2 };
    const scale = 101 / (2 * 80 * Math.tan(Math.PI / 180));
    const round = coverage([{ kind: 'capsule', from, to, radius, color }], 101, far);
    const blunt = coverage([{ kind: 'cylinder', from, to, radius, color }], 101, far);
    const body = 1 * 0.4 * scale * scale;
    expect(Math.abs(total(round) / (body + Math.PI * 0.04 * scale * scale) - 1)).toBeLessThan(0.04);
    expect(Math.abs(total(blunt) / body - 1)).toBeLessThan(0.04);
    // Beyond the flat end in the middle row, and at the corner that only the flat end has.
    expect(round(Math.floor(50.5 + 0.65 * scale), 50)).toBe(1);
    expect(blunt(Math.floor(50.5 + 0.65 * scale), 50)).toBe(0);
    expect(blunt(Math.floor(50.5 + 0.47 * scale), Math.floor(50.5 - 0.17 * scale))).toBe(1);
    expect(round(Math.floor(50.5 + 0.65 * scale), Math.floor(50.5 - 0.17 * scale))).toBe(0);
  });

  test('a cylinder seen along its axis is a disc', () => {
    const cover = coverage([{ kind: 'cylinder', from: [0, 0, 0], to: [0, 1, 0], radius: 0.5, color: white }]);
    expect(Math.abs(total(cover) / (Math.PI * (0.5 * perMetre(101)) ** 2) - 1)).toBeLessThan(0.01);
  });

  test('a box turns with the columns of its rotation', () => {
    // 3-4-5: the local x axis points to (0.8, 0, 0.6), the local z axis to (-0.6, 0, 0.8).
    const rotation = [0.8, 0, -0.6, 0, 1, 0, 0.6, 0, 0.8];
    const box: Shape = { kind: 'box', center: [0, 0, 0], half: [1, 0.001, 0.1], rotation, color: white };
    const cover = coverage([box]);
    const at = (x: number, z: number): number =>
      cover(Math.floor(50.5 + x * perMetre(101)), Math.floor(50.5 - z * perMetre(101)));
    expect(at(0.9 * 0.8, 0.9 * 0.6)).toBe(1);
    expect(at(-0.9 * 0.8, -0.9 * 0.6)).toBe(1);
    expect(at(0.9 * 0.8, -0.9 * 0.6)).toBe(0);
    expect(Math.abs(total(cover) / (2 * 0.2 * perMetre(101) ** 2) - 1)).toBeLessThan(0.02);
  });

  test('an ellipsoid shows an ellipse', () => {
    const half = [0.9, 0.1, 0.3] as const;
    const cover = coverage([
      { kind: 'ellipsoid', center: [0, 0, 0], half, rotation: identity, color: white },
    ]);
    expect(Math.abs(total(cover) / (Math.PI * 0.27 * perMetre(101) ** 2) - 1)).toBeLessThan(0.01);
  });

  test('the hull that bounds a tube hides none of it', () => {
    const coordinate = fc.double({ min: -1.2, max: 1.2, noNaN: true });
    const point = fc.tuple(coordinate, coordinate, coordinate);
    fc.assert(
      fc.property(point, point, fc.double({ min: 0.05, max: 0.6, noNaN: true }), (from, to, radius) => {
        const cover = coverage([{ kind: 'capsule', from, to, radius, color: white }], 31);
        // Points on the axis are certainly inside the outline.
        for (const s of [0, 0.25, 0.5, 0.75, 1]) {
          const [x, y, z] = from.map((a, k) => a + s * (to[k] - a));
          const scale = 31 / (2 * (y + 4) * Math.tan(Math.PI / 8));
          const [column, row] = [Math.floor(15.5 + x * scale), Math.floor(15.5 - z * scale)];
          if (column >= 0 && column < 31 && row >= 0 && row < 31)
            expect(cover(column, row)).toBeGreaterThan(0);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('thin things stay in sight', () => {
    for (const x of [0, 0.013, 0.031, 0.04]) {
      const wire: Shape = { kind: 'capsule', from: [x, 0, -1], to: [x, 0, 1], radius: 0.001, color: white };
      const cover = coverage([wire], 48);
      for (let row = 16; row < 32; row++) {
        let sum = 0;
        for (let column = 0; column < 48; column++) sum += cover(column, row);
        expect(sum).toBeGreaterThanOrEqual(0.5);
      }
    }
  });
});

describe('depth', () => {
  const red: Shape = { kind: 'sphere', center: [0, 0, 0], radius: 0.5, color: [1, 0, 0] };
  const blue: Shape = { kind: 'sphere', center: [0, 1.5, 0], radius: 0.5, color: [0, 0, 1] };
  const middle = (shapes: Shape[], camera = side): number[] => {
    const data = renderScene({ camera, shapes, sky: black, light: flat }, 21, 21);
    return [...data.subarray((10 * 21 + 10) * 3, (10 * 21 + 10) * 3 + 3)];
  };

  test('the nearer shape hides the farther one, in any order', () => {
    expect(middle([red, blue])).toEqual([255, 0, 0]);
    expect(middle([blue, red])).toEqual([255, 0, 0]);
    expect(middle([red, blue], { ...side, position: [0, 6, 0], forward: [0, -1, 0] })).toEqual([0, 0, 255]);
  });

  test('what is behind the camera is not drawn, and what is around it is seen through', () => {
    expect(middle([red], { ...side, forward: [0, -1, 0] })).toEqual([0, 0, 0]);
    for (const kind of ['box', 'ellipsoid'] as const) {
      const around: Shape = { kind, center: [0, -4, 0], half: [1, 1, 1], rotation: identity, color: white };
      expect(middle([around, red])).toEqual([255, 0, 0]);
    }
    for (const kind of ['capsule', 'cylinder'] as const) {
      const around: Shape = { kind, from: [-1, -4, 0], to: [1, -4, 0], radius: 0.5, color: white };
      expect(middle([around, red])).toEqual([255, 0, 0]);
    }
  });

  test('a shape that reaches past the camera keeps its visible part', () => {
    const pole: Shape = { kind: 'capsule', from: [0, -6, -0.5], to: [0, 2, -0.5], radius: 0.2, color: white };
    const cover = coverage([pole], 21);
    expect(cover(10, 13)).toBe(1);
    expect(cover(10, 20)).toBe(1);
    expect(cover(10, 5)).toBe(0);
  });

  test('a translucent shape mixes with what is behind it, and not with what is before it', () => {
    const glass: Shape = { ...blue, center: [0, -1.5, 0], opacity: 0.4 };
    expect(middle([glass, red])).toEqual([153, 0, 102]);
    expect(middle([{ ...glass, center: [0, 1.5, 0] }, red])).toEqual([255, 0, 0]);
  });
});

describe('floor and sky', () => {
  const down: Camera = { position: [0, 0, 5], forward: [0, 0, -1], up: [0, 1, 0], fovy: 45 };
  const colors = [
    [1, 0, 0],
    [0, 0, 1],
  ] as const;
  const size = 100;
  const scale = size / (2 * 5 * Math.tan(Math.PI / 8));
  const look = (scene: Partial<Scene>): ((x: number, y: number) => number[]) => {
    const data = renderScene({ camera: down, shapes: [], sky: black, light: flat, ...scene }, size, size);
    return (x, y) => {
      const at = (Math.floor(50 - y * scale) * size + Math.floor(50 + x * scale)) * 3;
      return [...data.subarray(at, at + 3)];
    };
  };

  test('squares of half a metre, the first colour from the origin on', () => {
    const at = look({ floor: { height: 0, colors } });
    const [red, blue] = [
      [255, 0, 0],
      [0, 0, 255],
    ];
    expect(at(0.25, 0.25)).toEqual(red);
    expect(at(0.75, 0.25)).toEqual(blue);
    expect(at(0.25, 0.75)).toEqual(blue);
    expect(at(0.75, 0.75)).toEqual(red);
    expect(at(-0.25, 0.25)).toEqual(blue);
    expect(at(-0.25, -0.25)).toEqual(red);
    expect(look({ floor: { height: 0, colors, tile: 1 } })(0.75, 0.25)).toEqual(red);
  });

  test('a half extent ends the floor, opacity lets the sky through', () => {
    const at = look({ floor: { height: 0, colors, halfExtent: [1, 0.5] } });
    expect(at(0.9, 0.25)).toEqual([0, 0, 255]);
    expect(at(1.1, 0.25)).toEqual([0, 0, 0]);
    expect(at(0.25, 0.6)).toEqual([0, 0, 0]);
    expect(look({ floor: { height: 0, colors, opacity: 0.6 } })(0.25, 0.25)).toEqual([153, 0, 0]);
    expect(look({ floor: { height: 0, colors, opacity: 0 } })(0.25, 0.25)).toEqual([0, 0, 0]);
  });

  test('lines follow the borders of every two by two squares', () => {
    const edge = { color: [0, 1, 0], width: 0.1 } as const;
    const at = look({ floor: { height: 0, colors, edge } });
    expect(at(1, 0.25)).toEqual([0, 255, 0]);
    expect(at(0.25, -1)).toEqual([0, 255, 0]);
    expect(at(0.5, 0.25)[1]).toBe(0);
    expect(at(1.1, 0.25)[1]).toBe(0);
  });

  test('far squares fade to their mean instead of flickering', () => {
    const floor = { height: -1, colors: [white, [0, 0, 0]] } as const;
    const data = renderScene({ camera: side, shapes: [], floor, sky: black, light: flat }, 84, 84);
    const row = (n: number): number[] => Array.from({ length: 84 }, (_, x) => data[(n * 84 + x) * 3]);
    expect(Math.max(...row(41))).toBe(0);
    for (const value of row(43)) expect(Math.abs(value - 128)).toBeLessThan(12);
    expect([Math.min(...row(83)), Math.max(...row(83))]).toEqual([0, 255]);
  });

  test('the floor is seen from above only', () => {
    const below: Camera = { ...down, position: [0, 0, -5], forward: [0, 0, 1] };
    expect(look({ camera: below, floor: { height: 0, colors } })(0.25, 0.25)).toEqual([0, 0, 0]);
  });

  test('a shape darkens the floor below it', () => {
    const sun = { direction: [0, 0, -1], diffuse: 0, shadow: 0.6 } as const;
    const light = { ...flat, sun };
    const half = [0.3, 0.3, 0.3] as const;
    const shapes: Shape[] = [
      { kind: 'sphere', center: [1, 1, 0.5], radius: 0.3, color: white },
      { kind: 'box', center: [-1, -1, 0.5], half, rotation: identity, color: white },
    ];
    // Looks past the shapes from the side, so that the shadows are not hidden below them.
    const plain = look({ floor: { height: 0, colors: [white, white] }, light, shapes });
    const shifted = look({
      floor: { height: 0, colors: [white, white] },
      light: { ...light, sun: { ...sun, direction: [2, 0, -1] } },
      shapes,
    });
    expect(plain(0, 0)).toEqual([255, 255, 255]);
    expect(shifted(1 + 2 * 0.5, 1)).toEqual([102, 102, 102]);
    expect(shifted(-1 + 2 * 0.5, -1)).toEqual([102, 102, 102]);
    expect(shifted(-1 + 2 * 0.5, 1)).toEqual([255, 255, 255]);
  });

  test('the sky goes from bottom to top, or shows a picture', () => {
    const sky = { top: [0, 0, 1], bottom: [0, 0, 0], specks: { count: 0, seed: 0 } } as const;
    const data = renderScene({ camera: side, shapes: [], sky }, 3, 3);
    const [high, middle, low] = [1, 4, 7].map((p) => data[p * 3 + 2]);
    expect(middle).toBe(128);
    // Rays through the outer rows rise and fall by two thirds of the half height.
    const slope = (2 / 3) * Math.tan(Math.PI / 8);
    const sine = slope / Math.sqrt(1 + slope * slope);
    expect([high, low]).toEqual([Math.round(127.5 + 127.5 * sine), Math.round(127.5 - 127.5 * sine)]);

    const pixels = Uint8Array.from({ length: 4 * 4 * 3 }, (_, n) => n * 5);
    const picture = { width: 4, height: 4, data: pixels };
    expect([...renderScene({ camera: side, shapes: [], sky: { picture } }, 4, 4)]).toEqual([...pixels]);
    const even = { width: 2, height: 2, data: new Uint8Array(12).fill(77) };
    expect(new Set(renderScene({ camera: side, shapes: [], sky: { picture: even } }, 7, 5))).toEqual(
      new Set([77]),
    );
  });

  test('specks depend on their seed alone and stand still while the camera moves', () => {
    const sky = (seed: number) => ({ specks: { count: 500, seed } });
    const draw = (seed: number, x = 0): Uint8Array =>
      renderScene({ camera: { ...side, position: [x, -4, 1] }, shapes: [], sky: sky(seed) }, 64, 64);
    expect(draw(1)).toEqual(draw(1, 7));
    expect(draw(1)).not.toEqual(draw(2));
  });
});

describe('light', () => {
  test('falls off by the cosine from the camera, plus the ambient part', () => {
    const light = { ambient: 0.25, diffuse: 0.5, specular: 0, sun: null };
    // The front face of this box is turned by 60 degrees from the view: cosine 1/2 in the middle.
    const s = Math.sqrt(3) / 2;
    const box: Shape = {
      kind: 'box',
      center: [0, 0, 0],
      half: [2, 0.001, 2],
      rotation: [0.5, s, 0, -s, 0.5, 0, 0, 0, 1],
      color: white,
    };
    const data = renderScene({ camera: side, shapes: [box], light, sky: black }, 21, 21);
    expect(Math.abs(data[(10 * 21 + 10) * 3] - 255 * (0.25 + 0.5 * 0.5))).toBeLessThanOrEqual(2);
  });
});

describe('reuse', () => {
  const scene = (x: number): Scene => ({
    camera: { position: [x, -4, 1], forward: [0, 1, -0.2], up: [0, 0, 1], fovy: 45 },
    floor: { height: 0, edge: { color: palette.edge, width: 0.02 } },
    shapes: [
      {
        kind: 'box',
        center: [x, 0, 0.5],
        half: [0.4, 0.3, 0.2],
        rotation: [0.8, 0, -0.6, 0, 1, 0, 0.6, 0, 0.8],
        color: palette.limb,
      },
      { kind: 'capsule', from: [0, 0, 0.5], to: [0.7, 0.2, 1.5], radius: 0.05, color: palette.effector },
      { kind: 'cylinder', from: [-1, 0, 0], to: [-1.1, 0.2, 0.8], radius: 0.2, color: palette.decoration },
      {
        kind: 'ellipsoid',
        center: [1, 0, 0.6],
        half: [0.3, 0.1, 0.2],
        rotation: identity,
        color: palette.target,
      },
      { kind: 'sphere', center: [-0.3, -0.5, 0.7], radius: 0.3, color: palette.target, opacity: 0.5 },
    ],
  });

  test('writes into a given array, and neither old pictures nor other sizes leave a trace', () => {
    const fresh = new Renderer(40, 30).render(scene(0.2));
    const renderer = new Renderer(40, 30);
    const out = new Uint8Array(40 * 30 * 3).fill(99);
    for (const x of [0, -3, 1.5]) renderer.render(scene(x), out);
    expect(renderer.render(scene(0.2), out)).toBe(out);
    expect(out).toEqual(fresh);
    renderScene(scene(5), 20, 20);
    expect(renderScene(scene(0.2), 40, 30)).toEqual(fresh);
  });

  test('a change of floor, light or sky is seen although the camera stays', () => {
    const renderer = new Renderer(20, 20);
    const before = renderer.render(scene(0));
    for (const change of [
      { floor: { height: -0.5 } },
      { floor: undefined },
      { light: { ambient: 0.1 } },
      { sky: { top: [1, 0, 0] as const } },
    ]) {
      expect(renderer.render({ ...scene(0), ...change })).not.toEqual(before);
      expect(renderer.render(scene(0))).toEqual(before);
    }
    const picture = { width: 1, height: 1, data: new Uint8Array([1, 2, 3]) };
    const first = renderer.render({ ...scene(0), sky: { picture } });
    picture.data[0] = 200;
    expect(renderer.render({ ...scene(0), sky: { picture } })).not.toEqual(first);
  });

  test('pictures are the same on every machine', () => {
    const hash = (samples: 1 | 2): string =>
      createHash('sha256')
        .update(renderScene(scene(0.2), 84, 84, undefined, { samples }))
        .digest('hex');
    expect([hash(1), hash(2)].map((digest) => digest.slice(0, 16))).toEqual(GOLDEN);
  });

  test('refuses what it cannot draw, in one line', () => {
    expect(() => renderScene(scene(0), 4, 4, new Uint8Array(5))).toThrow(
      'out has 5 bytes; 4 x 4 RGB needs 48',
    );
    expect(() => renderScene(scene(0), 0, 4)).toThrow('Picture size: 0 x 4');
    expect(() => renderScene({ camera: { ...side, up: [0, 2, 0] }, shapes: [] }, 4, 4)).toThrow(
      'two different',
    );
    expect(() => renderScene({ camera: { ...side, fovy: 180 }, shapes: [] }, 4, 4)).toThrow('fovy is 180');
    const picture = { width: 2, height: 2, data: new Uint8Array(3) };
    expect(() => renderScene({ camera: side, shapes: [], sky: { picture } }, 4, 4)).toThrow(
      'Sky picture: 3 bytes',
    );
  });
});

/** First 16 hex digits of the SHA-256 of the scene with 1 and 2 samples a side; change them with the renderer only. */
const GOLDEN = ['1aa609dbece521aa', '519c19abfb5e7ee7'];
