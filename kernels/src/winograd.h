// Convolution with 3 x 3 filters at stride 1, and its two gradients, with 16 products where the sums themselves have
// 36: a tile of 4 x 4 inputs gives 2 x 2 outputs, y = A^T ((G filter G^T) * (B^T inputs B)) A, with the small matrices
// A, B and G of F(2 x 2, 3 x 3) in Lavin and Gray, Fast Algorithms for Convolutional Neural Networks (2016), equation
// 8. Each of the 16 points of the transformed tiles is a matrix product over channels.
#pragma once
#include "winograd-transforms.h"

/** Tiles that are transformed at a time, about, so that they stay in near cache; more where sums run over them. */
constexpr int NEAR_TILES = 24, GRADIENT_TILES = 64;

/** Whether tiles serve this convolution and are worth their transformations. */
INLINE bool isTiled(const ConvShape &s) {
  return s.filterHeight == 3 && s.filterWidth == 3 && s.strideHeight == 1 && s.strideWidth == 1 && s.padTop <= 2 &&
         s.padLeft <= 2 && s.channels % LANES == 0 && s.outChannels % LANES == 0 &&
         smaller(s.channels, s.outChannels) >= 16 && smaller(s.outHeight, s.outWidth) >= 4;
}

/** A convolution with 3 x 3 filters at stride 1. */
struct Tiled {
  int batch, height, width, channels, outHeight, outWidth, outChannels, padTop, padLeft;
  const float *x = nullptr, *y = nullptr;  // images; they count where y is positive
  const float *filter = nullptr, *bias = nullptr;
  bool turned = false, rectify = false;
  float *out = nullptr;
};

/** The convolution itself; `x`, `filter`, `bias` and `out` are yet to be given. */
INLINE Tiled tiledForward(const ConvShape &s) {
  return {s.batch, s.height, s.width, s.channels, s.outHeight, s.outWidth, s.outChannels, s.padTop, s.padLeft};
}

/** The gradient of its inputs: dy meets the turned filter. */
INLINE Tiled tiledInputGradient(const ConvShape &s) {
  Tiled tiled = {s.batch, s.outHeight, s.outWidth, s.outChannels, s.height, s.width, s.channels, 2 - s.padTop,
                 2 - s.padLeft};
  tiled.turned = true;
  return tiled;
}

/** Floats of all rows that the tiles of one image cover. */
INLINE double tiledFrame(const Tiles &tiles, int channels) {
  return wholeLines(double(tiles.rows()) * tiles.columns() * channels);
}

/** Floats that one thread needs: an image, then transformed inputs and outputs. */
INLINE double tiledEach(const Tiled &s) {
  const Tiles tiles(s.outHeight, s.outWidth);
  const int near = tiles.band(NEAR_TILES) * tiles.across;
  return tiledFrame(tiles, s.channels) + POINTS * (pointSize(near, s.channels) + pointSize(near, s.outChannels));
}

INLINE double tiledScratch(const Tiled &s, int threads) {
  return POINTS * s.channels * s.outChannels + threads * tiledEach(s);
}

