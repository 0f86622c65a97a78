// Convolution of NHWC images with HWIO filters, and its two gradients. No patch matrix is built: for one filter row
// the (column, channel) pairs under the filter lie side by side in memory, so a filter row is one long product.
#pragma once
#include "parallel.h"
#include "tile.h"

struct ConvShape {
  int batch, height, width, channels;
  int outHeight, outWidth, outChannels;
  int filterHeight, filterWidth, strideHeight, strideWidth, padTop, padLeft;
};

/** Rows of an image, with zero columns put at their sides where the filter overhangs. */
struct Rows {
  const float *values;  // row `first` begins here
  int first, row;       // row: floats from one row to the next
};

/** Floats of a row that spans `columns` columns. */
INLINE int paddedRow(int columns, int channels) { return columns * channels; }

/** Rows [first, last) of an image as the filter sees them: in place where no columns are missing, else a copy. */
INLINE Rows padColumns(const float *image, int first, int last, int width, int channels, int left, int columns,
                       float *scratch) {
  if (left == 0 && columns <= width) return {image + first * width * channels, first, width * channels};
  const int row = paddedRow(columns, channels), begin = smaller(left, columns) * channels;
  const int copied = bigger(0, smaller(width, columns - left)) * channels;
  for (int r = first; r < last; r++) {
    float *out = scratch + (r - first) * row;
    const float *in = image + r * width * channels;
    __builtin_memset(out, 0, begin * 4u);
    __builtin_memcpy(out + begin, in, copied * 4u);
    __builtin_memset(out + begin + copied, 0, (row - begin - copied) * 4u);
  }
  return {scratch, first, row};
}

/**
 * One correlation: y[o, p, :] = bias + sum over filter rows r and k < length of
 * x[o * rowStep + rowOffset + r, p * pixel + k] * weights[r, k, :].
 */
struct Correlation {
  Rows x;
  int inRows, rowStep, rowOffset, pixel;
  const float *panels, *bias;  // panels: [panel][filterRows][length][panel width]; bias: padded to whole vectors, or null
  int filterRows, length, channels;
  float *y;
  int yRow, yPixel, columns;
  bool rectify;
};

/** Rows [first, last) of a correlation's output. */
INLINE void correlate(const Correlation &c, int first, int last) {
  for (int o = first; o < last; o++) {
    const int top = o * c.rowStep + c.rowOffset;
    const int r0 = bigger(0, -top), r1 = smaller(c.filterRows, c.inRows - top);
    const float *x = c.x.values + (top + r0 - c.x.first) * c.x.row;
    float *y = c.y + o * c.yRow;
    for (int n = 0; n < c.channels; n += PANEL) {
      const int columns = c.channels - n, width = panelWidth(columns);
      const float *panel = c.panels + n * c.filterRows * c.length;
      forTiles(c.columns, [&](int column, int rows) INLINE_LAMBDA {
        withTile(rows, columns, [&](auto P, auto N) INLINE_LAMBDA {
          Tile<P, N> tile;
          fill(tile, c.bias ? c.bias + n : nullptr);
          for (int r = r0; r < r1; r++)
            accumulate(tile, x + (r - r0) * c.x.row + column * c.pixel, c.pixel, 1, panel + r * c.length * width,
                       N * LANES, c.length);
          storeTile(tile, y + column * c.yPixel + n, c.yPixel, columns, c.rectify);
        });
      });
    }
  }
}

/** Copies `columns` values of each row into panels; `at(row, column)` is the value to copy. */
template <class At> INLINE void packPanels(float *panels, int length, int columns, const At &at) {
  for (int n = 0; n < columns; n += PANEL) {
    const int width = panelWidth(columns - n);
    for (int k = 0; k < length; k++)
      for (int l = 0; l < width; l++) *panels++ = n + l < columns ? at(k, n + l) : 0.f;
  }
}

/** Bands of output rows that one image is cut into, so that a small batch still feeds all threads. */
INLINE int bandsOf(int batch, int rows, int threads) {
  return batch >= 4 * threads ? 1 : smaller(ceilDivide(4 * threads, batch), bigger(1, rows / 4));
}

/**
 * y = x * filter + bias, then ReLU where asked.
 * Scratch: filter panels and bias, then for each thread one padded image.
 */
