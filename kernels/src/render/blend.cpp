// Shading of src/envs/render: from the nearest bodies to bytes.
#include "scene.h"

namespace {

struct Rgb {
  double red, green, blue;
};

// Writes the normal of a body at the point (x, y, z) of its surface.
void normalAt(const Body& body, double x, double y, double z, double normal[3]) {
  const double px = x - body.point[0], py = y - body.point[1], pz = z - body.point[2];
  if (body.kind <= CYLINDER) {
    const double* axis = body.axes;
    const double along = px * axis[0] + py * axis[1] + pz * axis[2];
    if (body.kind == CYLINDER) {
      const double edge = 1e-4 * (body.length + body.radius);
      if (along < edge || along > body.length - edge) {
        const double sign = along < edge ? -1 : 1;
        for (int k = 0; k < 3; k++) normal[k] = sign * axis[k];
        return;
      }
    }
    const double s = along < 0 ? 0 : along > body.length ? body.length : along;
    normal[0] = (px - s * axis[0]) / body.radius;
    normal[1] = (py - s * axis[1]) / body.radius;
    normal[2] = (pz - s * axis[2]) / body.radius;
    return;
  }
  const double* a = body.axes;
  const double* b = body.axes + 3;
  const double* c = body.axes + 6;
  double la = (px * a[0] + py * a[1] + pz * a[2]) / body.half[0];
  double lb = (px * b[0] + py * b[1] + pz * b[2]) / body.half[1];
  double lc = (px * c[0] + py * c[1] + pz * c[2]) / body.half[2];
  if (body.kind == BOX) {
    const double ma = __builtin_fabs(la), mb = __builtin_fabs(lb), mc = __builtin_fabs(lc);
    const int face = ma >= mb && ma >= mc ? 0 : mb >= mc ? 1 : 2;
    const double sign = (face == 0 ? la : face == 1 ? lb : lc) < 0 ? -1 : 1;
    for (int k = 0; k < 3; k++) normal[k] = sign * body.axes[3 * face + k];
    return;
  }
  // The gradient of the ellipsoid's equation.
  la /= body.half[0];
  lb /= body.half[1];
  lc /= body.half[2];
  const double length = __builtin_sqrt(la * la + lb * lb + lc * lc);
  for (int k = 0; k < 3; k++) normal[k] = (la * a[k] + lb * b[k] + lc * c[k]) / length;
}

inline double bounded(double c) { return c > 1 ? 1 : c; }

// Adds the colour of a body where the ray (u, v, 1) meets it at depth t: Lambert's law for the camera's light and the
// sun, and Blinn's highlight, whose half vector is the view itself as the light stands at the camera.
inline void shade(const Body& body, const Camera& lamp, double u, double v, double t, Rgb& sum) {
  double normal[3];
  normalAt(body, t * u, t * v, t, normal);
  double facing = -(u * normal[0] + v * normal[1] + normal[2]) / __builtin_sqrt(u * u + v * v + 1);
  facing = facing > 0 ? facing : 0;
  double sunny = normal[0] * lamp.sun[0] + normal[1] * lamp.sun[1] + normal[2] * lamp.sun[2];
  sunny = sunny > 0 ? sunny : 0;
  const double f2 = facing * facing;
  const double f4 = f2 * f2;
  const double f16 = f4 * f4 * f4 * f4;
  const double matt = lamp.ambient + lamp.diffuse * facing + lamp.sunDiffuse * sunny;
  const double shine = lamp.specular * f16 * f16;
  sum.red += bounded(body.color[0] * matt + shine);
  sum.green += bounded(body.color[1] * matt + shine);
  sum.blue += bounded(body.color[2] * matt + shine);
}

inline void mix(unsigned char* out, const Rgb& sum, double scale, double keep) {
  out[0] = static_cast<unsigned char>(static_cast<int>(sum.red * scale + out[0] * keep + 0.5));
  out[1] = static_cast<unsigned char>(static_cast<int>(sum.green * scale + out[1] * keep + 0.5));
  out[2] = static_cast<unsigned char>(static_cast<int>(sum.blue * scale + out[2] * keep + 0.5));
}

}  // namespace

// Shades the touched samples of a raster that are not behind `solid` (where there is one), `samples` along each side of
// a pixel, and blends their mean over the pixels of `out`, RGB bytes.
extern "C" __attribute__((export_name("blend"))) void blend(const Raster* raster, const float* solid, const Body* bodies,
                                                            const Camera* camera, double opacity, int samples,
                                                            unsigned char* out) {
  const Raster r = *raster;
  const Camera lamp = *camera;
  const int width = r.columns / samples, height = r.rows / samples;
  const double du = (2 * lamp.halfWidth) / r.columns;
  const double dv = (2 * lamp.halfHeight) / r.rows;
  const double share = opacity / (samples * samples);
  for (int row = 0; row < height; row++) {
    const int upper = row * samples;
    int from = r.first[upper], to = r.last[upper];
    if (samples == 2) {
      if (r.first[upper + 1] < from) from = r.first[upper + 1];
      if (r.last[upper + 1] > to) to = r.last[upper + 1];
    }
    const int end = to < from ? -1 : to / samples;
    for (int column = from / samples; column <= end; column++) {
      unsigned char* pixel = out + (row * width + column) * 3;
      const int one = upper * r.columns + column * samples;
      if (samples == 2 && !solid) {
        const int two = one + r.columns;
        const unsigned short id = r.ids[one];
        const double t = static_cast<double>(r.depth[one]) + r.depth[one + 1] + r.depth[two] + r.depth[two + 1];
        if (t < __builtin_inf() && r.ids[one + 1] == id && r.ids[two] == id && r.ids[two + 1] == id &&
            bodies[id].smooth != 0) {
          // The same surface in all four samples bends too little to be shaded more than once.
          Rgb sum = {0, 0, 0};
          const double u = (2 * column + 1) * du - lamp.halfWidth;
          shade(bodies[id], lamp, u, lamp.halfHeight - (upper + 1) * dv, t / 4, sum);
          mix(pixel, sum, 255 * opacity, 1 - opacity);
          continue;
        }
      }
      int hits = 0;
      Rgb sum = {0, 0, 0};
      for (int j = 0; j < samples; j++) {
        for (int i = 0; i < samples; i++) {
          const int sample = one + j * r.columns + i;
          const double t = r.depth[sample];
          if (t == __builtin_inf() || (solid && t >= solid[sample])) continue;
          hits++;
          const double u = (column * samples + i + 0.5) * du - lamp.halfWidth;
          shade(bodies[r.ids[sample]], lamp, u, lamp.halfHeight - (upper + j + 0.5) * dv, t, sum);
        }
      }
      if (hits > 0) mix(pixel, sum, 255 * share, 1 - hits * share);
    }
  }
}
