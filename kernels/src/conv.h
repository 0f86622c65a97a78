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

/** Whether `padColumns` copies: where a filter sees columns that an image lacks, or values that are to be left out. */
INLINE bool isCopied(const float *y, int width, int left, int columns) { return y || left > 0 || columns > width; }

/** Floats from one row to the next of what `padColumns` gives. */
INLINE int rowOf(const float *y, int width, int channels, int left, int columns) {
  return paddedRow(isCopied(y, width, left, columns) ? columns : width, channels);
}

/** Rows [first, last) of an image with zeros at their sides, and zeros where the output `y` of a ReLU is not positive. */
INLINE void copyColumns(const float *image, const float *y, int first, int last, int width, int channels, int left,
                        int columns, float *to) {
  const int row = paddedRow(columns, channels), begin = smaller(left, columns) * channels;
  const int copied = bigger(0, smaller(width, columns - left)) * channels;
  for (int r = first; r < last; r++) {
    float *out = to + (r - first) * row;
    const int at = r * width * channels;
    __builtin_memset(out, 0, begin * 4u);
    if (y) copyWherePositive(image + at, y + at, copied, out + begin);
    else __builtin_memcpy(out + begin, image + at, copied * 4u);
    __builtin_memset(out + begin + copied, 0, (row - begin - copied) * 4u);
  }
}

/**
 * Rows [first, last) of an image as the filter sees them: in place where no columns are missing, else a copy. With the
 * output `y` of a ReLU the copy holds zeros where that is not positive.
 */
INLINE Rows padColumns(const float *image, const float *y, int first, int last, int width, int channels, int left,
                       int columns, float *scratch) {
  if (!isCopied(y, width, left, columns)) return {image + first * width * channels, first, width * channels};
  copyColumns(image, y, first, last, width, channels, left, columns, scratch);
  return {scratch, first, paddedRow(columns, channels)};
}

/**
 * Reads one float of every 64 bytes, in order: brings an image from far memory into the cache as fast as memory gives
 * it, to be read or written there. The sums alone would wait for it line after line.
 */
INLINE void fetch(const float *from, int floats) {
  for (int i = 0; i < floats; i += 16) *(const volatile float *)(from + i);
}

/**
 * One correlation: y[o, p, :] = bias + sum over filter rows r and k < length of
 * x[o * rowStep + rowOffset + r, p * pixel + k] * weights[r, k, :].
 */
struct Correlation {
  Rows x;
  const int *offsets;  // of x[r, k] from x[0, 0], for every r and k
  int inRows, rowStep, rowOffset, pixel;
  const float *panels, *bias;  // panels: [panel][filterRows][length][panel width]; bias: padded to whole vectors, or null
  int filterRows, length, channels;
  float *y;
  int yRow, yPixel, columns;
  bool rectify;
};

/** The places of `count` values `step` floats apart in each of so many rows. */
INLINE void placesOf(int *offsets, int rows, int row, int count, int step) {
  for (int r = 0; r < rows; r++)
    for (int k = 0; k < count; k++) *offsets++ = r * row + k * step;
}

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
          accumulateAt(tile, x + column * c.pixel, c.pixel, c.offsets, panel + r0 * c.length * width,
                       (r1 - r0) * c.length);
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
 * Scratch: filter panels and bias, places of the taps, then for each thread one padded image.
 */
