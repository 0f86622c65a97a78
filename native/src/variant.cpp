// The kernels of kernels/src compiled for one kind of processor, and their functions made callable from JavaScript.
// Compiled once for each kind, as CURLEW_VARIANT; no code of the C++ library may come in here, because the linker
// would keep one copy of it for all of them.
#include "variant.h"

#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

namespace CURLEW_NAMESPACE {

#include "../../kernels/src/kernels.cpp"

/** A number from JavaScript as an argument of a kernel. */
template <class T> struct Argument {
  static T from(double value, Pool *) { return static_cast<T>(value); }
};
/** Addresses count from the beginning of the memory; 0 stands for none. */
template <class T> struct Argument<T *> {
  static T *from(double value, Pool *pool) {
    const auto address = static_cast<unsigned>(value);
    return address ? reinterpret_cast<T *>(pool->heap.base + address) : nullptr;
  }
};
template <> struct Argument<Pool *> {
  static Pool *from(double, Pool *pool) { return pool; }
};

template <class Result, class... Arguments, size_t... I>
napi_value invoke(napi_env env, Pool *pool, const double *values, Result (*kernel)(Arguments...),
                  std::index_sequence<I...>) {
  napi_value result = nullptr;
  if constexpr (std::is_void_v<Result>) kernel(Argument<Arguments>::from(values[I], pool)...);
  else napi_create_double(env, kernel(Argument<Arguments>::from(values[I], pool)...), &result);
  return result;
}

template <class Result, class... Arguments> constexpr size_t arityOf(Result (*)(Arguments...)) {
  return sizeof...(Arguments);
}

/** Calls a kernel with the numbers that JavaScript gives; the place of the pool is there, but not looked at. */
template <auto kernel> napi_value call(napi_env env, napi_callback_info info) {
  constexpr size_t arity = arityOf(kernel);
  size_t given = arity;
  napi_value arguments[arity];
  void *pool = nullptr;
  napi_get_cb_info(env, info, &given, arguments, nullptr, &pool);
  double values[arity];
  for (size_t i = 0; i < arity; i++) {
    const bool isNumber = i < given && napi_get_value_double(env, arguments[i], &values[i]) == napi_ok;
    // A conversion from outside the 32-bit range would not be defined.
    if (!isNumber || !(values[i] > -2147483649. && values[i] < 4294967296.)) {
      napi_throw_type_error(env, nullptr, "A native kernel was called with something that is not a 32-bit number.");
      return nullptr;
    }
  }
  return invoke(env, static_cast<Pool *>(pool), values, kernel, std::make_index_sequence<arity>());
}

const Function FUNCTIONS[] = {
    {"poolLost", call<&poolLost>},
    {"convScratch", call<&convScratch>},
    {"convForward", call<&exportedConvForward>},
    {"convFilterGradient", call<&exportedConvFilterGradient>},
    {"convInputGradient", call<&exportedConvInputGradient>},
    {"productScratch", call<&exportedProductScratch>},
    {"product", call<&exportedProduct>},
    {"sumRows", call<&exportedSumRows>},
    {"sumAll", call<&exportedSumAll>},
    {"adam", call<&exportedAdam>},
    {"movingAverage", call<&exportedMovingAverage>},
    {"bytesToFloat", call<&exportedBytesToFloat>},
    {"reluGradient", call<&exportedReluGradient>},
    {"layerNorm", call<&exportedLayerNorm>},
    {"layerNormGradient", call<&exportedLayerNormGradient>},
    {"softmaxCrossEntropy", call<&exportedSoftmaxCrossEntropy>},
};

void setThreads(void *pool, int threads) { poolSetUp(static_cast<Pool *>(pool), threads); }
void setHeap(void *pool, void *base) { static_cast<Pool *>(pool)->heap.base = static_cast<char *>(base); }
void serveUntilStop(void *pool, int worker) { poolServe(static_cast<Pool *>(pool), worker); }
void stop(void *pool) { poolStop(static_cast<Pool *>(pool)); }

#if defined(__AVX512F__)
#define CURLEW_NAME "avx512"
#elif defined(__AVX2__)
#define CURLEW_NAME "avx2"
#elif defined(__SSE2__)
#define CURLEW_NAME "sse2"
#elif defined(__aarch64__)
#define CURLEW_NAME "neon"
#else
#define CURLEW_NAME "portable"
#endif

}  // namespace CURLEW_NAMESPACE

extern const Variant CURLEW_VARIANT = {
    CURLEW_NAME,
    CURLEW_NAMESPACE::FUNCTIONS,
    sizeof(CURLEW_NAMESPACE::FUNCTIONS) / sizeof(Function),
    sizeof(CURLEW_NAMESPACE::Pool),
    CURLEW_NAMESPACE::setThreads,
    CURLEW_NAMESPACE::setHeap,
    CURLEW_NAMESPACE::serveUntilStop,
    CURLEW_NAMESPACE::stop,
};