INLINE void convForward(Pool *pool, const ConvShape &s, const float *x, const float *filter, const float *bias,
                        bool rectify, float *y, float *scratch) {
  const int length = s.filterWidth * s.channels, taps = s.filterHeight * length;
  const int packed = packedColumns(s.outChannels);
  float *panels = scratch, *biases = panels + taps * packed, *images = biases + packed;
  packPanels(panels, taps, s.outChannels, [&](int k, int n) { return filter[k * s.outChannels + n]; });
  if (bias) packPanels(biases, 1, s.outChannels, [&](int, int n) { return bias[n]; });

  const int columns = (s.outWidth - 1) * s.strideWidth + s.filterWidth;
  const int padded = s.height * paddedRow(columns, s.channels);
  const int bands = bandsOf(s.batch, s.outHeight, pool->threads);
  const double work = double(s.batch) * s.outHeight * s.outWidth * taps * s.outChannels;
  parallel(pool, s.batch * bands, work, [&](int task, int worker) {
    const int image = task / bands, band = task % bands;
    const int first = s.outHeight * band / bands, last = s.outHeight * (band + 1) / bands;
    const int top = bigger(0, first * s.strideHeight - s.padTop);
    const int bottom = smaller(s.height, (last - 1) * s.strideHeight - s.padTop + s.filterHeight);
    Correlation c;
    c.x = padColumns(x + image * s.height * s.width * s.channels, top, bottom, s.width, s.channels, s.padLeft, columns,
                     images + worker * padded);
    c.inRows = s.height;
    c.rowStep = s.strideHeight;
    c.rowOffset = -s.padTop;
    c.pixel = s.strideWidth * s.channels;
    c.panels = panels;
    c.bias = bias ? biases : nullptr;
    c.filterRows = s.filterHeight;
    c.length = length;
    c.channels = s.outChannels;
    c.yRow = s.outWidth * s.outChannels;
    c.y = y + image * s.outHeight * c.yRow;
    c.yPixel = s.outChannels;
    c.columns = s.outWidth;
    c.rectify = rectify;
    correlate(c, first, last);
  });
}

/** First of the taps that reach input pixels of one phase (position + padding modulo stride), and their number. */
INLINE int tapsOfPhase(int filter, int stride, int phase) {
  return phase < filter ? ceilDivide(filter - phase, stride) : 0;
}

/**
 * dx from dy. Input pixels with the same (row + padding) mod stride and (column + padding) mod stride form one phase;
 * each phase meets only the filter taps phase, phase + stride, ... and is a correlation of dy with these taps in
 * reverse order, at stride 1. So no product with an inserted zero is ever computed.
 * Scratch: panels of all phases, then for each thread one padded image of dy.
 */
INLINE void convInputGradient(Pool *pool, const ConvShape &s, const float *dy, const float *filter, float *dx,
                              float *scratch) {
  const int sh = s.strideHeight, sw = s.strideWidth, co = s.outChannels, ci = s.channels;
  const int packed = packedColumns(ci);
  float *panels = scratch;
  for (int u = 0; u < sh; u++)
    for (int v = 0; v < sw; v++) {
      const int tallness = tapsOfPhase(s.filterHeight, sh, u), wideness = tapsOfPhase(s.filterWidth, sw, v);
      for (int n = 0, at = 0; n < ci; n += PANEL) {
        const int width = panelWidth(ci - n);
        for (int t = tallness - 1; t >= 0; t--)
          for (int q = wideness - 1; q >= 0; q--) {
            const float *tap = filter + ((u + sh * t) * s.filterWidth + v + sw * q) * ci * co;
            for (int l = 0; l < width; l++)
              for (int k = 0; k < co; k++)
                panels[at + k * width + l] = n + l < ci ? tap[(n + l) * co + k] : 0.f;
            at += co * width;
          }
      }
      panels += tallness * wideness * co * packed;
    }
  float *images = panels;
  const int left = tapsOfPhase(s.filterWidth, sw, 0) - 1;
  const int columns = left + (s.width + s.padLeft - 1) / sw + 1;
  const int padded = s.outHeight * paddedRow(columns, co);
  const double work =
      double(s.batch) * s.outHeight * s.outWidth * s.filterHeight * s.filterWidth * s.channels * s.outChannels;
  parallel(pool, s.batch, work, [&](int image, int worker) {
    const Rows rows = padColumns(dy + image * s.outHeight * s.outWidth * co, 0, s.outHeight, s.outWidth, co, left,
                                 columns, images + worker * padded);
    float *out = dx + image * s.height * s.width * ci;
    const float *phase = scratch;
    for (int u = 0; u < sh; u++)
      for (int v = 0; v < sw; v++) {
        const int tallness = tapsOfPhase(s.filterHeight, sh, u), wideness = tapsOfPhase(s.filterWidth, sw, v);
        // Input row i = sh * q + u - padTop sees output rows q - tallness + 1 .. q; the first such i is at q0.
        const int q0 = ceilDivide(bigger(0, s.padTop - u), sh), p0 = ceilDivide(bigger(0, s.padLeft - v), sw);
        const int row0 = sh * q0 + u - s.padTop, column0 = sw * p0 + v - s.padLeft;
        Correlation c;
        c.x = rows;
        c.x.values += (left + p0 - wideness + 1) * co;
        c.inRows = s.outHeight;
        c.rowStep = 1;
        c.rowOffset = q0 - tallness + 1;
        c.pixel = co;
        c.panels = phase;
        c.bias = nullptr;
        c.filterRows = tallness;
        c.length = wideness * co;
        c.channels = ci;
        c.yRow = sh * s.width * ci;
        c.y = out + (row0 * s.width + column0) * ci;
        c.yPixel = sw * ci;
        c.columns = column0 < s.width ? ceilDivide(s.width - column0, sw) : 0;
        c.rectify = false;
        if (row0 < s.height) correlate(c, 0, ceilDivide(s.height - row0, sh));
        phase += tallness * wideness * co * packed;
      }
  });
}

