import type { Canvas } from './canvas.ts';
import type { MazeLevel } from './mazeLevel.ts';
import { gradient } from './palette.ts';
import type { Rgb } from './palette.ts';

/** Half the width of the view at distance 1: 66 degrees from side to side. */
const HALF_VIEW = 0.65;
const SHADES = 12;
/** Everything at this distance or farther is as dark as it gets. */
const FAR = 7;

const walls: readonly Rgb[] = [
  [206, 104, 84],
  [92, 160, 110],
  [86, 132, 206],
  [200, 160, 92],
];
const dark = (rgb: Rgb, share: number): Rgb => [rgb[0] * share, rgb[1] * share, rgb[2] * share];
const BRICKS = walls.map((rgb) => gradient(rgb, dark(rgb, 0.2), SHADES));
const JOINTS = walls.map((rgb) => gradient(dark(rgb, 0.62), dark(rgb, 0.14), SHADES));
const FLOOR = gradient([30, 28, 30], [128, 118, 108], SHADES);
const CEILING = gradient([88, 100, 130], [22, 24, 34], SHADES);
const GOLD = gradient([255, 220, 90], [110, 84, 24], SHADES);
const GLINT = gradient([255, 250, 210], [150, 124, 60], SHADES);

const shadeAt = (distance: number) => Math.min(SHADES - 1, Math.floor((distance / FAR) * SHADES));

/** The first wall from (x, y) along (dx, dy): its colour, its distance, where along it, and which way it faces. */
function cast({ side, squares }: MazeLevel, x: number, y: number, dx: number, dy: number) {
  let column = Math.floor(x);
  let row = Math.floor(y);
  const stepX = dx < 0 ? -1 : 1;
  const stepY = dy < 0 ? -1 : 1;
  const perX = dx === 0 ? Infinity : Math.abs(1 / dx);
  const perY = dy === 0 ? Infinity : Math.abs(1 / dy);
  let nextX = perX * (dx < 0 ? x - column : column + 1 - x);
  let nextY = perY * (dy < 0 ? y - row : row + 1 - y);
  if (dx === 0) nextX = Infinity;
  if (dy === 0) nextY = Infinity;
  for (;;) {
    const sideways = nextX < nextY;
    const distance = sideways ? nextX : nextY;
    if (sideways) {
      nextX += perX;
      column += stepX;
    } else {
      nextY += perY;
      row += stepY;
    }
    const wall = squares[row * side + column];
    if (wall === 0) continue;
    const along = sideways ? y + distance * dy : x + distance * dx;
    return { wall: wall - 1, distance, along: along - Math.floor(along), sideways };
  }
}

/** Draws what one sees from (x, y), looking along `forward`: ray-cast corridors, and the pillar at the goal. */
export function drawMaze(
  level: MazeLevel,
  x: number,
  y: number,
  [fx, fy]: readonly [number, number],
  canvas: Canvas,
): void {
  const { side, pixels } = canvas;
  const horizon = side / 2;
  for (let row = 0; row < side; row++) {
    const share = Math.abs(row + 0.5 - horizon) / horizon;
    const shade = Math.floor(share * SHADES);
    const shades = row < horizon ? CEILING : FLOOR;
    pixels.fill(shades[row < horizon ? SHADES - 1 - shade : shade], row * side, (row + 1) * side);
  }
  const gx = (level.goal % level.side) + 0.5 - x;
  const gy = Math.floor(level.goal / level.side) + 0.5 - y;
  const depth = gx * fx + gy * fy;
  const offset = (gy * fx - gx * fy) / Math.max(depth, 1e-6);
  for (let i = 0; i < side; i++) {
    const u = ((2 * i + 1) / side - 1) * HALF_VIEW;
    const hit = cast(level, x, y, fx - u * fy, fy + u * fx);
    drawWall(canvas, i, hit);
    if (depth > 0.05 && depth < hit.distance) drawPillar(canvas, i, u - offset, depth);
  }
}

/** Whether a place along a layer of bricks, in bricks, lies in the joint between two. */
function inGap(across: number): boolean {
  return across - Math.floor(across) < 0.07;
}

function drawWall(canvas: Canvas, column: number, hit: ReturnType<typeof cast>): void {
  const { side, pixels } = canvas;
  const height = side / (2 * HALF_VIEW * Math.max(hit.distance, 0.05));
  const top = (side - height) / 2;
  const from = Math.max(0, Math.floor(top + 0.5));
  const to = Math.min(side, Math.floor(top + height + 0.5));
  // Walls across the x axis are a little darker, so that corners show.
  const shade = Math.min(SHADES - 1, shadeAt(hit.distance) + (hit.sideways ? 1 : 0));
  const brick = BRICKS[hit.wall][shade];
  const joint = JOINTS[hit.wall][shade];
  // Every other layer of bricks is shifted by half a brick.
  const even = inGap(hit.along * 3) ? joint : brick;
  const odd = inGap(hit.along * 3 + 0.5) ? joint : brick;
  for (let row = from, at = from * side + column; row < to; row++, at += side) {
    const course = ((row + 0.5 - top) / height) * 6;
    const layer = course | 0;
    pixels[at] = course - layer < 0.14 ? joint : layer & 1 ? odd : even;
  }
}

/** A golden pillar with a glint, 0.3 wide and 0.8 high. */
function drawPillar(canvas: Canvas, column: number, offset: number, depth: number): void {
  const across = (offset * depth) / 0.15;
  if (across < -1 || across > 1) return;
  const { side, pixels } = canvas;
  const unit = side / (2 * HALF_VIEW * depth);
  const from = Math.max(0, Math.floor(side / 2 - 0.3 * unit + 0.5));
  const to = Math.min(side, Math.floor(side / 2 + 0.5 * unit + 0.5));
  const shade = Math.min(SHADES - 1, shadeAt(depth) + Math.floor(3 * Math.abs(across)));
  const paint = across > -0.6 && across < -0.25 ? GLINT[shade] : GOLD[shade];
  for (let row = from; row < to; row++) pixels[row * side + column] = paint;
}
