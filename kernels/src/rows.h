// Kernels that treat each row of a matrix by itself: layer norm and softmax cross entropy.
#pragma once
#include "elementwise.h"

/** Rows that one task takes; dgamma and dbeta are summed in groups of so many rows. */
constexpr int ROW_GROUP = 16;

/** y = (x - mean) / sqrt(variance + epsilon) * gamma + beta, the variance without Bessel's correction. */
INLINE void layerNorm(Pool *pool, const float *x, const float *gamma, const float *beta, int rows, int size,
                      float epsilon, float *y, float *mean, float *inverseStd) {
  parallel(pool, ceilDivide(rows, ROW_GROUP), 4. * rows * size, [&](int group, int) {
    for (int row = group * ROW_GROUP; row < smaller(rows, (group + 1) * ROW_GROUP); row++) {
      const float *in = x + row * size;
      Vector sum = {};
      overVectors(0, size, [&](int i, int count) { sum += loadSome(in + i, count); });
      const float average = sumOf(sum) / float(size);
      Vector squares = {};
      overVectors(0, size, [&](int i, int count) {
        const Vector centred = loadSome(in + i, count) - splat(average);
        if (count >= LANES) squares += centred * centred;
        else
          for (int l = 0; l < LANES; l++) squares[l] += l < count ? centred[l] * centred[l] : 0.f;
      });
      const float inverse = 1.f / __builtin_sqrtf(sumOf(squares) / float(size) + epsilon);
      mean[row] = average;
      inverseStd[row] = inverse;
      overVectors(0, size, [&](int i, int count) {
        const Vector normal = (loadSome(in + i, count) - splat(average)) * splat(inverse);
        storeSome(y + row * size + i, normal * loadSome(gamma + i, count) + loadSome(beta + i, count), count);
      });
    }
  });
}

/**
 * With h = (x - mean) inverseStd and g = dy gamma: dx = inverseStd (g - mean(g) - h mean(g h)), dgamma = sum of dy h,
 * dbeta = sum of dy. Scratch: two rows of whole vectors for each group of ROW_GROUP rows.
 */
INLINE void layerNormGradient(Pool *pool, const float *dy, const float *x, const float *gamma, const float *mean,
                              const float *inverseStd, int rows, int size, float *dx, float *dGamma, float *dBeta,
                              float *scratch) {
  const int packed = ceilDivide(size, LANES) * LANES, groups = ceilDivide(rows, ROW_GROUP);
  parallel(pool, groups, 8. * rows * size, [&](int group, int) {
    float *gammaSum = scratch + group * 2 * packed, *betaSum = gammaSum + packed;
    __builtin_memset(gammaSum, 0, 2 * packed * 4u);
    for (int row = group * ROW_GROUP; row < smaller(rows, (group + 1) * ROW_GROUP); row++) {
      const float *in = x + row * size, *gradient = dy + row * size;
      const Vector average = splat(mean[row]), inverse = splat(inverseStd[row]);
      Vector sum = {}, product = {};
      // Lanes past the end hold zero gradients, so that they add nothing to any sum.
      overVectors(0, size, [&](int i, int count) {
        const Vector d = loadSome(gradient + i, count);
        const Vector h = (loadSome(in + i, count) - average) * inverse, g = d * loadSome(gamma + i, count);
        sum += g;
        product += g * h;
        store(gammaSum + i, load(gammaSum + i) + d * h);
        store(betaSum + i, load(betaSum + i) + d);
      });
      const Vector meanG = splat(sumOf(sum) / float(size)), meanGH = splat(sumOf(product) / float(size));
      overVectors(0, size, [&](int i, int count) {
        const Vector h = (loadSome(in + i, count) - average) * inverse;
        const Vector g = loadSome(gradient + i, count) * loadSome(gamma + i, count);
        storeSome(dx + row * size + i, inverse * (g - meanG - h * meanGH), count);
      });
    }
  });
  overVectors(0, size, [&](int i, int count) {
    Vector gammaTotal = {}, betaTotal = {};
    for (int group = 0; group < groups; group++) {
      gammaTotal += load(scratch + group * 2 * packed + i);
      betaTotal += load(scratch + group * 2 * packed + packed + i);
    }
    storeSome(dGamma + i, gammaTotal, count);
    storeSome(dBeta + i, betaTotal, count);
  });
}

/** loss = log(sum of e^(logits - max)) - (logits[label] - max) for each row; dLogits = softmax - one-hot label. */
INLINE void softmaxCrossEntropy(Pool *pool, const float *logits, const int *labels, int rows, int size, float *loss,
                                float *dLogits) {
  parallel(pool, rows, 16. * rows * size, [&](int row, int) {
    const float *in = logits + row * size;
    float *out = dLogits + row * size;
    float largest = in[0];
    for (int i = 1; i < size; i++) largest = in[i] > largest ? in[i] : largest;
    double total = 0;
    overVectors(0, size, [&](int i, int count) {
      const Vector e = exponential(loadSome(in + i, count) - splat(largest));
      storeSome(out + i, e, count);
      for (int l = 0; l < LANES; l++) total += l < count ? e[l] : 0.f;
    });
    const int label = labels[row];
    const bool valid = label >= 0 && label < size;
    loss[row] = valid ? float(logarithm(total) - (double(in[label]) - double(largest))) : __builtin_nanf("");
    const Vector inverse = splat(float(1 / total));
    overVectors(0, size, [&](int i, int count) { storeSome(out + i, loadSome(out + i, count) * inverse, count); });
    if (valid) out[label] -= 1.f;
  });
}
