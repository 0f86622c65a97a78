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

/** Terms of a sum that are taken at a time, so that a panel of b stays in the nearest cache. */
constexpr int INNER = 256;
/** Most rows of one task: a usual batch, so that b is copied once. */
constexpr int ROWS = 128;
/** With fewer rows than this, copying parts of b to panels costs more than reading it in place. */
constexpr int FEW_ROWS = 2 * TILE;

/** Scratch of one thread: a panel of b and a block of a. */
constexpr int PRODUCT_SCRATCH = INNER * PANEL + ROWS * INNER;

/**
 * A long sum with a small result is cut into so many slices, each summed by itself and then added up: so a and b are
 * read once, by whichever thread. The number depends on the shape only, so that sums never vary.
 */
INLINE int innerSlices(const Product &m) {
  return double(m.rows) * m.columns <= 1 << 14 ? bigger(1, smaller(16, m.inner / (4 * INNER))) : 1;
}

/** Part of a product: rows, columns (beginning with a whole panel) and terms. */
struct Part {
  int row0, row1, column0, column1, inner0, inner1;
};

/**
 * Copies rows of a, or columns where that is transposed, tile by tile: the values that meet one row of b lie side by side.
 * Rows apart from each other, by a power of two at worst, compete for places in the cache.
 */
INLINE void copyRows(const Product &m, int row0, int row1, int k0, int length, float *to) {
  forTiles(row1 - row0, [&](int row, int height) INLINE_LAMBDA {
    float *out = to + row * length;
    if (m.transposeA) {
      const float *from = m.a + k0 * m.rows + row0 + row;
      const int whole = height >= LANES ? LANES : 0;
      for (int k = 0; k < length; k++, from += m.rows, out += height) {
        if (whole) store(out, load(from));
        for (int p = whole; p < height; p++) out[p] = from[p];
      }
      return;
    }
    const float *from = m.a + (row0 + row) * m.inner + k0;
    int k = 0;
    for (; k + 4 <= length; k += 4) {
      if (height >= 4) transposeQuads(from + k, m.inner, out + k * height, height);
      for (int p = height >= 4 ? 4 : 0; p < height; p++)
        for (int i = k; i < k + 4; i++) out[i * height + p] = from[p * m.inner + i];
    }
    for (; k < length; k++)
      for (int p = 0; p < height; p++) out[k * height + p] = from[p * m.inner + k];
  });
}

/** Copies the columns [n, n + width) of b, with zeros beyond the last column. */
INLINE void copyPanel(const Product &m, int k0, int length, int n, int width, float *panel) {
  const int left = m.columns - n;
  if (!m.transposeB) {
    for (int l = 0; l < width; l += LANES)
      for (int k = 0; k < length; k++)
        store(panel + k * width + l, loadSome(m.b + (k0 + k) * m.columns + n + l, left - l));
    return;
  }
  for (int l = 0; l < width; l += 4) {
    const float *from = m.b + (n + l) * m.inner + k0;
    int k = 0;
    if (l + 4 <= left)
      for (; k + 4 <= length; k += 4) transposeQuads(from + k, m.inner, panel + k * width + l, width);
    for (int i = l; i < l + 4; i++, from += m.inner)
      for (int rest = k; rest < length; rest++) panel[rest * width + i] = i < left ? from[rest] : 0.f;
  }
}

/** Whether a block of a meets so many panels that a copy of it pays. */
INLINE bool paysCopy(int rows, int columns) { return rows >= FEW_ROWS && columns > 2 * PANEL; }

/**
 * What one thread has copied of a, for all its tasks: block by block of INNER terms, with a word for each that tells
 * whether it is there. Threads do not share it, since lines written by one are slow to read for another.
 */
struct Copies {
  float *values;  // null: each task copies what it needs
  int *there;
};

