// The one inner loop of convolutions, their gradients and matrix products: a tile of P rows by N vectors of columns
// is kept in registers while sums of products run over it.
#pragma once
#include "vector.h"

template <int P, int N> struct Tile {
  Vector sum[P][N];
};

/** Columns of a full panel: packed weights hold panels of so many columns side by side. */
constexpr int PANEL = 2 * LANES;

/** Adds the products of P values, `xRow` floats apart, and one row of weights. */
template <int P, int N> INLINE void accumulateOne(Tile<P, N> &tile, const float *x, int xRow, const float *w) {
  Vector weight[N];
  for (int n = 0; n < N; n++) weight[n] = load(w + n * LANES);
  for (int p = 0; p < P; p++) {
    const Vector value = splat(x[p * xRow]);
    for (int n = 0; n < N; n++) tile.sum[p][n] = multiplyAdd(value, weight[n], tile.sum[p][n]);
  }
}

/** sum[p][n] += sum over k < length of x[p * xRow + k * xStep] * w[k * wStep + n]. */
template <int P, int N>
INLINE void accumulate(Tile<P, N> &tile, const float *x, int xRow, int xStep, const float *w, int wStep, int length) {
  // Unrolled, the loads of several steps would be drawn together and push sums out of their registers.
  NO_UNROLL
  for (int k = 0; k < length; k++, x += xStep, w += wStep) accumulateOne(tile, x, xRow, w);
}

/**
 * The same for values that lie apart, x[p * xRow + offsets[k]], and rows of N vectors of weights. One long loop over a
 * table of places is faster than several short ones, each of which ends in a branch that was guessed wrong.
 */
template <int P, int N>
INLINE void accumulateAt(Tile<P, N> &tile, const float *x, int xRow, const int *offsets, const float *w, int length) {
  NO_UNROLL
  for (int k = 0; k < length; k++, w += N * LANES) accumulateOne(tile, x + offsets[k], xRow, w);
}

template <int P, int N> INLINE void fill(Tile<P, N> &tile, const float *row) {
  for (int n = 0; n < N; n++) {
    const Vector v = row ? load(row + n * LANES) : Vector{};
    for (int p = 0; p < P; p++) tile.sum[p][n] = v;
  }
}

/** Adds the `columns` (at most N * LANES) values of each row of y. */
template <int P, int N> INLINE void addTile(Tile<P, N> &tile, const float *y, int yRow, int columns) {
  for (int p = 0; p < P; p++)
    for (int n = 0; n < N; n++) {
      const float *at = y + p * yRow + n * LANES;
      tile.sum[p][n] += columns >= N * LANES ? load(at) : loadSome(at, columns - n * LANES);
    }
}

template <int P, int N> INLINE void storeTile(const Tile<P, N> &tile, float *y, int yRow, int columns, bool rectify) {
  for (int p = 0; p < P; p++)
    for (int n = 0; n < N; n++) {
      const Vector v = rectify ? relu(tile.sum[p][n]) : tile.sum[p][n];
      if (columns >= N * LANES) store(y + p * yRow + n * LANES, v);
      else storeSome(y + p * yRow + n * LANES, v, columns - n * LANES);
    }
}

template <int value> struct Constant {
  constexpr operator int() const { return value; }
};

/** Calls body with the tile height and the number of vectors as compile-time constants. */
template <class Body> INLINE void withTile(int rows, int columns, const Body &body) {
#define CURLEW_ROWS(P)                                              \
  case P:                                                           \
    if (columns > LANES) body(Constant<P>(), Constant<2>());        \
    else body(Constant<P>(), Constant<1>());                        \
    break;
  switch (rows) {
    CURLEW_ROWS(1)
    CURLEW_ROWS(2)
    CURLEW_ROWS(3)
    CURLEW_ROWS(4)
    CURLEW_ROWS(5)
    CURLEW_ROWS(6)
  }
#undef CURLEW_ROWS
}

/** Cuts `count` rows into tiles of nearly equal height: body(first row, height). No row is computed twice. */
template <class Body> INLINE void forTiles(int count, const Body &body) {
  const int tiles = ceilDivide(count, TILE);
  const int height = tiles ? count / tiles : 0, higher = tiles ? count % tiles : 0;
  int row = 0;
  for (int t = 0; t < tiles; t++) {
    const int rows = height + (t < higher);
    body(row, rows);
    row += rows;
  }
}

/** Floats of `columns` packed columns over `length` rows: full panels and a last one of one or two vectors. */
INLINE int panelWidth(int columns) { return columns > LANES ? PANEL : LANES; }
INLINE int packedColumns(int columns) { return ceilDivide(columns, LANES) * LANES; }