/** Images are summed in so many groups at most; the number depends on shapes only, so that sums never vary. */
INLINE int gradientGroups(int batch, int weights) {
  return bigger(1, smaller(smaller(batch, 16), (4 << 20) / bigger(weights, 1)));
}

/** Output pixels that one sweep of the filter gradient takes, so that they and their inputs stay in near cache. */
constexpr int SWEEP = 160;

/**
 * dFilter and, where `dBias` is given, the sum of dy over batch and pixels.
 * Scratch: for each group the sums of all weights and biases, then for each thread a sweep of dy in panels and a
 * padded image.
 */
INLINE void convFilterGradient(Pool *pool, const ConvShape &s, const float *x, const float *dy, float *dFilter,
                               float *dBias, float *scratch) {
  const int length = s.filterWidth * s.channels, taps = s.filterHeight * length, co = s.outChannels;
  const int packed = packedColumns(co), sums = (taps + 1) * packed;
  const int groups = gradientGroups(s.batch, sums);
  const int band = smaller(s.outHeight, bigger(1, ceilDivide(SWEEP, s.outWidth)));
  const int columns = (s.outWidth - 1) * s.strideWidth + s.filterWidth;
  const int padded = s.height * paddedRow(columns, s.channels);
  float *perThread = scratch + groups * sums;
  const int perThreadSize = band * s.outWidth * packed + padded;
  const double work = double(s.batch) * s.outHeight * s.outWidth * taps * co;

  parallel(pool, groups, work, [&](int group, int worker) {
    float *sum = scratch + group * sums, *biasSum = sum + taps * packed;
    float *sweep = perThread + worker * perThreadSize, *copy = sweep + band * s.outWidth * packed;
    __builtin_memset(sum, 0, sums * 4u);
    const int firstImage = s.batch * group / groups, lastImage = s.batch * (group + 1) / groups;
    for (int image = firstImage; image < lastImage; image++) {
      const Rows rows = padColumns(x + image * s.height * s.width * s.channels, 0, s.height, s.width, s.channels,
                                   s.padLeft, columns, copy);
      for (int o = 0; o < s.outHeight; o += band) {
        const int end = smaller(o + band, s.outHeight), pixels = (end - o) * s.outWidth;
        const float *from = dy + (image * s.outHeight + o) * s.outWidth * co;
        for (int n = 0; n < co; n += PANEL) {
          // One panel of dy, and on the way its sum.
          const int left = co - n, width = panelWidth(left);
          float *panel = sweep + n * pixels;
          for (int l = 0; l < width; l += LANES) {
            Vector total = {};
            for (int p = 0; p < pixels; p++) {
              const Vector v = loadSome(from + p * co + n + l, left - l);
              store(panel + p * width + l, v);
              total += v;
            }
            store(biasSum + n + l, load(biasSum + n + l) + total);
          }
        }
        for (int r = 0; r < s.filterHeight; r++) {
          // Output rows whose input row o * stride - padding + r exists.
          const int begin = bigger(o, ceilDivide(bigger(0, s.padTop - r), s.strideHeight));
          const int below = s.height - 1 + s.padTop - r;
          const int stop = below < 0 ? begin : smaller(end, below / s.strideHeight + 1);
          if (begin >= stop) continue;
          for (int n = 0; n < co; n += PANEL) {
            const int left = co - n, width = panelWidth(left);
            const float *panel = sweep + n * pixels;
            float *out = sum + n * taps + r * length * width;
            forTiles(length, [&](int m, int height) INLINE_LAMBDA {
              withTile(height, left, [&](auto P, auto N) INLINE_LAMBDA {
                Tile<P, N> tile;
                fill(tile, nullptr);
                for (int row = begin; row < stop; row++)
                  accumulate(tile, rows.values + (row * s.strideHeight - s.padTop + r) * rows.row + m, 1,
                             s.strideWidth * s.channels, panel + (row - o) * s.outWidth * width, N * LANES, s.outWidth);
                addTile(tile, out + m * width, width, PANEL);
                storeTile(tile, out + m * width, width, PANEL, false);
              });
            });
          }
        }
      }
    }
  });

  parallel(pool, taps + 1, double(groups) * sums, [&](int row, int) {
    float *out = row < taps ? dFilter + row * co : dBias;
    if (!out) return;
    for (int n = 0; n < co; n += LANES) {
      const int panel = n / PANEL * PANEL, width = panelWidth(co - panel);
      const int at = row < taps ? panel * taps + row * width + n - panel : taps * packed + n;
      Vector total = {};
      for (int g = 0; g < groups; g++) total += load(scratch + g * sums + at);
      storeSome(out + n, total, co - n);
    }
  });
}
