/**
 * MoCo v3's and BYOL's momentum (arXiv 2104.02057; 2006.07733, section 3.2): from `base` at t = 0 to 1 at t = steps,
 * `1 - (1 + cos(pi t / steps)) / 2 (1 - base)`; 1 from there on.
 */
export function momentumSchedule(t: number, steps: number, base: number): number {
  return 1 - ((1 + Math.cos((Math.PI * Math.min(t, steps)) / steps)) / 2) * (1 - base);
}
