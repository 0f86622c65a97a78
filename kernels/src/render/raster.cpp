// The depth buffer of src/envs/render: which body is nearest at every sample.
#include <wasm_simd128.h>

#include "scene.h"

namespace {

// What lies nearer than this is not drawn.
constexpr double NEAR = 0.01;

inline double least(double a, double b) { return a < b ? a : b; }
inline double most(double a, double b) { return a > b ? a : b; }

// A row of samples: sample i looks along (u0 + i du, v, 1).
struct Row {
  double u0, du, v;
  float* depth;
  unsigned short* ids;
};

inline void keep(const Row& row, int i, double t, int id) {
  if (t > NEAR && t < static_cast<double>(row.depth[i])) {
    row.depth[i] = static_cast<float>(t);
    row.ids[i] = static_cast<unsigned short>(id);
  }
}

using Pair = v128_t;

inline Pair both(double x) { return wasm_f64x2_splat(x); }
inline Pair add(Pair a, Pair b) { return wasm_f64x2_add(a, b); }
inline Pair sub(Pair a, Pair b) { return wasm_f64x2_sub(a, b); }
inline Pair mul(Pair a, Pair b) { return wasm_f64x2_mul(a, b); }
inline Pair over(Pair a, Pair b) { return wasm_f64x2_div(a, b); }
inline Pair root(Pair a) { return wasm_f64x2_sqrt(a); }
inline Pair pick(Pair where, Pair a, Pair b) { return wasm_v128_bitselect(a, b, where); }

// A capsule around `start + s axis`, 0 <= s <= length. With p the part of `start` at right angles to the axis, the ray
// t d meets the endless tube where t^2 (d.d - (d.axis)^2) - 2 t d.p + p.p - r^2 = 0. Two samples at a time.
void hitCapsule(const Body& body, int id, const Row& row, int from, int to) {
  const double ax = body.point[0], ay = body.point[1], az = body.point[2];
  const double wx = body.axes[0], wy = body.axes[1], wz = body.axes[2];
  const double along = ax * wx + ay * wy + az * wz;
  const double px = ax - along * wx, py = ay - along * wy, pz = az - along * wz;
  const double r2 = body.radius * body.radius;
  const double startGap = ax * ax + ay * ay + az * az - r2;
  const Pair gap = both(px * px + py * py + pz * pz - r2);
  const Pair endGap = both(startGap + body.length * (body.length + 2 * along));
  const Pair vw = both(row.v * wy + wz), vp = both(row.v * py + pz), va = both(row.v * ay + az);
  const Pair vv = both(row.v * row.v + 1);
  const Pair zero = both(0), far = both(body.length);
  for (int i = from; i <= to; i += 2) {
    const Pair u = add(both(row.u0), mul(wasm_f64x2_make(i, i + 1), both(row.du)));
    const Pair dd = add(mul(u, u), vv);
    const Pair dw = add(mul(u, both(wx)), vw);
    const Pair a = sub(dd, mul(dw, dw));
    const Pair dp = add(mul(u, both(px)), vp);
    const Pair square = sub(mul(dp, dp), mul(a, gap));
    Pair hit = wasm_f64x2_ge(square, zero);
    if (!wasm_v128_any_true(hit)) continue;
    const Pair steep = wasm_f64x2_gt(a, both(1e-12));
    Pair t = pick(steep, over(sub(dp, root(square)), a), both(-__builtin_inf()));
    const Pair s = sub(mul(t, dw), both(along));
    const Pair on = wasm_v128_and(wasm_f64x2_ge(s, zero), wasm_f64x2_le(s, far));
    if (wasm_v128_any_true(wasm_v128_andnot(hit, on))) {
      // Beyond an end: the ray enters through the ball there, if at all.
      const Pair first = pick(steep, wasm_f64x2_lt(s, zero), wasm_f64x2_gt(dw, zero));
      const Pair da = add(add(mul(u, both(ax)), va), pick(first, zero, mul(far, dw)));
      const Pair ball = sub(mul(da, da), mul(dd, pick(first, both(startGap), endGap)));
      hit = wasm_v128_and(hit, wasm_v128_or(on, wasm_f64x2_ge(ball, zero)));
      t = pick(on, t, over(sub(da, root(ball)), dd));
    }
    if (wasm_i64x2_extract_lane(hit, 0)) keep(row, i, wasm_f64x2_extract_lane(t, 0), id);
    if (i < to && wasm_i64x2_extract_lane(hit, 1)) keep(row, i + 1, wasm_f64x2_extract_lane(t, 1), id);
  }
}

// A tube with flat ends.
void hitCylinder(const Body& body, int id, const Row& row, int from, int to) {
  const double ax = body.point[0], ay = body.point[1], az = body.point[2];
  const double wx = body.axes[0], wy = body.axes[1], wz = body.axes[2];
  const double along = ax * wx + ay * wy + az * wz;
  const double px = ax - along * wx, py = ay - along * wy, pz = az - along * wz;
  const double gap = px * px + py * py + pz * pz - body.radius * body.radius;
  const double vw = row.v * wy + wz, vp = row.v * py + pz, vv = row.v * row.v + 1;
  for (int i = from; i <= to; i++) {
    const double u = row.u0 + i * row.du;
    const double dd = u * u + vv;
    const double dw = u * wx + vw;
    const double a = dd - dw * dw;
    const double dp = u * px + vp;
    const double square = dp * dp - a * gap;
    if (square < 0) continue;
    const bool steep = a > 1e-12;
    double t = steep ? (dp - __builtin_sqrt(square)) / a : -__builtin_inf();
    const double s = t * dw - along;
    if (!(s >= 0 && s <= body.length)) {
      if (dw == 0) continue;
      const bool first = steep ? s < 0 : dw > 0;
      t = (first ? along : along + body.length) / dw;
      // Distance from the axis at the plane of the end.
      if (!(t * t * a - 2 * t * dp + gap <= 0)) continue;
    }
    keep(row, i, t, id);
  }
}

// A box (three pairs of planes) or an ellipsoid (a ball, scaled).
void hitBlock(const Body& body, int id, const Row& row, int from, int to) {
  const double x = body.point[0], y = body.point[1], z = body.point[2];
  const double* a = body.axes;
  const double* b = body.axes + 3;
  const double* c = body.axes + 6;
  const double ha = body.half[0], hb = body.half[1], hc = body.half[2];
  // The camera in units of the half extents along the local axes, then the ray's direction in the same units.
  const double oa = -(a[0] * x + a[1] * y + a[2] * z) / ha;
  const double ob = -(b[0] * x + b[1] * y + b[2] * z) / hb;
  const double oc = -(c[0] * x + c[1] * y + c[2] * z) / hc;
  const double oo = oa * oa + ob * ob + oc * oc - 1;
  const bool box = body.kind == BOX;
  const double v = row.v;
  for (int i = from; i <= to; i++) {
    const double u = row.u0 + i * row.du;
    const double da = (u * a[0] + v * a[1] + a[2]) / ha;
    const double db = (u * b[0] + v * b[1] + b[2]) / hb;
    const double dc = (u * c[0] + v * c[1] + c[2]) / hc;
    double t;
    if (box) {
      const double ia = 1 / da, ib = 1 / db, ic = 1 / dc;
      const double na = -oa * ia, nb = -ob * ib, nc = -oc * ic;
      const double ea = __builtin_fabs(ia), eb = __builtin_fabs(ib), ec = __builtin_fabs(ic);
      // Along a plane of the box both are no numbers, and so is what comes out: no hit.
      t = __builtin_wasm_max_f64(__builtin_wasm_max_f64(na - ea, nb - eb), nc - ec);
      if (!(t <= __builtin_wasm_min_f64(__builtin_wasm_min_f64(na + ea, nb + eb), nc + ec))) continue;
    } else {
      const double dd = da * da + db * db + dc * dc;
      const double od = oa * da + ob * db + oc * dc;
      const double square = od * od - dd * oo;
      if (square < 0) continue;
      t = (-od - __builtin_sqrt(square)) / dd;
    }
    keep(row, i, t, id);
  }
}

}  // namespace

