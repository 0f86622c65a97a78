// The addon: which builds of the kernels this processor can run, and one of them at work with its threads.
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "variant.h"

namespace {

/** The builds that this processor can run, the fastest first. */
size_t runnable(const Variant *variants[3]) {
  size_t count = 0;
#ifdef CURLEW_X64
  __builtin_cpu_init();
  const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
    variants[count++] = &curlewAvx512;
  if (avx2) variants[count++] = &curlewAvx2;
#endif
  variants[count++] = &curlewBaseline;
  return count;
}

/** Kernels at work. */
struct Instance {
  const Variant *variant;
  void *pool;
  pthread_t *threads;
  int started;
};

struct Start {
  Instance *instance;
  int worker;
};

void *serve(void *argument) {
  const Start start = *static_cast<Start *>(argument);
  free(argument);
  start.instance->variant->serve(start.instance->pool, start.worker);
  return nullptr;
}

/** Ends the threads. The pool stays: JavaScript may still hold functions that refer to it. */
void stop(void *argument) {
  auto *instance = static_cast<Instance *>(argument);
  if (!instance->threads) return;
  instance->variant->stop(instance->pool);
  for (int i = 0; i < instance->started; i++) pthread_join(instance->threads[i], nullptr);
  instance->variant->setThreads(instance->pool, 1);
  free(instance->threads);
  instance->threads = nullptr;
}

napi_value fail(napi_env env, const char *message) {
  napi_throw_error(env, nullptr, message);
  return nullptr;
}

/** Start of a typed array's values, or null. */
void *valuesOf(napi_env env, napi_value array) {
  void *values = nullptr;
  bool isArray = false;
  if (napi_is_typedarray(env, array, &isArray) != napi_ok || !isArray) return nullptr;
  if (napi_get_typedarray_info(env, array, nullptr, nullptr, &values, nullptr, nullptr) != napi_ok) return nullptr;
  return values;
}

/** attach(heap: Uint8Array): the memory lies here from now on. */
napi_value attach(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value heap;
  void *data;
  napi_get_cb_info(env, info, &count, &heap, nullptr, &data);
  void *base = count < 1 ? nullptr : valuesOf(env, heap);
  if (!base) return fail(env, "The memory must be given as a Uint8Array.");
  auto *instance = static_cast<Instance *>(data);
  instance->variant->setHeap(instance->pool, base);
  return nullptr;
}

napi_value close(napi_env env, napi_callback_info info) {
  void *data;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  stop(data);
  napi_remove_env_cleanup_hook(env, stop, data);
  return nullptr;
}

void addFunction(napi_env env, napi_value object, const char *name, napi_callback call, void *data) {
  napi_value function;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, call, data, &function);
  napi_set_named_property(env, object, name, function);
}

/** variants(): names of the builds that this processor can run, the fastest first. */
napi_value variants(napi_env env, napi_callback_info) {
  const Variant *all[3];
  const size_t count = runnable(all);
  napi_value names;
  napi_create_array_with_length(env, count, &names);
  for (size_t i = 0; i < count; i++) {
    napi_value name;
    napi_create_string_utf8(env, all[i]->name, NAPI_AUTO_LENGTH, &name);
    napi_set_element(env, names, static_cast<uint32_t>(i), name);
  }
  return names;
}

/** start(variant: string, heap: Uint8Array, threads: number): an object of kernels, `attach` and `close`. */
napi_value start(napi_env env, napi_callback_info info) {
  size_t count = 3;
  napi_value arguments[3];
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  char name[16];
  int threads = 0;
  void *heap = count < 3 ? nullptr : valuesOf(env, arguments[1]);
  if (!heap || napi_get_value_string_utf8(env, arguments[0], name, sizeof name, nullptr) != napi_ok ||
      napi_get_value_int32(env, arguments[2], &threads) != napi_ok || threads < 1)
    return fail(env, "start takes the name of a variant, a Uint8Array and a number of threads.");

  const Variant *all[3], *variant = nullptr;
  for (size_t i = runnable(all); i-- > 0;)
    if (strcmp(all[i]->name, name) == 0) variant = all[i];
  if (!variant) return fail(env, "This processor has no such vector instructions.");

  auto *instance = static_cast<Instance *>(calloc(1, sizeof(Instance)));
  instance->variant = variant;
  instance->pool = calloc(1, variant->poolBytes);
  instance->threads = static_cast<pthread_t *>(calloc(static_cast<size_t>(threads), sizeof(pthread_t)));
  variant->setHeap(instance->pool, heap);
  variant->setThreads(instance->pool, threads);
  for (int worker = 1; worker < threads; worker++) {
    auto *argument = static_cast<Start *>(malloc(sizeof(Start)));
    *argument = {instance, worker};
    if (pthread_create(&instance->threads[instance->started], nullptr, serve, argument) != 0) {
      free(argument);
      stop(instance);
      return fail(env, "A thread did not start.");
    }
    instance->started++;
  }
  // However the environment ends, no thread is left in code that is about to be unloaded.
  napi_add_env_cleanup_hook(env, stop, instance);

  napi_value kernels;
  napi_create_object(env, &kernels);
  for (size_t i = 0; i < variant->functionCount; i++)
    addFunction(env, kernels, variant->functions[i].name, variant->functions[i].call, instance->pool);
  addFunction(env, kernels, "attach", attach, instance);
  addFunction(env, kernels, "close", close, instance);
  return kernels;
}

}  // namespace

NAPI_MODULE_INIT() {
  addFunction(env, exports, "variants", variants, nullptr);
  addFunction(env, exports, "start", start, nullptr);
  return exports;
}
