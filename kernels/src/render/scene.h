// What src/envs/render writes for the kernels of shapes, in this order; all in the camera's coordinates.
//
// Double precision with + - * / sqrt floor ceil and comparisons alone, never fused: the same bytes on every machine.
#pragma once

struct Camera {
  // Half the picture's width and height at depth 1.
  double halfWidth, halfHeight;
  double ambient, diffuse, specular;
  // Towards the sun.
  double sun[3], sunDiffuse;
};

constexpr double CAPSULE = 0, CYLINDER = 1, BOX = 2;

struct Body {
  // One of these; 3 is an ellipsoid.
  double kind;
  // Whether its colour changes little from sample to sample: it has no edges.
  double smooth;
  // The outline's bound: everything, or the hull of two circles.
  double all, x1, y1, r1, x2, y2, r2;
  double color[3];
  // Start of a capsule's or cylinder's axis, or a block's centre.
  double point[3];
  // The axis of a tube in the first three; a block's three axes.
  double axes[9];
  double length, radius;
  double half[3];
};

// `rows` x `columns` samples: the nearest depth and whose it is, and the touched part of every row.
struct Raster {
  float* depth;
  unsigned short* ids;
  int* first;
  int* last;
  int columns, rows;
};
