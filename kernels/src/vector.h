// Loads, stores and a few functions on vectors of LANES floats.
#pragma once
#include "platform.h"

struct __attribute__((packed, aligned(4))) Unaligned {
  Vector value;
};

INLINE Vector load(const float *p) { return reinterpret_cast<const Unaligned *>(p)->value; }
INLINE void store(float *p, Vector v) { reinterpret_cast<Unaligned *>(p)->value = v; }
/** LANES bytes as floats. */
INLINE Vector loadBytes(const unsigned char *p) {
  typedef unsigned char Bytes __attribute__((vector_size(LANES)));
  Bytes bytes;
  __builtin_memcpy(&bytes, p, LANES);
  // By way of integers, for which compilers have one instruction.
  return __builtin_convertvector(__builtin_convertvector(bytes, IntVector), Vector);
}
INLINE Vector splat(float x) { return x - Vector{}; }
INLINE Vector select(IntVector mask, Vector yes, Vector no) {
  return (Vector)((mask & (IntVector)yes) | (~mask & (IntVector)no));
}
INLINE Vector larger(Vector a, Vector b) { return select(a > b, a, b); }
/** max(v, 0), where a NaN stays a NaN. */
INLINE Vector relu(Vector v) { return (Vector)((IntVector)v & ~(v < Vector{})); }

/** v where y is positive, else 0. */
INLINE Vector wherePositive(Vector y, Vector v) { return (Vector)((IntVector)v & (y > Vector{})); }

/** The first `count` floats, fewer than LANES; rare, so not worth its size at every place of use. */
__attribute__((noinline)) static Vector loadFew(const float *p, int count) {
  Vector v = {};
  for (int i = 0; i < LANES; i++) v[i] = i < count ? p[i] : 0.f;
  return v;
}
__attribute__((noinline)) static void storeFew(float *p, Vector v, int count) {
  for (int i = 0; i < LANES; i++)
    if (i < count) p[i] = v[i];
}
/** The first `count` floats, at most LANES; the other lanes are zero. */
INLINE Vector loadSome(const float *p, int count) { return count >= LANES ? load(p) : loadFew(p, count); }
INLINE void storeSome(float *p, Vector v, int count) {
  if (count >= LANES) store(p, v);
  else storeFew(p, v, count);
}

/** out[i] = x[i] where y[i] is positive, else 0. */
INLINE void copyWherePositive(const float *x, const float *y, int count, float *out) {
  int i = 0;
  for (; i + LANES <= count; i += LANES) store(out + i, wherePositive(load(y + i), load(x + i)));
  for (; i < count; i++) out[i] = y[i] > 0 ? x[i] : 0.f;
}

typedef float Quad __attribute__((vector_size(16)));

/** to[column][row] = from[row][column] for 4 rows of 4 floats. */
INLINE void transposeQuads(const float *from, int fromRow, float *to, int toRow) {
  Quad row[4];
  for (int r = 0; r < 4; r++) __builtin_memcpy(&row[r], from + r * fromRow, sizeof(Quad));
  const Quad low01 = __builtin_shufflevector(row[0], row[1], 0, 4, 1, 5);
  const Quad low23 = __builtin_shufflevector(row[2], row[3], 0, 4, 1, 5);
  const Quad high01 = __builtin_shufflevector(row[0], row[1], 2, 6, 3, 7);
  const Quad high23 = __builtin_shufflevector(row[2], row[3], 2, 6, 3, 7);
  const Quad column[4] = {
      __builtin_shufflevector(low01, low23, 0, 1, 4, 5),
      __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
      __builtin_shufflevector(high01, high23, 0, 1, 4, 5),
      __builtin_shufflevector(high01, high23, 2, 3, 6, 7),
  };
  for (int c = 0; c < 4; c++) __builtin_memcpy(to + c * toRow, &column[c], sizeof(Quad));
}

INLINE float sumOf(Vector v) {
  float sum = 0;
  for (int i = 0; i < LANES; i++) sum += v[i];
  return sum;
}
INLINE float largestOf(Vector v) {
  float largest = v[0];
  for (int i = 1; i < LANES; i++) largest = v[i] > largest ? v[i] : largest;
  return largest;
}

/** e^x for x <= 0, to about one unit in the last place; 0 below -87. */
INLINE Vector exponential(Vector x) {
  const IntVector tiny = x < splat(-87.f);
  x = larger(x, splat(-87.f));
  // x = n ln 2 + r with |r| <= ln(2) / 2; adding 1.5 * 2^23 rounds to the nearest whole number.
  const Vector magic = splat(12582912.f);
  const Vector shifted = x * splat(1.44269504f) + magic;
  const Vector n = shifted - magic;
  Vector r = x - n * splat(0.693359375f);
  r = r - n * splat(-2.12194440e-4f);
  Vector p = splat(1.f / 5040);
  p = p * r + splat(1.f / 720);
  p = p * r + splat(1.f / 120);
  p = p * r + splat(1.f / 24);
  p = p * r + splat(1.f / 6);
  p = p * r + splat(.5f);
  p = p * r * r + r + splat(1.f);
  const IntVector power = ((IntVector)shifted - (IntVector)magic + 127) << 23;
  return select(tiny, Vector{}, p * (Vector)power);
}

/** Natural logarithm of a positive, normal number: ln(m 2^e) by the series of atanh((m - 1) / (m + 1)). */
INLINE double logarithm(double x) {
  long long bits;
  __builtin_memcpy(&bits, &x, 8);
  int exponent = int(bits >> 52) - 1023;
  bits = (bits & 0xfffffffffffffll) | 0x3ff0000000000000ll;
  double m;
  __builtin_memcpy(&m, &bits, 8);
  if (m > 1.4142135623730951) {
    m *= .5;
    exponent++;
  }
  const double t = (m - 1) / (m + 1), square = t * t;
  double series = 0;
  for (int k = 17; k >= 1; k -= 2) series = series * square + 1. / k;
  return 2 * t * series + exponent * 0.6931471805599453;
}

template <class T> INLINE T smaller(T a, T b) { return a < b ? a : b; }
template <class T> INLINE T bigger(T a, T b) { return a > b ? a : b; }
INLINE int ceilDivide(int a, int b) { return (a + b - 1) / b; }
/** So many floats and what is missing to whole lines of the cache, for parts of scratch space that follow one another. */
template <class T> INLINE T wholeLines(T floats) { return T(((long long)(floats) + 15) / 16 * 16); }