// Forgets what was drawn.
extern "C" __attribute__((export_name("clearRaster"))) void clearRaster(const Raster* raster) {
  const Raster r = *raster;
  for (int j = 0; j < r.rows; j++) {
    float* depth = r.depth + j * r.columns;
    for (int i = r.first[j]; i <= r.last[j]; i++) depth[i] = __builtin_inff();
    r.first[j] = r.columns;
    r.last[j] = -1;
  }
}

// Draws one body; it costs no more than the samples inside its bound.
extern "C" __attribute__((export_name("drawBody"))) void drawBody(const Raster* raster, const Body* bodies, int id,
                                                                  const Camera* camera) {
  const Raster r = *raster;
  const Body& body = bodies[id];
  Row row;
  row.du = (2 * camera->halfWidth) / r.columns;
  row.u0 = -camera->halfWidth + row.du / 2;
  const double dv = (2 * camera->halfHeight) / r.rows;
  const double top = camera->halfHeight - dv / 2;
  const double x1 = body.x1, y1 = body.y1, r1 = body.r1, x2 = body.x2, y2 = body.y2, r2 = body.r2;
  const bool all = body.all != 0;
  int from = 0, to = r.columns - 1, low = 0, high = r.rows - 1;
  if (!all) {
    low = static_cast<int>(most(0, __builtin_ceil((top - most(y1 + r1, y2 + r2)) / dv)));
    high = static_cast<int>(least(r.rows - 1, __builtin_floor((top - least(y1 - r1, y2 - r2)) / dv)));
  }
  for (int j = low; j <= high; j++) {
    row.v = top - j * dv;
    if (!all) {
      // The hull is the union of circles blended from the first (s = 0) to the second (s = 1); those that reach this
      // row have y1 - r1 + s (slope of y - r) <= v and y1 + r1 + s (slope of y + r) >= v.
      double s0 = 0, s1 = 1;
      const double lower = y2 - r2 - (y1 - r1), needLower = row.v - (y1 - r1);
      if (lower > 0) s1 = least(s1, needLower / lower);
      else if (lower < 0) s0 = most(s0, needLower / lower);
      const double upper = y2 + r2 - (y1 + r1), needUpper = row.v - (y1 + r1);
      if (upper > 0) s0 = most(s0, needUpper / upper);
      else if (upper < 0) s1 = least(s1, needUpper / upper);
      if (s0 > s1) continue;
      const double xa = x1 + s0 * (x2 - x1), ra = r1 + s0 * (r2 - r1);
      const double xb = x1 + s1 * (x2 - x1), rb = r1 + s1 * (r2 - r1);
      from = static_cast<int>(most(0, __builtin_ceil((least(xa - ra, xb - rb) - row.u0) / row.du)));
      to = static_cast<int>(least(r.columns - 1, __builtin_floor((most(xa + ra, xb + rb) - row.u0) / row.du)));
      if (from > to) continue;
    }
    row.depth = r.depth + j * r.columns;
    row.ids = r.ids + j * r.columns;
    if (from < r.first[j]) r.first[j] = from;
    if (to > r.last[j]) r.last[j] = to;
    if (body.kind == CAPSULE) hitCapsule(body, id, row, from, to);
    else if (body.kind == CYLINDER) hitCylinder(body, id, row, from, to);
    else hitBlock(body, id, row, from, to);
  }
}
