// Threads that share out the tasks of one kernel. Tasks are claimed one at a time, so that a thread which the
// system holds up delays nobody, and nobody waits for a thread that is asleep or gone. Which thread runs a task
// never changes a result: kernels that sum over tasks give each task its own partial sum and add these in order.
#pragma once
#include "vector.h"

struct Pool {
  int remaining;   // tasks that nobody has claimed
  int unfinished;  // tasks not yet finished
  int calls;       // changes whenever there may be work
  int sleeping;    // threads that sleep until `calls` changes
  int stop;        // not 0: threads return
  int threads;     // threads at work, the calling one included
  int lost;        // not 0: a thread claimed a task and never finished it
  void (*run)(const void *body, int task, int worker);
  const void *body;
  [[no_unique_address]] Heap heap;
};

constexpr long long PATIENCE = 60'000'000'000;  // nanoseconds for a claimed task before its thread counts as lost

INLINE int read(int *word) { return __atomic_load_n(word, __ATOMIC_SEQ_CST); }

INLINE bool runOne(Pool *pool, int worker) {
  int left = read(&pool->remaining);
  while (left > 0) {
    if (__atomic_compare_exchange_n(&pool->remaining, &left, left - 1, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)) {
      pool->run(pool->body, left - 1, worker);
      if (__atomic_sub_fetch(&pool->unfinished, 1, __ATOMIC_SEQ_CST) == 0 && worker != 0) wake(&pool->unfinished, 1);
      return true;
    }
  }
  return false;
}

/** What a kernel thread does for life. */
INLINE void serve(Pool *pool, int worker) {
  while (!read(&pool->stop)) {
    const int calls = read(&pool->calls);
    if (runOne(pool, worker)) continue;
    int spins = 0;
    while (spins < SPINS && read(&pool->calls) == calls) {
      spins++;
      relax();
    }
    if (spins < SPINS) continue;
    __atomic_add_fetch(&pool->sleeping, 1, __ATOMIC_SEQ_CST);
    sleepWhile(&pool->calls, calls, -1);
    __atomic_sub_fetch(&pool->sleeping, 1, __ATOMIC_SEQ_CST);
  }
}

template <class Body> void callBody(const void *body, int task, int worker) {
  (*static_cast<const Body *>(body))(task, worker);
}

/** Operations below which waking another thread costs more than it gives. */
constexpr double WORTH_THREADS = 100e3;

/** Runs body(task, worker) for every task; `work` is the number of multiply-adds (or the like) of all together. */
template <class Body> INLINE void parallel(Pool *pool, int tasks, double work, const Body &body) {
  if (!THREADED || tasks <= 1 || pool->threads <= 1 || pool->lost || work < WORTH_THREADS) {
    for (int task = 0; task < tasks; task++) body(task, 0);
    return;
  }
  pool->run = &callBody<Body>;
  pool->body = &body;
  __atomic_store_n(&pool->unfinished, tasks, __ATOMIC_SEQ_CST);
  __atomic_store_n(&pool->remaining, tasks, __ATOMIC_SEQ_CST);
  __atomic_add_fetch(&pool->calls, 1, __ATOMIC_SEQ_CST);
  if (read(&pool->sleeping)) wake(&pool->calls, smaller(tasks, pool->threads) - 1);
  while (runOne(pool, 0)) {
  }
  for (int spins = 0; spins < SPINS && read(&pool->unfinished); spins++) relax();
  for (int left = read(&pool->unfinished); left; left = read(&pool->unfinished)) {
    if (!sleepWhile(&pool->unfinished, left, PATIENCE) && read(&pool->unfinished) == left) {
      pool->lost = 1;
      return;
    }
  }
}