INLINE void convForward(Pool *pool, const ConvShape &s, const float *x, const float *filter, const float *bias,
                        bool rectify, float *y, float *scratch) {
  const int length = s.filterWidth * s.channels, taps = s.filterHeight * length;
  const int packed = packedColumns(s.outChannels);
  float *panels = scratch, *biases = panels + taps * packed, *images = biases + packed + wholeLines(taps);
  int *offsets = reinterpret_cast<int *>(biases + packed);
  packPanels(panels, taps, s.outChannels, [&](int k, int n) { return filter[k * s.outChannels + n]; });
  if (bias) packPanels(biases, 1, s.outChannels, [&](int, int n) { return bias[n]; });

  const int columns = (s.outWidth - 1) * s.strideWidth + s.filterWidth;
  const int padded = s.height * paddedRow(columns, s.channels);
  const int row = rowOf(nullptr, s.width, s.channels, s.padLeft, columns);
  placesOf(offsets, s.filterHeight, row, length, 1);
  const int bands = bandsOf(s.batch, s.outHeight, pool->threads);
  const double work = double(s.batch) * s.outHeight * s.outWidth * taps * s.outChannels;
  parallel(pool, s.batch * bands, work, [&](int task, int worker) {
    const int image = task / bands, band = task % bands;
    const int first = s.outHeight * band / bands, last = s.outHeight * (band + 1) / bands;
    const int top = bigger(0, first * s.strideHeight - s.padTop);
    const int bottom = smaller(s.height, (last - 1) * s.strideHeight - s.padTop + s.filterHeight);
    const int size = s.width * s.channels;
    const float *from = x + image * s.height * size;
    fetch(from + top * size, (bottom - top) * size);
    Correlation c;
    c.x = padColumns(from, nullptr, top, bottom, s.width, s.channels, s.padLeft, columns, images + worker * padded);
    c.offsets = offsets;
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
 * dx from dy; with the output `y` of a ReLU, from dy where that is positive. Input pixels with the same
 * (row + padding) mod stride and (column + padding) mod stride form one phase; each phase meets only the filter taps
 * phase, phase + stride, ... and is a correlation of dy with these taps in reverse order, at stride 1. So no product with
 * an inserted zero is ever computed.
 * Scratch: panels of all phases, places of their taps, then for each thread one padded image of dy.
 */
INLINE void convInputGradient(Pool *pool, const ConvShape &s, const float *dy, const float *y, const float *filter,
                              float *dx, float *scratch) {
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
  int *const places = reinterpret_cast<int *>(panels);
  float *images = panels + s.filterHeight * s.filterWidth * co;
  const int left = tapsOfPhase(s.filterWidth, sw, 0) - 1;
  const int columns = left + (s.width + s.padLeft - 1) / sw + 1;
  const int padded = s.outHeight * paddedRow(columns, co);
  const int row = rowOf(y, s.outWidth, co, left, columns);
  int *offsets = places;
  for (int u = 0; u < sh; u++)
    for (int v = 0; v < sw; v++) {
      const int tallness = tapsOfPhase(s.filterHeight, sh, u), length = tapsOfPhase(s.filterWidth, sw, v) * co;
      placesOf(offsets, tallness, row, length, 1);
      offsets += tallness * length;
    }
  const double work =
      double(s.batch) * s.outHeight * s.outWidth * s.filterHeight * s.filterWidth * s.channels * s.outChannels;
  parallel(pool, s.batch, work, [&](int image, int worker) {
    const int at = image * s.outHeight * s.outWidth * co;
    const Rows rows = padColumns(dy + at, y ? y + at : nullptr, 0, s.outHeight, s.outWidth, co, left, columns,
                                 images + worker * padded);
    float *out = dx + image * s.height * s.width * ci;
    fetch(out, s.height * s.width * ci);
    const float *phase = scratch;
    const int *offsets = places;
    for (int u = 0; u < sh; u++)
      for (int v = 0; v < sw; v++) {
        const int tallness = tapsOfPhase(s.filterHeight, sh, u), wideness = tapsOfPhase(s.filterWidth, sw, v);
        // Input row i = sh * q + u - padTop sees output rows q - tallness + 1 .. q; the first such i is at q0.
        const int q0 = ceilDivide(bigger(0, s.padTop - u), sh), p0 = ceilDivide(bigger(0, s.padLeft - v), sw);
        const int row0 = sh * q0 + u - s.padTop, column0 = sw * p0 + v - s.padLeft;
        Correlation c;
        c.x = rows;
        c.x.values += (left + p0 - wideness + 1) * co;
        c.offsets = offsets;
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
        offsets += tallness * wideness * co;
      }
  });
}

/** Images are summed in so many groups at most; the number depends on shapes only, so that sums never vary. */
INLINE int gradientGroups(int batch, int weights) {
  return bigger(1, smaller(smaller(batch, 16), (4 << 20) / bigger(weights, 1)));
}

/** Output pixels that one sweep of the filter gradient takes, so that they and their inputs stay in near cache. */
constexpr int SWEEP = 160;
/** Pixels of dy that are copied at a time. */
constexpr int NEAR = 32;

/**
 * dFilter and, where `dBias` is given, the sum of dy over batch and pixels; with the output `y` of a ReLU, of dy where
 * that is positive.
 * Scratch: for each group the sums of all weights and biases, places of the inputs of a sweep, then for each thread a
 * sweep of dy in panels and a padded image.
 */
INLINE void convFilterGradient(Pool *pool, const ConvShape &s, const float *x, const float *dy, const float *y,
                               float *dFilter, float *dBias, float *scratch) {
  const int length = s.filterWidth * s.channels, taps = s.filterHeight * length, co = s.outChannels;
  const int packed = packedColumns(co), sums = wholeLines((taps + 1) * packed);
  const int groups = gradientGroups(s.batch, sums);
  const int band = smaller(s.outHeight, bigger(1, ceilDivide(SWEEP, s.outWidth)));
  const int columns = (s.outWidth - 1) * s.strideWidth + s.filterWidth;
  const int padded = s.height * paddedRow(columns, s.channels);
  int *const offsets = reinterpret_cast<int *>(scratch + groups * sums);
  const int row = rowOf(nullptr, s.width, s.channels, s.padLeft, columns);
  placesOf(offsets, band, s.strideHeight * row, s.outWidth, s.strideWidth * s.channels);
  float *perThread = scratch + groups * sums + wholeLines(band * s.outWidth);
  const int perThreadSize = band * s.outWidth * packed + wholeLines(padded);
  const double work = double(s.batch) * s.outHeight * s.outWidth * taps * co;

  parallel(pool, groups, work, [&](int group, int worker) {
    float *sum = scratch + group * sums, *biasSum = sum + taps * packed;
    float *sweep = perThread + worker * perThreadSize, *copy = sweep + band * s.outWidth * packed;
    __builtin_memset(sum, 0, sums * 4u);
    const int firstImage = s.batch * group / groups, lastImage = s.batch * (group + 1) / groups;
    for (int image = firstImage; image < lastImage; image++) {
      const float *input = x + image * s.height * s.width * s.channels;
      fetch(input, s.height * s.width * s.channels);
      const int size = s.outHeight * s.outWidth * co;
      fetch(dy + image * size, size);
      if (y) fetch(y + image * size, size);
      const Rows rows = padColumns(input, nullptr, 0, s.height, s.width, s.channels, s.padLeft, columns, copy);
      for (int o = 0; o < s.outHeight; o += band) {
        const int end = smaller(o + band, s.outHeight), pixels = (end - o) * s.outWidth;
        const int at = (image * s.outHeight + o) * s.outWidth * co;
        // dy in panels, and on the way its sum; few pixels at a time, so that lines shared by panels are still near.
        for (int p0 = 0; p0 < pixels; p0 += NEAR) {
          const int p1 = smaller(p0 + NEAR, pixels);
          for (int n = 0; n < co; n += PANEL) {
            const int left = co - n, width = panelWidth(left);
            float *panel = sweep + n * pixels;
            for (int l = 0; l < width; l += LANES) {
              Vector total = load(biasSum + n + l);
              for (int p = p0; p < p1; p++) {
                const int i = at + p * co + n + l;
                const Vector given = loadSome(dy + i, left - l);
                const Vector v = y ? wherePositive(loadSome(y + i, left - l), given) : given;
                store(panel + p * width + l, v);
                total += v;
              }
              store(biasSum + n + l, total);
            }
          }
        }
        for (int r = 0; r < s.filterHeight; r++) {
          // Output rows whose input row o * stride - padding + r exists.
          const int begin = bigger(o, ceilDivide(bigger(0, s.padTop - r), s.strideHeight));
          const int below = s.height - 1 + s.padTop - r;
          const int stop = below < 0 ? begin : smaller(end, below / s.strideHeight + 1);
          if (begin >= stop) continue;
          const float *inputs = rows.values + (begin * s.strideHeight - s.padTop + r) * rows.row;
          for (int n = 0; n < co; n += PANEL) {
            const int left = co - n, width = panelWidth(left);
            const float *panel = sweep + n * pixels;
            float *out = sum + n * taps + r * length * width;
            forTiles(length, [&](int m, int height) INLINE_LAMBDA {
              withTile(height, left, [&](auto P, auto N) INLINE_LAMBDA {
                Tile<P, N> tile;
                fill(tile, nullptr);
                accumulateAt(tile, inputs + m, 1, offsets, panel + (begin - o) * s.outWidth * width,
                             (stop - begin) * s.outWidth);
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
