// The exported functions. All state lives in memory that the caller gives: the module has no data of its own, so that
// it can be linked to a memory which belongs to another module.
#include "conv.h"
#include "matmul.h"
#include "rows.h"
#include "winograd.h"

/** Bytes of the pool that the caller allocates and fills with zeros, then sets up. */
EXPORT(poolBytes) int poolBytes() { return sizeof(Pool); }
EXPORT(poolSetUp) void poolSetUp(Pool *pool, int threads) { pool->threads = threads; }
/** Set after a thread went missing in the middle of a task; results since then are not to be trusted. */
EXPORT(poolLost) int poolLost(Pool *pool) { return pool->lost; }
EXPORT(poolServe) void poolServe(Pool *pool, int worker) { serve(pool, worker); }
EXPORT(poolStop) void poolStop(Pool *pool) {
  __atomic_store_n(&pool->stop, 1, __ATOMIC_SEQ_CST);
  __atomic_add_fetch(&pool->calls, 1, __ATOMIC_SEQ_CST);
  wake(&pool->calls, -1);
}

/** Floats of scratch that the convolution kernels need; `which`: 0 forward, 1 filter gradient, 2 input gradient. */
EXPORT(convScratch) double convScratch(const ConvShape *shape, int which, int threads) {
  const ConvShape &s = *shape;
  if (isTiled(s)) {
    if (which == 1) return tiledGradientScratch(s, threads);
    return tiledScratch(which == 0 ? tiledForward(s) : tiledInputGradient(s), threads);
  }
  const double length = double(s.filterWidth) * s.channels, taps = s.filterHeight * length;
  const double columns = double(s.outWidth - 1) * s.strideWidth + s.filterWidth;
  const double packed = packedColumns(s.outChannels);
  const double padded = wholeLines(s.height * columns * s.channels);
  if (which == 0) return (taps + 1) * packed + wholeLines(taps) + threads * padded;
  if (which == 1) {
    const double sums = wholeLines((taps + 1) * packed);
    const double pixels = wholeLines(SWEEP + s.outWidth);
    return gradientGroups(s.batch, int(sums)) * sums + pixels + threads * (pixels * packed + padded);
  }
  const double values = double(s.filterHeight) * s.filterWidth * s.outChannels;
  const double panels = values * (packedColumns(s.channels) + 1);
  const double dyColumns = double(s.filterWidth) + (s.width + s.padLeft) + 1;
  return panels + threads * s.outHeight * dyColumns * s.outChannels;
}

EXPORT(convForward)
void exportedConvForward(Pool *pool, const ConvShape *s, const float *x, const float *filter, const float *bias,
                         int rectify, float *y, float *scratch) {
  if (!isTiled(*s)) return convForward(pool, *s, x, filter, bias, rectify, y, scratch);
  Tiled tiled = tiledForward(*s);
  tiled.x = x;
  tiled.filter = filter;
  tiled.bias = bias;
  tiled.rectify = rectify;
  tiled.out = y;
  convolveTiles(pool, tiled, scratch);
}

EXPORT(convFilterGradient)
void exportedConvFilterGradient(Pool *pool, const ConvShape *s, const float *x, const float *dy, const float *y,
                                float *dFilter, float *dBias, float *scratch) {
  if (isTiled(*s)) tiledFilterGradient(pool, *s, x, dy, y, dFilter, dBias, scratch);
  else convFilterGradient(pool, *s, x, dy, y, dFilter, dBias, scratch);
}

EXPORT(convInputGradient)
void exportedConvInputGradient(Pool *pool, const ConvShape *s, const float *dy, const float *y, const float *filter,
                               float *dx, float *scratch) {
  if (!isTiled(*s)) return convInputGradient(pool, *s, dy, y, filter, dx, scratch);
  Tiled tiled = tiledInputGradient(*s);
  tiled.x = dy;
  tiled.y = y;
  tiled.filter = filter;
  tiled.out = dx;
  convolveTiles(pool, tiled, scratch);
}

/** Floats of scratch that a product needs. */
EXPORT(productScratch) double exportedProductScratch(int rows, int inner, int columns, int threads) {
  return productScratch({rows, inner, columns, false, false, nullptr, nullptr, nullptr, nullptr, false}, threads);
}

EXPORT(product)
void exportedProduct(Pool *pool, int rows, int inner, int columns, int transposeA, int transposeB, const float *a,
                     const float *b, const float *bias, int rectify, float *c, int threads, float *scratch) {
  const Product m = {rows, inner, columns, transposeA != 0, transposeB != 0, a, b, bias, c, rectify != 0};
  product(pool, m, threads, scratch);
}

/** Scratch: 64 rows of whole vectors. */
EXPORT(sumRows) void exportedSumRows(Pool *pool, const float *x, int rows, int columns, float *y, float *scratch) {
  sumRows(pool, x, rows, columns, y, scratch);
}

/** Scratch: one float for every 16384 values. */
EXPORT(sumAll) void exportedSumAll(Pool *pool, const float *x, int size, float *y, float *scratch) {
  sumAll(pool, x, size, y, scratch);
}

/** The table holds, for each parameter, the addresses of parameter, gradient, m and v and the number of values. */
EXPORT(adam)
void exportedAdam(Pool *pool, const unsigned *table, int count, float rate, float beta2, float rest1, float rest2,
                  float correction, float epsilon, float weightDecay) {
  adam(pool, {table, count, pool->heap}, {rate, beta2, rest1, rest2, correction, epsilon, weightDecay});
}

/** The table holds, for each tensor, the addresses of target and source and the number of values. */
EXPORT(movingAverage) void exportedMovingAverage(Pool *pool, const unsigned *table, int count, float tau) {
  movingAverage(pool, {table, count, pool->heap}, tau);
}

EXPORT(bytesToFloat)
void exportedBytesToFloat(Pool *pool, const unsigned char *bytes, int size, float scale, float *y) {
  bytesToFloat(pool, bytes, size, scale, y);
}

EXPORT(reluGradient) void exportedReluGradient(Pool *pool, const float *dy, const float *y, int size, float *dx) {
  reluGradient(pool, dy, y, size, dx);
}

EXPORT(layerNorm)
void exportedLayerNorm(Pool *pool, const float *x, const float *gamma, const float *beta, int rows, int size,
                       float epsilon, float *y, float *mean, float *inverseStd) {
  layerNorm(pool, x, gamma, beta, rows, size, epsilon, y, mean, inverseStd);
}

/** Scratch: two rows of whole vectors for every 16 rows. */
EXPORT(layerNormGradient)
void exportedLayerNormGradient(Pool *pool, const float *dy, const float *x, const float *gamma, const float *mean,
                               const float *inverseStd, int rows, int size, float *dx, float *dGamma, float *dBeta,
                               float *scratch) {
  layerNormGradient(pool, dy, x, gamma, mean, inverseStd, rows, size, dx, dGamma, dBeta, scratch);
}

EXPORT(softmaxCrossEntropy)
void exportedSoftmaxCrossEntropy(Pool *pool, const float *logits, const int *labels, int rows, int size, float *loss,
                                 float *dLogits) {
  softmaxCrossEntropy(pool, logits, labels, rows, size, loss, dLogits);
}
