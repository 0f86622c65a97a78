/** How many colours a terminal shows. */
export type ColorDepth = 'truecolor' | '256' | '16' | 'none';

/** The first sixteen colours as xterm shows them; other terminals differ a little. */
const BASIC = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

/** Levels of the 6 x 6 x 6 cube: 0, 95, 135, 175, 215, 255. */
const level = (step: number): number => (step === 0 ? 0 : 55 + 40 * step);
const stepOf = (value: number): number => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40));

function distance(r: number, g: number, b: number, to: readonly number[]): number {
  return (r - to[0]) * (r - to[0]) + (g - to[1]) * (g - to[1]) + (b - to[2]) * (b - to[2]);
}

/** The nearest of the 256-colour palette's cube (16-231) and grey ramp (232-255). */
export function cubeColor(r: number, g: number, b: number): number {
  const [x, y, z] = [stepOf(r), stepOf(g), stepOf(b)];
  const grey = Math.min(23, Math.max(0, Math.round(((r + g + b) / 3 - 8) / 10)));
  const shade = 8 + 10 * grey;
  const cube = distance(r, g, b, [level(x), level(y), level(z)]);
  return distance(r, g, b, [shade, shade, shade]) < cube ? 232 + grey : 16 + 36 * x + 6 * y + z;
}

/** The nearest of the sixteen basic colours. */
export function basicColor(r: number, g: number, b: number): number {
  let best = 0;
  for (let n = 1; n < 16; n++) if (distance(r, g, b, BASIC[n]) < distance(r, g, b, BASIC[best])) best = n;
  return best;
}

/** The SGR parameters that set the foreground or background to a colour. */
export function sgrColor(
  r: number,
  g: number,
  b: number,
  layer: 'foreground' | 'background',
  depth: Exclude<ColorDepth, 'none'>,
): string {
  const base = layer === 'foreground' ? 38 : 48;
  if (depth === 'truecolor') return `${base};2;${r};${g};${b}`;
  if (depth === '256') return `${base};5;${cubeColor(r, g, b)}`;
  const n = basicColor(r, g, b);
  return String(n < 8 ? base - 8 + n : base + 52 + n - 8);
}
