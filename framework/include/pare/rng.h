/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_RNG_H
#define PARE_RNG_H

/* Random numbers: Philox4x32-10, a counter-based generator (Salmon, Moraes,
 * Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3"). A stream is
 * its key and its position, 24 bytes that can be saved and restored.
 * A stream belongs to one thread at a time. */

#include <pare/base.h>

struct pare_rng {
    uint64_t key;     /* from the seed and the stream's name */
    uint64_t block;   /* next block of four numbers */
    uint32_t used;    /* numbers of the present block already given out, 0..4 */
    uint32_t word[4]; /* the present block */
};

/* The stream called name of a run with this seed. Other names, other streams. */
PARE_API struct pare_rng pare_rng_stream(uint64_t seed, const char *name);

PARE_API uint32_t pare_rng_u32(struct pare_rng *rng);
PARE_API uint64_t pare_rng_u64(struct pare_rng *rng);
/* Uniform in 0 .. n-1 without bias; n > 0. */
PARE_API uint64_t pare_rng_below(struct pare_rng *rng, uint64_t n);
/* Uniform in [0, 1), 53 bits. */
PARE_API double pare_rng_real(struct pare_rng *rng);
/* Normal, mean 0 and variance 1 (Box-Muller). */
PARE_API double pare_rng_normal(struct pare_rng *rng);
/* Fisher-Yates. */
PARE_API void pare_rng_shuffle(struct pare_rng *rng, uint32_t *index, size_t n);
/* Writes n numbers of the stream at once: the same numbers as n calls of _u32. */
PARE_API void pare_rng_fill(struct pare_rng *rng, uint32_t *out, size_t n);

#endif
