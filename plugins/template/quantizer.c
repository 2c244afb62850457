/* SPDX-License-Identifier: Apache-2.0 */
/* skeleton: moves each centroid to the mean of the weights nearest to it, a fixed
 * number of times (Lloyd 1982). Replace this by what your quantizer does and where
 * it comes from. */

#include <pare/quantizer.h>

/* One field an option; share's other options stand in the same group, so choose
 * names that an initializer would not.
 * In a config: share = { quantizer = "skeleton"; bits = 4; rounds = 20; }; */
struct skeleton {
    int64_t rounds;
};

/* Field, lowest, highest, preset as one would write it, help. */
static const struct pare_option options[] = {
    PARE_INT(skeleton, rounds, 1, 1000, "20", "how often the centroids are moved"),
    PARE_OPTIONS_END,
};

/* The weights nearest to a centroid are a run of sorted; a centroid without any
 * stays where it is, so the order stays too. */
static void move_once(const float *sorted, size_t n, float *centroid, size_t k)
{
    size_t at = 0;

    for (size_t j = 0; j < k; j++) {
        double sum = 0.0, edge = j + 1 < k ? ((double)centroid[j] + (double)centroid[j + 1]) / 2.0
                                           : (double)sorted[n - 1];
        size_t first = at;

        for (; at < n && (double)sorted[at] <= edge; at++)
            sum += (double)sorted[at];
        if (at > first)
            centroid[j] = (float)(sum / (double)(at - first));
    }
}

/* centroid [k] holds the guesses, ascending, and receives the codebook, ascending.
 * sorted [n] ascends and holds at least k distinct values. */
static int fit(void *self, const float *sorted, size_t n, float *centroid, size_t k,
               struct pare_error *err)
{
    const struct skeleton *m = self;

    (void)err;
    for (int64_t i = 0; i < m->rounds; i++)
        move_once(sorted, n, centroid, k);
    return PARE_OK;
}

static const struct pare_quantizer plugin = {
    .head = PARE_QUANTIZER(skeleton, .summary = "centroids at the means of their weights",
                           PARE_SELF(skeleton, options)),
    .fit = fit,
};
PARE_EXPORT(plugin);
