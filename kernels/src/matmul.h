// Matrix products in all four transposition forms: c[M, N] = a[M, K] * b[K, N] + bias, then ReLU where asked.
#pragma once
#include "parallel.h"
#include "tile.h"

struct Product {
  int rows, inner, columns;  // M, K, N
  bool transposeA, transposeB;
  const float *a, *b, *bias;
  float *c;
  bool rectify;
};

/** Inner products are cut into blocks of so many terms, so that a block of b stays in the nearest cache. */
constexpr int INNER = 512;
/** Most rows of one task. */
constexpr int ROWS = 96;
/** From so many columns on, rows of b lie too far apart to be read in place by many rows of a. */
constexpr int WIDE = 64;

/** Scratch of one thread: a panel of b, and a block of a where that is transposed. */
INLINE int productScratch() { return INNER * PANEL + (ROWS + TILE) * INNER; }

/** The block of c at [row0, row1) x [column0, column1), the latter beginning with a whole panel. */
INLINE void productBlock(const Product &m, int row0, int row1, int column0, int column1, float *scratch) {
  float *panel = scratch, *packedA = scratch + INNER * PANEL;
  const bool packB = m.transposeB || (m.columns > WIDE && row1 - row0 >= 4 * TILE);
  for (int k0 = 0; k0 == 0 || k0 < m.inner; k0 += INNER) {
    const int length = smaller(INNER, m.inner - k0);
    const bool last = k0 + length >= m.inner;
    if (m.transposeA)
      forTiles(row1 - row0, [&](int row, int rows) {
        float *to = packedA + row * length;
        const float *from = m.a + k0 * m.rows + row0 + row;
        for (int k = 0; k < length; k++, to += rows, from += m.rows)
          for (int p = 0; p < rows; p++) to[p] = from[p];
      });
    for (int n = column0; n < column1; n += PANEL) {
      const int left = m.columns - n, width = panelWidth(left);
      const bool whole = left >= width;
      const float *w = m.b + k0 * m.columns + n;
      int wStep = m.columns;
      if (packB || !whole) {
        for (int k = 0; !m.transposeB && k < length; k++)
          for (int l = 0; l < width; l += LANES)
            store(panel + k * width + l, loadSome(w + k * m.columns + l, bigger(0, left - l)));
        for (int l = 0; m.transposeB && l < width; l++) {
          const float *from = m.b + (n + l) * m.inner + k0;
          for (int k = 0; k < length; k++) panel[k * width + l] = l < left ? from[k] : 0.f;
        }
        w = panel;
        wStep = width;
      }
      forTiles(row1 - row0, [&](int row, int rows) INLINE_LAMBDA {
        withTile(rows, left, [&](auto P, auto N) INLINE_LAMBDA {
          float *c = m.c + (row0 + row) * m.columns + n;
          Tile<P, N> tile;
          fill(tile, nullptr);
          if (m.transposeA) accumulate(tile, packedA + row * length, 1, P, w, wStep, length);
          else accumulate(tile, m.a + (row0 + row) * m.inner + k0, m.inner, 1, w, wStep, length);
          if (k0 > 0) addTile(tile, c, m.columns, left);
          else if (m.bias) addTile(tile, m.bias + n, 0, left);
          storeTile(tile, c, m.columns, left, last && m.rectify);
        });
      });
    }
  }
}

/** Scratch: productScratch() floats for each thread. */
INLINE void product(Pool *pool, const Product &m, float *scratch) {
  const double work = double(m.rows) * m.inner * m.columns;
  // Blocks of c: rows first, as they cost nothing to cut unless b has to be packed for each; then panels of columns.
  const int wanted = work < WORTH_THREADS ? 1 : 4 * pool->threads;
  const int panels = ceilDivide(m.columns, PANEL);
  int rowBlocks = ceilDivide(m.rows, ROWS);
  int columnBlocks = smaller(panels, ceilDivide(wanted, rowBlocks));
  if (m.columns <= WIDE && !m.transposeB) {
    rowBlocks = bigger(rowBlocks, smaller(wanted, ceilDivide(m.rows, 2 * TILE)));
    columnBlocks = smaller(panels, ceilDivide(wanted, rowBlocks));
  }
  parallel(pool, rowBlocks * columnBlocks, work, [&](int task, int worker) {
    const int i = task / columnBlocks, j = task % columnBlocks;
    productBlock(m, m.rows * i / rowBlocks, m.rows * (i + 1) / rowBlocks, panels * j / columnBlocks * PANEL,
                 smaller(m.columns, panels * (j + 1) / columnBlocks * PANEL), scratch + worker * productScratch());
  });
}
