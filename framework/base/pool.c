/* SPDX-License-Identifier: Apache-2.0 */
/* Worker threads that take the parts of one task from a shared counter. Workers
 * wait by looking, then by looking and letting others run, then asleep: tasks come
 * less than a tenth of a millisecond apart while training, which is about what
 * waking a sleeper takes, and not at all at other times. */

#include "base/pool.h"

#include "base/alloc.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LOOKS = 2000, AWAKE_NS = 300000 };

struct pool {
    unsigned threads;
    pthread_t *worker; /* [threads - 1] */
    unsigned started;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    atomic_uint task; /* goes up by one with each task */
    atomic_bool ending;
    atomic_uint asleep;
    atomic_uint busy; /* workers that have not finished the present task */
    _Alignas(64) atomic_size_t next;
    size_t parts;
    void (*part)(void *context, size_t i);
    void *context;
};

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

static void work(struct pool *pool)
{
    size_t i;

    while ((i = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed)) < pool->parts)
        pool->part(pool->context, i);
}

static int64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* Has the task number changed from seen within LOOKS looks and AWAKE_NS? */
static bool look_for_task(struct pool *pool, unsigned seen)
{
    int64_t end = 0;

    for (int i = 0;; i++) {
        if (atomic_load_explicit(&pool->task, memory_order_acquire) != seen)
            return true;
        if (i < LOOKS) {
            relax();
            continue;
        }
        if (!end)
            end = now_ns() + AWAKE_NS;
        else if (now_ns() > end)
            return false;
        sched_yield();
    }
}

/* Waits until the task number is no longer seen; false: the pool ends. */
static bool wait_for_task(struct pool *pool, unsigned seen)
{
    if (look_for_task(pool, seen))
        return !atomic_load(&pool->ending);
    pthread_mutex_lock(&pool->lock);
    atomic_fetch_add(&pool->asleep, 1);
    while (atomic_load(&pool->task) == seen)
        pthread_cond_wait(&pool->wake, &pool->lock);
    atomic_fetch_sub(&pool->asleep, 1);
    pthread_mutex_unlock(&pool->lock);
    return !atomic_load(&pool->ending);
}

static void *worker(void *argument)
{
    struct pool *pool = argument;
    unsigned seen = 0;

    while (wait_for_task(pool, seen)) {
        seen++;
        work(pool);
        atomic_fetch_sub_explicit(&pool->busy, 1, memory_order_release);
    }
    return NULL;
}

static void announce(struct pool *pool)
{
    atomic_fetch_add(&pool->task, 1);
    if (atomic_load(&pool->asleep)) {
        pthread_mutex_lock(&pool->lock);
        pthread_cond_broadcast(&pool->wake);
        pthread_mutex_unlock(&pool->lock);
    }
}

struct pool *pool_new(unsigned threads, struct pare_error *err)
{
    struct pool *pool = alloc_zero(1, sizeof *pool, "the thread pool", err);

    if (!pool)
        return NULL;
    pool->threads = threads ? threads : 1;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pool->worker = xcalloc(pool->threads, sizeof *pool->worker);
    for (unsigned i = 1; i < pool->threads; i++) {
        int error = pthread_create(&pool->worker[pool->started], NULL, worker, pool);

        if (error) {
            pare_fail(err, PARE_EIO, "cannot start thread %u of %u: %s", i + 1, threads,
                      strerror(error));
            pool_free(pool);
            return NULL;
        }
        pool->started++;
    }
    return pool;
}

void pool_free(struct pool *pool)
{
    if (!pool)
        return;
    atomic_store(&pool->ending, true);
    announce(pool);
    for (unsigned i = 0; i < pool->started; i++)
        pthread_join(pool->worker[i], NULL);
    pthread_cond_destroy(&pool->wake);
    pthread_mutex_destroy(&pool->lock);
    free(pool->worker);
    free(pool);
}

unsigned pool_threads(const struct pool *pool)
{
    return pool ? pool->threads : 1;
}

void pool_run(struct pool *pool, size_t parts, void (*part)(void *context, size_t i), void *context)
{
    if (!pool || pool->threads == 1 || parts < 2) {
        for (size_t i = 0; i < parts; i++)
            part(context, i);
        return;
    }
    pool->part = part;
    pool->context = context;
    pool->parts = parts;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    atomic_store_explicit(&pool->busy, pool->threads - 1, memory_order_relaxed);
    announce(pool);
    work(pool);
    for (int looks = 0; atomic_load_explicit(&pool->busy, memory_order_acquire); looks++) {
        if (looks < LOOKS)
            relax();
        else
            sched_yield();
    }
}
