import { palette, type Floor } from './scene.ts';
import type { Lamp } from './shade.ts';
import { dot, type View } from './view.ts';

/** The integral of a square wave of period 2 that is +1 on [0, 1) and -1 on [1, 2). */
function wave(x: number): number {
  const f = x / 2 - Math.floor(x / 2);
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
  const mean = [0, 1, 2].map((k) => (colors[0][k] + colors[1][k]) * 127.5);
  const swing = [0, 1, 2].map((k) => (colors[0][k] - colors[1][k]) * 127.5);
  const line = edge ? edge.width / tile : 0;
  // The floor's normal points up.
  const normal = [right[2], up[2], forward[2]] as const;
  const sunny = lamp.sunDiffuse * Math.max(0, dot(normal, lamp.sun));
  for (let row = 0, at = 0; row < height; row++) {
    const v = halfHeight - (row + 0.5) * dv;
    for (let column = 0; column < width; column++, at += 3) {
      const u = (column + 0.5) * du - halfWidth;
      const dz = u * right[2] + v * up[2] + forward[2];
      let cover = 0.5 - dz / soft;
      if (cover <= 0) continue;
      cover = cover > 1 ? opacity : cover * opacity;
      const slope = Math.min(dz, -soft / 2);
      const t = drop / slope;
      const dx = u * right[0] + v * up[0] + forward[0];
      const dy = u * right[1] + v * up[1] + forward[1];
      // Moving by one pixel moves the floor point by t (side - direction side.z / direction.z).
      const rightShare = right[2] / slope;
      const upShare = up[2] / slope;
      const wx = t * (Math.abs(right[0] - dx * rightShare) * du + Math.abs(up[0] - dx * upShare) * dv);
      const wy = t * (Math.abs(right[1] - dy * rightShare) * du + Math.abs(up[1] - dy * upShare) * dv);
      const x = position[0] + t * dx;
      const y = position[1] + t * dy;
      if (halfExtent) cover *= inside(x, wx, halfExtent[0]) * inside(y, wy, halfExtent[1]);
      if (cover <= 0) continue;
      const px = x / tile;
      const py = y / tile;
      const hx = wx / tile / 2;
      const hy = wy / tile / 2;
      const parity = ((wave(px + hx) - wave(px - hx)) * (wave(py + hy) - wave(py - hy))) / (4 * hx * hy);
      let lines = 0;
      if (line > 0) {
        const across = (pulses(px + hx, line) - pulses(px - hx, line)) / (2 * hx);
        const down = (pulses(py + hy, line) - pulses(py - hy, line)) / (2 * hy);
        lines = across + down - across * down;
      }
      const facing = -dz / Math.sqrt(u * u + v * v + 1);
      const bright = lamp.ambient + sunny + lamp.diffuse * (facing > 0 ? facing : 0);
      for (let k = 0; k < 3; k++) {
        let c = mean[k] + swing[k] * parity;
        if (lines > 0) c += (edge!.color[k] * 255 - c) * lines;
        c *= bright;
        const behind = out[at + k];
        out[at + k] = Math.min(255, behind + ((c > 255 ? 255 : c) - behind) * cover + 0.5);
      }
    }
  }
}
