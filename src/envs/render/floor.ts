import { palette, type Floor } from './scene.ts';
import type { Lamp } from './shade.ts';
import { dot, type View } from './view.ts';

/** The integral of a square wave of period 2 that is +1 on [0, 1) and -1 on [1, 2). */
function wave(x: number): number {
  const f = 0.5 * x - Math.floor(0.5 * x);
  return 2 * (f < 0.5 ? f : 1 - f);
}

/** The integral of pulses of the given width around every even integer. */
function pulses(x: number, width: number): number {
  const y = x / 2 + width / 4;
  const n = Math.floor(y);
  return n * width + Math.min((y - n) * 2, width);
}

/** How much of an interval around x, `width` wide, lies within |x| <= limit. */
function inside(x: number, width: number, limit: number): number {
  const gap = (limit - Math.abs(x)) / width + 0.5;
  return gap < 0 ? 0 : gap > 1 ? 1 : gap;
}

/**
 * Paints a checker floor over the sky in `out`. Each pixel takes the mean of the pattern over its footprint on the
 * floor (the exact integral of both square waves over a rectangle), so that far squares fade to their mean.
 */
export function paintFloor(
  floor: Floor,
  lamp: Lamp,
  view: View,
  width: number,
  height: number,
  out: Uint8Array,
): void {
  const { right, up, forward, position, halfWidth, halfHeight } = view;
  const { tile = 0.5, colors = palette.checker, edge, halfExtent, opacity = 1 } = floor;
  const drop = floor.height - position[2];
  if (drop >= 0 || opacity <= 0) return;
  const du = (2 * halfWidth) / width;
  const dv = (2 * halfHeight) / height;
  // How fast the ray's z changes over a pixel: the width of the soft horizon.
  const soft = Math.abs(right[2]) * du + Math.abs(up[2]) * dv;
  const [even, odd] = colors;
  const mean = [0, 1, 2].map((k) => (even[k] + odd[k]) * 127.5);
  const swing = [0, 1, 2].map((k) => (even[k] - odd[k]) * 127.5);
  const line = edge ? edge.width / tile : 0;
  const lineColor = edge ? edge.color : even;
  const squares = 1 / tile;
  // The floor's normal in the camera's axes is the z part of those axes.
  const sunny = lamp.sunDiffuse * Math.max(0, dot([right[2], up[2], forward[2]], lamp.sun));
  for (let row = 0, at = 0; row < height; row++) {
    const v = halfHeight - (row + 0.5) * dv;
    const vx = v * up[0] + forward[0];
    const vy = v * up[1] + forward[1];
    const vz = v * up[2] + forward[2];
    const vv = v * v + 1;
    for (let column = 0; column < width; column++, at += 3) {
      const u = (column + 0.5) * du - halfWidth;
      const dz = u * right[2] + vz;
      const horizon = 0.5 - dz / soft;
      if (horizon <= 0) continue;
      let cover = horizon < 1 ? horizon * opacity : opacity;
      const slope = dz < -soft / 2 ? dz : -soft / 2;
      const t = drop / slope;
      const dx = u * right[0] + vx;
      const dy = u * right[1] + vy;
      // One pixel to the side moves the point on the floor by t (side - direction side.z / direction.z).
      const byRight = right[2] / slope;
      const byUp = up[2] / slope;
      const wx = t * (Math.abs(right[0] - dx * byRight) * du + Math.abs(up[0] - dx * byUp) * dv);
      const wy = t * (Math.abs(right[1] - dy * byRight) * du + Math.abs(up[1] - dy * byUp) * dv);
      const x = position[0] + t * dx;
      const y = position[1] + t * dy;
      if (halfExtent) {
        cover *= inside(x, wx, halfExtent[0]) * inside(y, wy, halfExtent[1]);
        if (cover <= 0) continue;
      }
      const px = x * squares;
      const py = y * squares;
      const hx = 0.5 * wx * squares;
      const hy = 0.5 * wy * squares;
      const parity = ((wave(px + hx) - wave(px - hx)) * (wave(py + hy) - wave(py - hy))) / (4 * hx * hy);
      let lines = 0;
      if (line > 0) {
        const across = (pulses(px + hx, line) - pulses(px - hx, line)) / (2 * hx);
        const down = (pulses(py + hy, line) - pulses(py - hy, line)) / (2 * hy);
        lines = across + down - across * down;
      }
      const facing = -dz / Math.sqrt(u * u + vv);
      const bright = lamp.ambient + sunny + lamp.diffuse * (facing > 0 ? facing : 0);
      for (let k = 0; k < 3; k++) {
        let c = mean[k] + swing[k] * parity;
        if (lines > 0) c += (lineColor[k] * 255 - c) * lines;
        c *= bright;
        const behind = out[at + k];
        out[at + k] = behind + ((c > 255 ? 255 : c) - behind) * cover + 0.5;
      }
    }
  }
}