/** Computes one part of c, which holds no bias yet. */
INLINE void productPart(const Product &m, const Part &part, const Copies &copies, float *c, const float *bias,
                        bool rectify, float *scratch) {
  float *panel = scratch, *own = scratch + INNER * PANEL;
  const int rows = part.row1 - part.row0;
  for (int k0 = part.inner0; k0 < part.inner1; k0 += INNER) {
    const int length = smaller(INNER, part.inner1 - k0);
    const bool first = k0 == part.inner0, last = k0 + length == part.inner1;
    const bool copied = m.transposeA || paysCopy(rows, part.column1 - part.column0);
    float *block = copies.values ? copies.values + k0 * rows : own;
    int *there = copies.values ? copies.there + k0 / INNER : nullptr;
    if (copied && !(there && *there)) copyRows(m, part.row0, part.row1, k0, length, block);
    if (there) *there = 1;
    for (int n = part.column0; n < part.column1; n += PANEL) {
      const int left = m.columns - n, width = panelWidth(left);
      // Few rows do not pay for the copy of a panel.
      const bool inPlace = !m.transposeA && !m.transposeB && left >= width && rows < FEW_ROWS;
      if (!inPlace) copyPanel(m, k0, length, n, width, panel);
      forTiles(rows, [&](int row, int height) INLINE_LAMBDA {
        withTile(height, left, [&](auto P, auto N) INLINE_LAMBDA {
          constexpr int WIDTH = N * LANES;
          const float *x = m.a + (part.row0 + row) * m.inner + k0;
          float *out = c + (part.row0 + row) * m.columns + n;
          for (int p = 0; p < P; p++)
            for (int l = 0; l < smaller(WIDTH, left); l += 16) prefetchToWrite(out + p * m.columns + l);
          Tile<P, N> tile;
          fill(tile, nullptr);
          if (copied) accumulate(tile, block + row * length, 1, P, panel, WIDTH, length);
          else if (inPlace) accumulate(tile, x, m.inner, 1, m.b + k0 * m.columns + n, m.columns, length);
          else accumulate(tile, x, m.inner, 1, panel, WIDTH, length);
          if (!first) addTile(tile, out, m.columns, left);
          else if (bias) addTile(tile, bias + n, 0, left);
          storeTile(tile, out, m.columns, left, last && rectify);
        });
      });
    }
  }
}

/** Floats of one thread's `Copies`: of a that is one block of rows and not too large to keep near; else none. */
INLINE int copiesSize(const Product &m) {
  const double size = double(m.rows) * m.inner;
  return m.rows <= ROWS && size <= 1 << 20 ? wholeLines(int(size) + ceilDivide(m.inner, INNER)) : 0;
}

INLINE double productScratch(const Product &m, int threads) {
  const int slices = innerSlices(m);
  return double(threads) * (PRODUCT_SCRATCH + copiesSize(m)) + (slices > 1 ? double(slices) * m.rows * m.columns : 0);
}

/** Scratch: PRODUCT_SCRATCH floats and a copy of a for each thread, then one result for each slice of the terms. */
INLINE void product(Pool *pool, const Product &m, int threads, float *scratch) {
  const double work = double(m.rows) * m.inner * m.columns;
  const int slices = innerSlices(m), panels = ceilDivide(m.columns, PANEL), size = m.rows * m.columns;
  const int copiesEach = copiesSize(m);
  float *const copies = scratch + threads * PRODUCT_SCRATCH, *const results = copies + threads * copiesEach;
  // Blocks of c, enough for all threads: columns rather than rows, because each block of rows copies b anew.
  const int wanted = work < WORTH_THREADS ? 1 : 4 * pool->threads;
  int rowBlocks = ceilDivide(m.rows, ROWS);
  const int columnBlocks = smaller(bigger(1, panels / 4), ceilDivide(wanted, rowBlocks * slices));
  if (rowBlocks * columnBlocks * slices < pool->threads)
    rowBlocks = bigger(rowBlocks, smaller(wanted / columnBlocks, ceilDivide(m.rows, 4 * TILE)));
  const int blocks = rowBlocks * columnBlocks, steps = ceilDivide(m.inner, INNER);
  // Kept where one task after the other needs the same rows.
  const bool kept = copiesEach > 0 && rowBlocks == 1 && columnBlocks > 1;
  const auto copiesOf = [&](int worker) {
    float *values = copies + worker * copiesEach;
    return Copies{kept ? values : nullptr, reinterpret_cast<int *>(values + m.rows * m.inner)};
  };
  if (kept)
    for (int worker = 0; worker < threads; worker++) __builtin_memset(copiesOf(worker).there, 0, steps * 4u);
  parallel(pool, blocks * slices, work, [&](int task, int worker) {
    const int slice = task / blocks, i = task % blocks / columnBlocks, j = task % columnBlocks;
    // Slices begin at whole multiples of INNER.
    const Part part = {
        m.rows * i / rowBlocks,
        m.rows * (i + 1) / rowBlocks,
        panels * j / columnBlocks * PANEL,
        smaller(m.columns, panels * (j + 1) / columnBlocks * PANEL),
        steps * slice / slices * INNER,
        smaller(m.inner, steps * (slice + 1) / slices * INNER),
    };
    float *own = scratch + worker * PRODUCT_SCRATCH;
    if (slices == 1) productPart(m, part, copiesOf(worker), m.c, m.bias, m.rectify, own);
    else productPart(m, part, copiesOf(worker), results + slice * size, nullptr, false, own);
  });
  if (slices == 1) return;
  for (int row = 0; row < m.rows; row++)
    for (int n = 0; n < m.columns; n += LANES) {
      const int count = smaller(LANES, m.columns - n), at = row * m.columns + n;
      Vector total = m.bias ? loadSome(m.bias + n, count) : Vector{};
      for (int slice = 0; slice < slices; slice++) total += loadSome(results + slice * size + at, count);
      storeSome(m.c + at, m.rectify ? relu(total) : total, count);
    }
}
