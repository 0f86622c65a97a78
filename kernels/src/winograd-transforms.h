// What the convolution by transformed tiles (`winograd.h`) transforms: inputs, filters, and their gradients.
#pragma once
#include "conv.h"

/** Points of a transformed tile. */
constexpr int POINTS = 16;

/** Tiles over the outputs of an image. */
struct Tiles {
  int down, across;
  Tiles(int height, int width) : down(ceilDivide(height, 2)), across(ceilDivide(width, 2)) {}
  /** Rows of tiles that are transformed at a time. */
  int band(int near) const { return bigger(1, smaller(down, near / across)); }
  /** Inputs that they cover. */
  int rows() const { return 2 * down + 2; }
  int columns() const { return 2 * across + 2; }
};

/** Floats from one point of some tiles to the next: not a power of two, since those compete for places in the cache. */
INLINE int pointSize(int tiles, int channels) { return tiles * channels + 16; }

/** to = B^T from */
struct OfInputs {
  INLINE void operator()(const Vector (&from)[4], Vector (&to)[4]) const {
    to[0] = from[0] - from[2];
    to[1] = from[1] + from[2];
    to[2] = from[2] - from[1];
    to[3] = from[1] - from[3];
  }
};
/** to = A^T from */
struct ToOutputs {
  INLINE void operator()(const Vector (&from)[4], Vector (&to)[2]) const {
    to[0] = from[0] + from[1] + from[2];
    to[1] = from[1] - from[2] - from[3];
  }
};
/** to = A from */
struct OfOutputGradients {
  INLINE void operator()(const Vector (&from)[2], Vector (&to)[4]) const {
    to[0] = from[0];
    to[1] = from[0] + from[1];
    to[2] = from[0] - from[1];
    to[3] = -from[1];
  }
};
/** to = G from */
struct OfFilter {
  INLINE void operator()(const Vector (&from)[3], Vector (&to)[4]) const {
    const Vector outer = splat(.5f) * (from[0] + from[2]), inner = splat(.5f) * from[1];
    to[0] = from[0];
    to[1] = outer + inner;
    to[2] = outer - inner;
    to[3] = from[2];
  }
};
/** to = G^T from */
struct ToFilterGradient {
  INLINE void operator()(const Vector (&from)[4], Vector (&to)[3]) const {
    const Vector sum = splat(.5f) * (from[1] + from[2]);
    to[0] = from[0] + sum;
    to[1] = splat(.5f) * (from[1] - from[2]);
    to[2] = sum + from[3];
  }
};

/** Transforms the columns and the rows of a square: reads `from(row, column)`, gives `to(row, column, value)`. */
template <int FROM, int TO, class Transform, class From, class To>
INLINE void transformSquare(const Transform &transform, const From &from, const To &to) {
  Vector half[TO][FROM];
  for (int c = 0; c < FROM; c++) {
    Vector column[FROM], changed[TO];
    for (int r = 0; r < FROM; r++) column[r] = from(r, c);
    transform(column, changed);
    for (int r = 0; r < TO; r++) half[r][c] = changed[r];
  }
  for (int r = 0; r < TO; r++) {
    Vector changed[TO];
    transform(half[r], changed);
    for (int c = 0; c < TO; c++) to(r, c, changed[c]);
  }
}

/** An image at (top, left) of an endless field of zeros; with a ReLU's output `y`, zero where that is not positive. */
struct Frame {
  const float *image, *y;
  int height, width, channels, top, left, columns;
};

/** Rows [first, last) of the field: in place where they lie in the image, else a copy. */
INLINE Rows frameRows(const Frame &f, int first, int last, float *scratch) {
  const int begin = smaller(bigger(f.top, first), last), end = bigger(begin, smaller(f.top + f.height, last));
  const int size = f.width * f.channels, from = (begin - f.top) * size, length = (end - begin) * size;
  fetch(f.image + from, length);
  if (f.y) fetch(f.y + from, length);
  if (begin == first && end == last && !isCopied(f.y, f.width, f.left, f.columns))
    return {f.image + from, first, size};
  const int row = f.columns * f.channels;
  __builtin_memset(scratch, 0, (begin - first) * row * 4u);
  copyColumns(f.image, f.y, begin - f.top, end - f.top, f.width, f.channels, f.left, f.columns,
              scratch + (begin - first) * row);
  __builtin_memset(scratch + (end - first) * row, 0, (last - end) * row * 4u);
  return {scratch, first, row};
}

/** B^T inputs B of the tiles in rows [first, last): to[point][tile][channel]. */
INLINE void transformInputs(const Rows &rows, const Tiles &tiles, int first, int last, int channels, int size,
                            float *to) {
  for (int t = first; t < last; t++)
    for (int u = 0; u < tiles.across; u++, to += channels)
      for (int n = 0; n < channels; n += LANES) {
        const float *from = rows.values + (2 * t - rows.first) * rows.row + 2 * u * channels + n;
        transformSquare<4, 4>(
            OfInputs(), [&](int r, int c) INLINE_LAMBDA { return load(from + r * rows.row + c * channels); },
            [&](int r, int c, Vector v) INLINE_LAMBDA { store(to + (4 * r + c) * size + n, v); });
      }
}

/**
 * G filter G^T in panels: [point][panel][channel][panel width]. Turned, for the gradient of the inputs: the filter
 * upside down, with its channels exchanged.
 */
INLINE void transformFilter(const float *filter, int channels, int outChannels, bool turned, float *panels) {
  for (int n = 0; n < outChannels; n += PANEL) {
    const int width = panelWidth(outChannels - n);
    for (int k = 0; k < channels; k++)
      for (int l = 0; l < width; l += LANES) {
        float *to = panels + n * channels + k * width + l;
        transformSquare<3, 4>(
            OfFilter(),
            [&](int r, int c) INLINE_LAMBDA {
              if (!turned) return load(filter + ((3 * r + c) * channels + k) * outChannels + n + l);
              const float *from = filter + ((8 - 3 * r - c) * outChannels + n + l) * channels + k;
              Vector v = {};
              for (int i = 0; i < LANES; i++) v[i] = from[i * channels];
              return v;
            },
            [&](int r, int c, Vector v) INLINE_LAMBDA { store(to + (4 * r + c) * channels * outChannels, v); });
      }
  }
}
