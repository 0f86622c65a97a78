// Sums, optimiser steps, layer norm, softmax: everything that passes over memory once or twice.
#pragma once
#include "parallel.h"

/** Values that one task takes. */
constexpr int CHUNK = 1 << 14;

/** body(first index, count) for whole vectors, and once for what is left over. */
template <class Body> INLINE void overVectors(int first, int last, const Body &body) {
  int i = first;
  for (; i + LANES <= last; i += LANES) body(i, LANES);
  if (i < last) body(i, last - i);
}

/** Rows that one partial sum takes; it depends on the shape only, so that sums never vary. */
INLINE int rowsPerSum(int rows, int columns) { return bigger(bigger(1, CHUNK / bigger(1, columns)), ceilDivide(rows, 64)); }

/** y[columns] = sum over rows of x[rows, columns]. Scratch: packed columns for each of at most 64 partial sums. */
INLINE void sumRows(Pool *pool, const float *x, int rows, int columns, float *y, float *scratch) {
  const int packed = ceilDivide(columns, LANES) * LANES, each = rowsPerSum(rows, columns);
  const int parts = ceilDivide(rows, each);
  parallel(pool, parts, double(rows) * columns, [&](int part, int) {
    float *sum = scratch + part * packed;
    __builtin_memset(sum, 0, packed * 4u);
    const int last = smaller(rows, (part + 1) * each);
    // Sums of 64 rows at a time keep the rounding error of long columns small.
    for (int begin = part * each; begin < last; begin += 64) {
      const int end = smaller(last, begin + 64);
      overVectors(0, columns, [&](int n, int count) {
        Vector total = {};
        for (int row = begin; row < end; row++) total += loadSome(x + row * columns + n, count);
        store(sum + n, load(sum + n) + total);
      });
    }
  });
  overVectors(0, columns, [&](int n, int count) {
    Vector total = {};
    for (int part = 0; part < parts; part++) total += load(scratch + part * packed + n);
    storeSome(y + n, total, count);
  });
}

/** y[0] = sum of x. Scratch: one value for each CHUNK. */
INLINE void sumAll(Pool *pool, const float *x, int size, float *y, float *scratch) {
  const int parts = ceilDivide(size, CHUNK);
  parallel(pool, parts, size, [&](int part, int) {
    Vector sums[4] = {};
    const int first = part * CHUNK, last = smaller(size, first + CHUNK);
    int i = first;
    for (; i + 4 * LANES <= last; i += 4 * LANES)
      for (int j = 0; j < 4; j++) sums[j] += load(x + i + j * LANES);
    overVectors(i, last, [&](int at, int count) { sums[0] += loadSome(x + at, count); });
    scratch[part] = sumOf((sums[0] + sums[1]) + (sums[2] + sums[3]));
  });
  double total = 0;
  for (int part = 0; part < parts; part++) total += scratch[part];
  y[0] = float(total);
}

/** One parameter of an optimiser step; the fields are addresses and a length, as the caller lays them out. */
template <int ADDRESSES> struct Slots {
  const unsigned *table;  // ADDRESSES + 1 words for each slot
  int count;
  [[no_unique_address]] Heap heap;

  int chunks() const {
    int chunks = 0;
    for (int i = 0; i < count; i++) chunks += ceilDivide(size(i), CHUNK);
    return chunks;
  }
  double values() const {
    double values = 0;
    for (int i = 0; i < count; i++) values += size(i);
    return values;
  }
  int size(int slot) const { return int(table[slot * (ADDRESSES + 1) + ADDRESSES]); }
  float *at(int slot, int which) const { return heap.at(table[slot * (ADDRESSES + 1) + which]); }
  /** body(slot, first, last) for one chunk. */
  template <class Body> INLINE void visit(int chunk, const Body &body) const {
    for (int slot = 0; slot < count; slot++) {
      const int here = ceilDivide(size(slot), CHUNK);
      if (chunk < here) return body(slot, chunk * CHUNK, smaller(size(slot), (chunk + 1) * CHUNK));
      chunk -= here;
    }
  }
};

struct AdamStep {
  float rate;                 // learning rate / (1 - beta1^t)
  float beta2, rest1, rest2;  // rest: 1 - beta, rounded once
  float correction;           // 1 / sqrt(1 - beta2^t)
  float epsilon, weightDecay;
};

INLINE void adam(Pool *pool, const Slots<4> &slots, const AdamStep &s) {
  parallel(pool, slots.chunks(), slots.values() * 4, [&](int chunk, int) {
    slots.visit(chunk, [&](int slot, int first, int last) {
      float *parameter = slots.at(slot, 0), *gradient = slots.at(slot, 1), *m = slots.at(slot, 2), *v = slots.at(slot, 3);
      overVectors(first, last, [&](int i, int count) INLINE_LAMBDA {
        const Vector p = loadSome(parameter + i, count), oldM = loadSome(m + i, count), oldV = loadSome(v + i, count);
        const Vector g = loadSome(gradient + i, count) + splat(s.weightDecay) * p;
        const Vector newM = oldM + (g - oldM) * splat(s.rest1);
        const Vector newV = oldV * splat(s.beta2) + g * g * splat(s.rest2);
        storeSome(m + i, newM, count);
        storeSome(v + i, newV, count);
        const Vector denominator = squareRoot(newV) * splat(s.correction) + splat(s.epsilon);
        storeSome(parameter + i, p - splat(s.rate) * newM / denominator, count);
      });
    });
  });
}

/** target = target + tau (source - target). */
INLINE void movingAverage(Pool *pool, const Slots<2> &slots, float tau) {
  parallel(pool, slots.chunks(), slots.values(), [&](int chunk, int) {
    slots.visit(chunk, [&](int slot, int first, int last) {
      float *target = slots.at(slot, 0), *source = slots.at(slot, 1);
      overVectors(first, last, [&](int i, int count) INLINE_LAMBDA {
        const Vector t = loadSome(target + i, count);
        storeSome(target + i, t + splat(tau) * (loadSome(source + i, count) - t), count);
      });
    });
  });
}

INLINE void bytesToFloat(Pool *pool, const unsigned char *bytes, int size, float scale, float *y) {
  parallel(pool, ceilDivide(size, CHUNK), size, [&](int chunk, int) {
    const int last = smaller(size, (chunk + 1) * CHUNK);
    int i = chunk * CHUNK;
#ifndef __wasm__
    // The compiler for WebAssembly makes as much of the plain loop, others do not.
    for (; i + 4 * LANES <= last; i += 4 * LANES)
      for (int j = 0; j < 4 * LANES; j += LANES) store(y + i + j, loadBytes(bytes + i + j) * splat(scale));
#endif
    for (; i < last; i++) y[i] = float(bytes[i]) * scale;
  });
}

/** dx = dy where y > 0, else 0. */
INLINE void reluGradient(Pool *pool, const float *dy, const float *y, int size, float *dx) {
  parallel(pool, ceilDivide(size, CHUNK), size, [&](int chunk, int) {
    overVectors(chunk * CHUNK, smaller(size, (chunk + 1) * CHUNK), [&](int i, int count) INLINE_LAMBDA {
      storeSome(dx + i, wherePositive(loadSome(y + i, count), loadSome(dy + i, count)), count);
    });
  });
}
