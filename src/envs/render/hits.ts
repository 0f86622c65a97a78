import { NEAR, type BlockBody, type TubeBody } from './body.ts';

/** One row of samples of the depth buffer: sample `at + i` looks along (u0 + i du, v, 1). */
export interface Row {
  at: number;
  u0: number;
  du: number;
  v: number;
  depth: Float32Array;
  /** Which body is nearest; null where only the depth matters. */
  ids: Uint16Array | null;
}

/**
 * Meets the samples `from..to` of a row with a capsule or cylinder around `start + s axis`, 0 <= s <= length.
 * With p the part of `start` at right angles to the axis, the ray t d meets the endless tube where
 * t^2 (d.d - (d.axis)^2) - 2 t d.p + p.p - r^2 = 0.
 */
export function hitTube(body: TubeBody, id: number, row: Row, from: number, to: number): void {
  const { at, u0, du, v, depth, ids } = row;
  const [ax, ay, az] = body.start;
  const [wx, wy, wz] = body.axis;
  const { length, radius } = body;
  const flat = body.kind === 'cylinder';
  const along = ax * wx + ay * wy + az * wz;
  const px = ax - along * wx;
  const py = ay - along * wy;
  const pz = az - along * wz;
  const r2 = radius * radius;
  const gap = px * px + py * py + pz * pz - r2;
  const startGap = ax * ax + ay * ay + az * az - r2;
  const endGap = startGap + length * (length + 2 * along);
  const vw = v * wy + wz;
  const vp = v * py + pz;
  const va = v * ay + az;
  const vv = v * v + 1;
  for (let i = from; i <= to; i++) {
    const u = u0 + i * du;
    const dd = u * u + vv;
    const dw = u * wx + vw;
    const a = dd - dw * dw;
    const dp = u * px + vp;
    const root = dp * dp - a * gap;
    if (root < 0) continue;
    let t = a > 1e-12 ? (dp - Math.sqrt(root)) / a : -Infinity;
    const s = t * dw - along;
    if (!(s >= 0 && s <= length)) {
      // Beyond an end: the ray enters through that end, if at all.
      const first = t === -Infinity ? dw > 0 : s < 0;
      if (flat) {
        if (dw === 0) continue;
        t = (first ? along : along + length) / dw;
        // Distance from the axis at the plane of the end.
        if (!(t * t * a - 2 * t * dp + gap <= 0)) continue;
      } else {
        const da = u * ax + va + (first ? 0 : length * dw);
        const ball = da * da - dd * (first ? startGap : endGap);
        if (ball < 0) continue;
        t = (da - Math.sqrt(ball)) / dd;
      }
    }
    if (t > NEAR && t < depth[at + i]) {
      depth[at + i] = t;
      if (ids) ids[at + i] = id;
    }
  }
}

/** Meets the samples `from..to` of a row with a box (three pairs of planes) or an ellipsoid (a ball, scaled). */
export function hitBlock(body: BlockBody, id: number, row: Row, from: number, to: number): void {
  const { at, u0, du, v, depth, ids } = row;
  const [x, y, z] = body.center;
  const [[ax, ay, az], [bx, by, bz], [cx, cy, cz]] = body.axes;
  const [ha, hb, hc] = body.half;
  // The camera in units of the half extents along the local axes, then the ray's direction in the same units.
  const oa = -(ax * x + ay * y + az * z) / ha;
  const ob = -(bx * x + by * y + bz * z) / hb;
  const oc = -(cx * x + cy * y + cz * z) / hc;
  const oo = oa * oa + ob * ob + oc * oc - 1;
  const box = body.kind === 'box';
  for (let i = from; i <= to; i++) {
    const u = u0 + i * du;
    const da = (u * ax + v * ay + az) / ha;
    const db = (u * bx + v * by + bz) / hb;
    const dc = (u * cx + v * cy + cz) / hc;
    let t: number;
    if (box) {
      const ia = 1 / da;
      const ib = 1 / db;
      const ic = 1 / dc;
      const na = -oa * ia;
      const nb = -ob * ib;
      const nc = -oc * ic;
      const ea = ia < 0 ? -ia : ia;
      const eb = ib < 0 ? -ib : ib;
      const ec = ic < 0 ? -ic : ic;
      t = Math.max(na - ea, nb - eb, nc - ec);
      if (!(t <= Math.min(na + ea, nb + eb, nc + ec))) continue;
    } else {
      const dd = da * da + db * db + dc * dc;
      const od = oa * da + ob * db + oc * dc;
      const root = od * od - dd * oo;
      if (root < 0) continue;
      t = (-od - Math.sqrt(root)) / dd;
    }
    if (t > NEAR && t < depth[at + i]) {
      depth[at + i] = t;
      if (ids) ids[at + i] = id;
    }
  }
}
