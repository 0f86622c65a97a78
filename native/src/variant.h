// What one build of the kernels offers to the addon. The builds share no other name: code that one of them was
// allowed to compile with newer instructions must never stand in for another's.
#pragma once
#define NAPI_VERSION 8
#include <node_api.h>
#include <stddef.h>

/** A kernel as a JavaScript function; its data is the pool. */
struct Function {
  const char *name;
  napi_callback call;
};

struct Variant {
  /** Vector instructions. */
  const char *name;
  const Function *functions;
  size_t functionCount;
  /** Bytes of the pool, which begin as zeros. */
  size_t poolBytes;
  /** Sets the number of threads at work, the calling one included. */
  void (*setThreads)(void *pool, int threads);
  /** Tells where the memory lies that kernel arguments are addresses in. */
  void (*setHeap)(void *pool, void *base);
  /** What a thread does until `stop`. */
  void (*serve)(void *pool, int worker);
  void (*stop)(void *pool);
};

// Those that this machine's compiler built; addon.cpp picks by what the processor knows.
extern const Variant curlewBaseline;
#ifdef CURLEW_X64
extern const Variant curlewAvx2, curlewAvx512;
#endif
