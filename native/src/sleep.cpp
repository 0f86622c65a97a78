// Sleeping until a word in memory changes, as WebAssembly's wait and notify do it: a table of places to sleep, which
// word goes where depends on its address. Several words may share a place; sleepers look for themselves.
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <time.h>

namespace {

struct Place {
  pthread_mutex_t mutex;
  pthread_cond_t woken;
};

constexpr size_t COUNT = 16;
// Never destroyed: threads may still sleep here while the process ends.
Place *places;
pthread_once_t once = PTHREAD_ONCE_INIT;

void create() {
  places = new Place[COUNT];
  for (size_t i = 0; i < COUNT; i++) {
    pthread_mutex_init(&places[i].mutex, nullptr);
    pthread_condattr_t attributes;
    pthread_condattr_init(&attributes);
#ifndef __APPLE__
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
#endif
    pthread_cond_init(&places[i].woken, &attributes);
    pthread_condattr_destroy(&attributes);
  }
}

Place &placeOf(const int *word) {
  pthread_once(&once, create);
  return places[reinterpret_cast<uintptr_t>(word) / sizeof(int) % COUNT];
}

constexpr long long SECOND = 1'000'000'000;

int waitFor(Place &place, long long nanoseconds) {
  if (nanoseconds < 0) return pthread_cond_wait(&place.woken, &place.mutex);
  timespec time;
#ifdef __APPLE__
  time = {static_cast<time_t>(nanoseconds / SECOND), static_cast<long>(nanoseconds % SECOND)};
  return pthread_cond_timedwait_relative_np(&place.woken, &place.mutex, &time);
#else
  clock_gettime(CLOCK_MONOTONIC, &time);
  const long long end = time.tv_nsec + nanoseconds;
  time.tv_sec += end / SECOND;
  time.tv_nsec = end % SECOND;
  return pthread_cond_timedwait(&place.woken, &place.mutex, &time);
#endif
}

}  // namespace

/** Sleeps while *word == value, at most so many nanoseconds (negative: no limit); false when that time ran out. */
extern "C" bool curlewSleepWhile(int *word, int value, long long nanoseconds) {
  Place &place = placeOf(word);
  pthread_mutex_lock(&place.mutex);
  int status = 0;
  // One wait is enough: callers look again at what they wait for.
  if (__atomic_load_n(word, __ATOMIC_SEQ_CST) == value) status = waitFor(place, nanoseconds);
  pthread_mutex_unlock(&place.mutex);
  return status != ETIMEDOUT;
}

/** Wakes all who sleep on a word; to be called after it was changed. */
extern "C" void curlewWake(int *word) {
  Place &place = placeOf(word);
  pthread_mutex_lock(&place.mutex);
  pthread_cond_broadcast(&place.woken);
  pthread_mutex_unlock(&place.mutex);
}
