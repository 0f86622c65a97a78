// Everything that depends on the target: WebAssembly here, a native build (N-API addon) in the #else branches.
#pragma once

#define INLINE inline __attribute__((always_inline))
#define INLINE_LAMBDA __attribute__((always_inline))

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

#else  // native

#include <sched.h>

#define EXPORT(name) extern "C" __attribute__((visibility("default")))

#ifdef __AVX2__
constexpr int LANES = 8;
typedef float Vector __attribute__((vector_size(32)));
typedef int IntVector __attribute__((vector_size(32)));
#else
constexpr int LANES = 4;
typedef float Vector __attribute__((vector_size(16)));
typedef int IntVector __attribute__((vector_size(16)));
#endif
constexpr int TILE = 6;
constexpr bool THREADED = true;

INLINE Vector multiplyAdd(Vector a, Vector b, Vector c) { return a * b + c; }
INLINE bool sleepWhile(int *word, int value, long long) {
  if (__atomic_load_n(word, __ATOMIC_SEQ_CST) == value) sched_yield();
  return true;
}
INLINE void wake(int *, int) {}

#endif