/** Scratch: the transformed filter in panels, then what each thread needs. */
INLINE void convolveTiles(Pool *pool, const Tiled &s, float *scratch) {
  const Tiles tiles(s.outHeight, s.outWidth);
  const int frame = int(tiledFrame(tiles, s.channels)), each = int(tiledEach(s));
  const int near = tiles.band(NEAR_TILES) * tiles.across;
  float *const panels = scratch, *const perThread = panels + POINTS * s.channels * s.outChannels;
  transformFilter(s.filter, s.channels, s.outChannels, s.turned, panels);

  const int bands = bandsOf(s.batch, tiles.down, pool->threads);
  const double work = 9. * s.batch * s.outHeight * s.outWidth * s.channels * s.outChannels;
  parallel(pool, s.batch * bands, work, [&](int task, int worker) {
    float *const copy = perThread + worker * each, *const inputs = copy + frame;
    float *const sums = inputs + POINTS * pointSize(near, s.channels);
    const int image = task / bands, band = task % bands;
    const int top = tiles.down * band / bands, bottom = tiles.down * (band + 1) / bands;
    const int at = image * s.height * s.width * s.channels;
    const Frame seen = {s.x + at, s.y ? s.y + at : nullptr, s.height, s.width, s.channels, s.padTop, s.padLeft,
                        tiles.columns()};
    const Rows rows = frameRows(seen, 2 * top, 2 * bottom + 2, copy);
    float *const out = s.out + image * s.outHeight * s.outWidth * s.outChannels;
    for (int first = top; first < bottom; first += tiles.band(NEAR_TILES)) {
      const int last = smaller(first + tiles.band(NEAR_TILES), bottom), count = (last - first) * tiles.across;
      const int inputSize = pointSize(count, s.channels), sumSize = pointSize(count, s.outChannels);
      transformInputs(rows, tiles, first, last, s.channels, inputSize, inputs);
      // The panel width is a constant of the compiler: with a variable, WebAssembly runs this at half the speed.
      for (int point = 0; point < POINTS; point++)
        for (int n = 0; n < s.outChannels; n += PANEL) {
          const int left = s.outChannels - n;
          const float *panel = panels + (point * s.outChannels + n) * s.channels;
          forTiles(count, [&](int tile, int height) INLINE_LAMBDA {
            withTile(height, left, [&](auto P, auto N) INLINE_LAMBDA {
              Tile<P, N> sum;
              fill(sum, nullptr);
              const float *x = inputs + point * inputSize + tile * s.channels;
              accumulate(sum, x, s.channels, 1, panel, N * LANES, s.channels);
              storeTile(sum, sums + point * sumSize + tile * s.outChannels + n, s.outChannels, PANEL, false);
            });
          });
        }
      const float *from = sums;
      for (int t = first; t < last; t++)
        for (int u = 0; u < tiles.across; u++, from += s.outChannels)
          for (int n = 0; n < s.outChannels; n += LANES) {
            const Vector bias = s.bias ? load(s.bias + n) : Vector{};
            transformSquare<4, 2>(
                ToOutputs(), [&](int r, int c) INLINE_LAMBDA { return load(from + (4 * r + c) * sumSize + n); },
                [&](int r, int c, Vector v) INLINE_LAMBDA {
                  v += bias;
                  if (2 * t + r >= s.outHeight || 2 * u + c >= s.outWidth) return;
                  float *to = out + ((2 * t + r) * s.outWidth + 2 * u + c) * s.outChannels + n;
                  store(to, s.rectify ? relu(v) : v);
                });
          }
    }
  });
}

/** Floats of one group's sums: of all points, and of the biases. */
INLINE int tiledSums(const ConvShape &s) { return (POINTS * s.channels + 1) * s.outChannels; }

/** Floats that one thread needs for the filter gradient: transformed inputs and gradients, then their images. */
INLINE double tiledGradientEach(const ConvShape &s) {
  const Tiles tiles(s.outHeight, s.outWidth);
  const int near = tiles.band(GRADIENT_TILES) * tiles.across;
  return tiledFrame(tiles, s.channels) + tiledFrame(tiles, s.outChannels) +
         POINTS * (pointSize(near, s.channels) + pointSize(near, s.outChannels));
}

INLINE double tiledGradientScratch(const ConvShape &s, int threads) {
  const int sums = tiledSums(s);
  return double(gradientGroups(s.batch, sums)) * sums + threads * tiledGradientEach(s);
}

/**
 * As `convFilterGradient`: dFilter = G^T (sum over tiles of (B^T inputs B) * (A dy A^T)) G.
 * Scratch: the sums of each group, then what each thread needs.
 */
