// The checker floor of src/envs/render/floor.ts, four pixels at a time.
//
// Single precision with + - * / sqrt floor and comparisons alone, never fused: the same bytes on every machine.
#include <wasm_simd128.h>

namespace {

using Lanes = v128_t;

inline Lanes all(float x) { return wasm_f32x4_splat(x); }
inline Lanes add(Lanes a, Lanes b) { return wasm_f32x4_add(a, b); }
inline Lanes sub(Lanes a, Lanes b) { return wasm_f32x4_sub(a, b); }
inline Lanes mul(Lanes a, Lanes b) { return wasm_f32x4_mul(a, b); }
inline Lanes least(Lanes a, Lanes b) { return wasm_f32x4_pmin(a, b); }
inline Lanes most(Lanes a, Lanes b) { return wasm_f32x4_pmax(a, b); }
inline Lanes size(Lanes a) { return wasm_f32x4_abs(a); }

// The integral of a square wave of period 2 that is +1 on [0, 1) and -1 on [1, 2).
inline Lanes wave(Lanes x) {
  const Lanes half = mul(x, all(0.5f));
  const Lanes f = sub(half, wasm_f32x4_floor(half));
  return mul(all(2), least(f, sub(all(1), f)));
}

// The integral of pulses of the given width around every even integer.
inline Lanes pulses(Lanes x, Lanes width) {
  const Lanes y = add(mul(x, all(0.5f)), mul(width, all(0.25f)));
  const Lanes n = wasm_f32x4_floor(y);
  return add(mul(n, width), least(mul(sub(y, n), all(2)), width));
}

// How much of an interval around x, `width` wide, lies within |x| <= limit.
inline Lanes inside(Lanes x, Lanes width, float limit) {
  const Lanes gap = add(wasm_f32x4_div(sub(all(limit), size(x)), width), all(0.5f));
  return most(all(0), least(all(1), gap));
}

}  // namespace

// What src/envs/render/floor.ts writes, in this order; all in the units there.
struct Floor {
  float right[3], up[3], forward[3], position[2];
  float halfWidth, halfHeight;
  // Floor below the camera (negative), width of the soft horizon, 1 / tile, opacity.
  float drop, soft, squares, opacity;
  // 0 where there are no lines; otherwise their width in tiles.
  float line;
  // Whether the floor ends at |x| = limitX, |y| = limitY.
  float limited, limitX, limitY;
  // Brightness: what does not depend on the angle, and the camera's own light.
  float still, diffuse;
  // Bytes: the pattern's mean, its swing, the lines.
  float mean[3], swing[3], edge[3];
};

