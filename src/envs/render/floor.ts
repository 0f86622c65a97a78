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
  // The pattern is mean + swing * parity, parity from -1 to 1.
  const [red0, green0, blue0] = [0, 1, 2].map((k) => (even[k] + odd[k]) * 127.5);
  const [red1, green1, blue1] = [0, 1, 2].map((k) => (even[k] - odd[k]) * 127.5);
  const line = edge ? edge.width / tile : 0;
  const lineColor = edge ? edge.color : even;
  const squares = 1 / tile;
  // The floor's normal in the camera's axes is the z part of those axes.
  const sunny = lamp.sunDiffuse * Math.max(0, dot([right[2], up[2], forward[2]], lamp.sun));
  let lastY = NaN;
  let lastWy = NaN;
  let waveY = 0;
  let lineY = 0;
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
      const inverse = 1 / (dz < -soft / 2 ? dz : -soft / 2);
      const t = drop * inverse;
      const dx = u * right[0] + vx;
      const dy = u * right[1] + vy;
      // One pixel to the side moves the point on the floor by t (side - direction side.z / direction.z).
      const byRight = right[2] * inverse;
      const byUp = up[2] * inverse;
      const wx = t * (Math.abs(right[0] - dx * byRight) * du + Math.abs(up[0] - dx * byUp) * dv);
      const wy = t * (Math.abs(right[1] - dy * byRight) * du + Math.abs(up[1] - dy * byUp) * dv);
      const x = position[0] + t * dx;
      const y = position[1] + t * dy;
      if (halfExtent) {
        cover *= inside(x, wx, halfExtent[0]) * inside(y, wy, halfExtent[1]);
        if (cover <= 0) continue;
      }
      const low = (x - wx / 2) * squares;
      const high = (x + wx / 2) * squares;
      const scale = 1 / (high - low);
      const waveX = (wave(high) - wave(low)) * scale;
      const lineX = line > 0 ? (pulses(high, line) - pulses(low, line)) * scale : 0;
      // Cameras that look along y see the same y all along a row.
      if (y !== lastY || wy !== lastWy) {
        lastY = y;
        lastWy = wy;
        const near = (y - wy / 2) * squares;
        const far = (y + wy / 2) * squares;
        waveY = (wave(far) - wave(near)) / (far - near);
        lineY = line > 0 ? (pulses(far, line) - pulses(near, line)) / (far - near) : 0;
      }
      const parity = waveX * waveY;
      const lines = lineX + lineY - lineX * lineY;
      const facing = -dz / Math.sqrt(u * u + vv);
      const bright = lamp.ambient + sunny + lamp.diffuse * (facing > 0 ? facing : 0);
      const keep = 1 - cover;
      let red = red0 + red1 * parity;
      let green = green0 + green1 * parity;
      let blue = blue0 + blue1 * parity;
      if (lines > 0) {
        red += (lineColor[0] * 255 - red) * lines;
        green += (lineColor[1] * 255 - green) * lines;
        blue += (lineColor[2] * 255 - blue) * lines;
      }
      const paint = bright * cover;
      const most = 255 * cover;
      red *= paint;
      green *= paint;
      blue *= paint;
      out[at] = (red < most ? red : most) + out[at] * keep + 0.5;
      out[at + 1] = (green < most ? green : most) + out[at + 1] * keep + 0.5;
      out[at + 2] = (blue < most ? blue : most) + out[at + 2] * keep + 0.5;
    }
  }
}