INLINE void tiledFilterGradient(Pool *pool, const ConvShape &s, const float *x, const float *dy, const float *y,
                                float *dFilter, float *dBias, float *scratch) {
  const Tiles tiles(s.outHeight, s.outWidth);
  const int ci = s.channels, co = s.outChannels, sums = tiledSums(s), groups = gradientGroups(s.batch, sums);
  const int band = tiles.band(GRADIENT_TILES), near = band * tiles.across, each = int(tiledGradientEach(s));
  float *const perThread = scratch + groups * sums;
  const double work = 9. * s.batch * s.outHeight * s.outWidth * ci * co;

  parallel(pool, groups, work, [&](int group, int worker) {
    float *const sum = scratch + group * sums, *const biasSum = sum + POINTS * ci * co;
    float *const inputs = perThread + worker * each, *const outputs = inputs + POINTS * pointSize(near, ci);
    float *const inputFrame = outputs + POINTS * pointSize(near, co);
    float *const outputFrame = inputFrame + int(tiledFrame(tiles, ci));
    __builtin_memset(sum, 0, sums * 4u);
    for (int image = s.batch * group / groups; image < s.batch * (group + 1) / groups; image++) {
      const int inputAt = image * s.height * s.width * ci, outputAt = image * s.outHeight * s.outWidth * co;
      const Frame seen = {x + inputAt, nullptr, s.height, s.width, ci, s.padTop, s.padLeft, tiles.columns()};
      const float *rectified = y ? y + outputAt : nullptr;
      const Frame made = {dy + outputAt, rectified, s.outHeight, s.outWidth, co, 0, 0, 2 * tiles.across};
      const Rows rows = frameRows(seen, 0, tiles.rows(), inputFrame);
      const Rows given = frameRows(made, 0, 2 * tiles.down, outputFrame);
      for (int first = 0; first < tiles.down; first += band) {
        const int last = smaller(first + band, tiles.down), count = (last - first) * tiles.across;
        const int inputSize = pointSize(count, ci), outputSize = pointSize(count, co);
        transformInputs(rows, tiles, first, last, ci, inputSize, inputs);
        for (int n = 0; n < co; n += LANES) {
          const int panel = n / PANEL * PANEL, width = panelWidth(co - panel);
          float *to = outputs + panel * count + n - panel;
          Vector total = load(biasSum + n);
          for (int t = first; t < last; t++)
            for (int u = 0; u < tiles.across; u++, to += width) {
              const float *from = given.values + 2 * t * given.row + 2 * u * co + n;
              transformSquare<2, 4>(
                  OfOutputGradients(),
                  [&](int r, int c) INLINE_LAMBDA {
                    const Vector v = load(from + r * given.row + c * co);
                    total += v;
                    return v;
                  },
                  [&](int r, int c, Vector v) INLINE_LAMBDA { store(to + (4 * r + c) * outputSize, v); });
            }
          store(biasSum + n, total);
        }
        for (int point = 0; point < POINTS; point++)
          for (int n = 0; n < co; n += PANEL) {
            const int left = co - n, width = panelWidth(left);
            const float *panel = outputs + point * outputSize + n * count;
            float *out = sum + (point * co + n) * ci;
            forTiles(ci, [&](int k, int height) INLINE_LAMBDA {
              withTile(height, left, [&](auto P, auto N) INLINE_LAMBDA {
                Tile<P, N> tile;
                fill(tile, nullptr);
                accumulate(tile, inputs + point * inputSize + k, 1, ci, panel, N * LANES, count);
                addTile(tile, out + k * width, width, PANEL);
                storeTile(tile, out + k * width, width, PANEL, false);
              });
            });
          }
      }
    }
  });

  parallel(pool, ci + 1, double(groups) * sums, [&](int k, int) {
    const auto total = [&](int at) INLINE_LAMBDA {
      Vector sum = {};
      for (int g = 0; g < groups; g++) sum += load(scratch + g * sums + at);
      return sum;
    };
    for (int n = 0; n < co; n += LANES) {
      if (k == ci) {
        if (dBias) store(dBias + n, total(POINTS * ci * co + n));
        continue;
      }
      const int panel = n / PANEL * PANEL, at = panel * ci + k * panelWidth(co - panel) + n - panel;
      transformSquare<4, 3>(
          ToFilterGradient(), [&](int r, int c) INLINE_LAMBDA { return total((4 * r + c) * ci * co + at); },
          [&](int r, int c, Vector v) INLINE_LAMBDA { store(dFilter + ((3 * r + c) * ci + k) * co + n, v); });
    }
  });
}