namespace {

// What a group of four rays meets on the floor, as far as depth and y go.
struct Depth {
  Lanes cover, inverse, t, byUp, byRight, facing;
  Lanes waveY, lineY;
};

// False where nothing of the floor is seen.
inline bool measure(const Floor& f, Lanes u, float v, float du, float dv, Depth& d) {
  const Lanes zero = all(0);
  const Lanes one = all(1);
  const Lanes dz = add(mul(u, all(f.right[2])), all(v * f.up[2] + f.forward[2]));
  const Lanes horizon = sub(all(0.5f), mul(dz, all(1 / f.soft)));
  d.cover = mul(most(zero, least(one, horizon)), all(f.opacity));
  if (!wasm_v128_any_true(wasm_f32x4_gt(d.cover, zero))) return false;
  d.inverse = wasm_f32x4_div(one, least(dz, all(-f.soft / 2)));
  d.t = mul(all(f.drop), d.inverse);
  d.facing = wasm_f32x4_neg(dz);
  // One pixel to the side moves the point on the floor by t (side - direction side.z / direction.z).
  d.byRight = mul(all(f.right[2]), d.inverse);
  d.byUp = mul(all(f.up[2]), d.inverse);
  const Lanes dy = add(mul(u, all(f.right[1])), all(v * f.up[1] + f.forward[1]));
  const Lanes wy = mul(d.t, add(mul(size(sub(all(f.right[1]), mul(dy, d.byRight))), all(du)),
                                mul(size(sub(all(f.up[1]), mul(dy, d.byUp))), all(dv))));
  const Lanes y = add(all(f.position[1]), mul(d.t, dy));
  const Lanes near = mul(sub(y, mul(wy, all(0.5f))), all(f.squares));
  const Lanes far = mul(add(y, mul(wy, all(0.5f))), all(f.squares));
  const Lanes perY = wasm_f32x4_div(one, sub(far, near));
  d.waveY = mul(sub(wave(far), wave(near)), perY);
  d.lineY = mul(sub(pulses(far, all(f.line)), pulses(near, all(f.line))), perY);
  if (f.limited > 0) d.cover = mul(d.cover, inside(y, wy, f.limitY));
  return wasm_v128_any_true(wasm_f32x4_gt(d.cover, zero));
}

// The colour of four pixels from there; `count` of them are written to `at`.
inline void paint(const Floor& f, const Depth& d, Lanes u, float v, float du, float dv, unsigned char* at, int count) {
  const Lanes zero = all(0);
  const Lanes one = all(1);
  const Lanes dx = add(mul(u, all(f.right[0])), all(v * f.up[0] + f.forward[0]));
  const Lanes wx = mul(d.t, add(mul(size(sub(all(f.right[0]), mul(dx, d.byRight))), all(du)),
                                mul(size(sub(all(f.up[0]), mul(dx, d.byUp))), all(dv))));
  const Lanes x = add(all(f.position[0]), mul(d.t, dx));
  const Lanes cover = f.limited > 0 ? mul(d.cover, inside(x, wx, f.limitX)) : d.cover;
  const Lanes left = mul(sub(x, mul(wx, all(0.5f))), all(f.squares));
  const Lanes right = mul(add(x, mul(wx, all(0.5f))), all(f.squares));
  const Lanes perX = wasm_f32x4_div(one, sub(right, left));
  const Lanes parity = mul(mul(sub(wave(right), wave(left)), perX), d.waveY);
  Lanes lines = zero;
  if (f.line > 0) {
    const Lanes lineX = mul(sub(pulses(right, all(f.line)), pulses(left, all(f.line))), perX);
    lines = sub(add(lineX, d.lineY), mul(lineX, d.lineY));
  }
  const Lanes ray = wasm_f32x4_sqrt(add(mul(u, u), all(v * v + 1)));
  const Lanes facing = most(zero, wasm_f32x4_div(d.facing, ray));
  const Lanes bright = add(all(f.still), mul(all(f.diffuse), facing));
  const Lanes keep = sub(one, cover);
  const bool solid = !wasm_v128_any_true(wasm_f32x4_gt(keep, zero));
  for (int k = 0; k < 3; k++) {
    Lanes color = add(all(f.mean[k]), mul(all(f.swing[k]), parity));
    color = add(color, mul(sub(all(f.edge[k]), color), lines));
    color = mul(least(all(255), mul(color, bright)), cover);
    if (!solid) color = add(color, mul(wasm_f32x4_make(at[k], at[3 + k], at[6 + k], at[9 + k]), keep));
    const Lanes bytes = wasm_i32x4_trunc_sat_f32x4(add(color, all(0.5f)));
    at[k] = static_cast<unsigned char>(wasm_i32x4_extract_lane(bytes, 0));
    if (count > 1) at[3 + k] = static_cast<unsigned char>(wasm_i32x4_extract_lane(bytes, 1));
    if (count > 2) at[6 + k] = static_cast<unsigned char>(wasm_i32x4_extract_lane(bytes, 2));
    if (count > 3) at[9 + k] = static_cast<unsigned char>(wasm_i32x4_extract_lane(bytes, 3));
  }
}

}  // namespace

// `out` holds RGB bytes with the sky, `width * height` of them, and 12 bytes of room behind.
extern "C" __attribute__((export_name("paintFloor"))) void paintFloor(const Floor* floor, unsigned char* out, int width,
                                                                      int height) {
  const Floor f = *floor;
  const float du = 2 * f.halfWidth / float(width);
  const float dv = 2 * f.halfHeight / float(height);
  // A camera that is not rolled and looks along y sees the same depth and the same y all along a row.
  const bool straight = f.right[1] == 0 && f.right[2] == 0;
  for (int row = 0; row < height; row++) {
    const float v = f.halfHeight - (float(row) + 0.5f) * dv;
    Depth depth;
    if (straight && !measure(f, all(0), v, du, dv, depth)) continue;
    for (int column = 0; column < width; column += 4) {
      const float first = float(column) + 0.5f;
      const Lanes u = sub(mul(wasm_f32x4_make(first, first + 1, first + 2, first + 3), all(du)), all(f.halfWidth));
      if (!straight && !measure(f, u, v, du, dv, depth)) continue;
      paint(f, depth, u, v, du, dv, out + 3 * (row * width + column), width - column);
    }
  }
}
