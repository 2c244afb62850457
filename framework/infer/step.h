/* SPDX-License-Identifier: Apache-2.0 */
#ifndef INFER_STEP_H
#define INFER_STEP_H

/* What infer's files share: a net as a row of steps. Dropout and flatten are none,
 * a ReLU belongs to the step before it. */

#include "infer/infer.h"
#include "infer/kernels/kernels.h"

struct step {
    enum layer_kind kind; /* dense, conv, pools; relu where no step is before it */
    size_t in[3], out[3]; /* of one sample */
    size_t kernel, stride, pad;
    bool relu;
    size_t weight, bias;        /* params of the net; SIZE_MAX: none */
    struct infer_rows rows;     /* dense, conv */
    struct infer_packed packed; /* dense; groups 0: rows hold the weights */
    uint32_t *offset;           /* conv: [taps] where a tap looks in a padded input */
};

struct infer {
    struct model_file file;
    enum infer_engine engine; /* dense: the rest is not used */
    bool only_if_pays;
    const struct infer_kernels *kernels;
    size_t batch;
    size_t tile; /* samples that lie side by side; 0: one by one */
    struct step *step;
    size_t steps;
    size_t widest, padded, plane; /* numbers: of an activation, a padded input, a padded plane */
    size_t room;                  /* of the look-up */
    double dense_cost, cost; /* multiply-adds of a sample, dense and as they are weighed here */
    size_t parts;
    float *scratch; /* [parts][scratch_size] */
    size_t scratch_size;
    float *logits; /* [batch][classes] and slack */
};

/* The symbols of a weight into a step's rows, and for one sample packed where that
 * pays; bias is there after step_bias. */
int step_weight(struct infer *m, struct step *s, const struct pare_param *p,
                const struct symbols *symbols, struct pare_error *err);
int step_bias(struct step *s, const struct pare_param *p, const struct symbols *symbols,
              struct pare_error *err);
/* rows -> packed, after step_bias. Leaves rows where it would not pay. */
int step_pack(struct step *s, struct pare_error *err);
size_t step_weight_bytes(const struct step *s);
void step_free(struct step *s);

#endif
