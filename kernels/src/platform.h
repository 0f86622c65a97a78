// Everything that depends on the target: WebAssembly in the first branch, a native build (`native/`) in the second.
#pragma once

#define INLINE inline __attribute__((always_inline))
#define INLINE_LAMBDA __attribute__((always_inline))

#ifdef __clang__
#define NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define NO_UNROLL _Pragma("GCC unroll 1")
#endif

#ifdef __wasm__

#define EXPORT(name) extern "C" __attribute__((export_name(#name)))

/** Floats per vector. */
constexpr int LANES = 4;
/** Rows of a register tile: 6 x 2 sums, 2 weights and 1 splat fill the 15 registers that engines leave us. */
constexpr int TILE = 6;

typedef float Vector __attribute__((vector_size(16)));
typedef int IntVector __attribute__((vector_size(16)));

INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) {
#ifdef __wasm_relaxed_simd__
  return __builtin_wasm_relaxed_madd_f32x4(a, b, c);
#else
  return a * b + c;
#endif
}

INLINE Vector squareRoot(Vector v) { return __builtin_elementwise_sqrt(v); }

/** The memory that 32-bit addresses in tables refer to. */
struct Heap {
  float *at(unsigned address) const { return reinterpret_cast<float *>(address); }
};

/** WebAssembly has no way to ask for a line of memory that is written soon. */
INLINE void prefetchToWrite(const float *) {}

/** Looks at memory before a thread goes to sleep: some tens of microseconds, the usual pause between kernels. */
constexpr int SPINS = 20000;
/** Between two looks. */
INLINE void relax() {}

#ifdef __wasm_atomics__
constexpr bool THREADED = true;
/** Sleeps while *word == value, at most so many nanoseconds (negative: no limit); false when that time ran out. */
INLINE bool sleepWhile(int *word, int value, long long nanoseconds) {
  return __builtin_wasm_memory_atomic_wait32(word, value, nanoseconds) != 2;
}
INLINE void wake(int *word, int count) { __builtin_wasm_memory_atomic_notify(word, count); }
#else
constexpr bool THREADED = false;
INLINE bool sleepWhile(int *, int, long long) { return true; }
INLINE void wake(int *, int) {}
#endif

#else  // native; `variant.cpp` includes the header of the processor's vector instructions

#define EXPORT(name)

constexpr bool THREADED = true;

#if defined(__AVX512F__)
#define CURLEW_BYTES 64
#elif defined(__AVX2__)
#define CURLEW_BYTES 32
#else
#define CURLEW_BYTES 16
#endif
typedef float Vector __attribute__((vector_size(CURLEW_BYTES)));
typedef int IntVector __attribute__((vector_size(CURLEW_BYTES)));
constexpr int LANES = CURLEW_BYTES / 4;
#undef CURLEW_BYTES
constexpr int TILE = 6;

#if defined(__AVX512F__)
INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return (Vector)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c); }
INLINE Vector squareRoot(Vector v) { return (Vector)_mm512_sqrt_ps((__m512)v); }
INLINE void relax() { _mm_pause(); }
#elif defined(__AVX2__)
INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return (Vector)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)c); }
INLINE Vector squareRoot(Vector v) { return (Vector)_mm256_sqrt_ps((__m256)v); }
INLINE void relax() { _mm_pause(); }
#elif defined(__SSE2__)
INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return a * b + c; }
INLINE Vector squareRoot(Vector v) { return (Vector)_mm_sqrt_ps((__m128)v); }
INLINE void relax() { _mm_pause(); }
#elif defined(__aarch64__)
INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) {
  return (Vector)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}
INLINE Vector squareRoot(Vector v) { return (Vector)vsqrtq_f32((float32x4_t)v); }
INLINE void relax() { __asm__ volatile("yield"); }
#else
INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return a * b + c; }
INLINE Vector squareRoot(Vector v) {
  for (int i = 0; i < LANES; i++) v[i] = __builtin_sqrtf(v[i]);
  return v;
}
INLINE void relax() {}
#endif

/** The memory that 32-bit addresses in tables refer to: the wasm backend's, wherever it lies in this process. */
struct Heap {
  char *base;
  float *at(unsigned address) const { return reinterpret_cast<float *>(base + address); }
};

/** Asks for a line of memory that is written soon. */
INLINE void prefetchToWrite(const float *p) { __builtin_prefetch(p, 1); }

/** A pause takes some tens of processor cycles, so fewer looks take as long as many without one. */
constexpr int SPINS = 2000;

// As in WebAssembly; native/src/sleep.cpp has them.
extern "C" bool curlewSleepWhile(int *word, int value, long long nanoseconds);
extern "C" void curlewWake(int *word);
INLINE bool sleepWhile(int *word, int value, long long nanoseconds) { return curlewSleepWhile(word, value, nanoseconds); }
INLINE void wake(int *word, int) { curlewWake(word); }

#endif
