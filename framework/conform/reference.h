/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFORM_REFERENCE_H
#define CONFORM_REFERENCE_H

/* A net computed again, straight from the definitions and in double precision:
 * what the layers' own code is compared with. Slow; dropout does nothing. */

#include "net/net.h"

/* Writes the logits [n][classes]. value [params]: the parameters' values; NULL, or
 * a NULL entry: the net's own. False when there was no memory. */
bool reference_forward(const struct pare_net *net, double *const *value, const float *x, size_t n,
                       double *logits);

/* Loss averaged over the batch; NaN when there was no memory. */
double reference_loss(const struct pare_net *net, double *const *value, const float *x,
                      const uint16_t *y, size_t n, enum net_loss loss);

/* The derivative of reference_loss by one value of one parameter, by a central
 * difference of half width h. value must have an entry for it, which is put back. */
double reference_slope(const struct pare_net *net, double *const *value, size_t param, size_t index,
                       double h, const float *x, const uint16_t *y, size_t n, enum net_loss loss);

/* Copies of all parameters' values to be given to the functions above; NULL when
 * there was no memory. Free with reference_values_free. */
double **reference_values(const struct pare_net *net);
void reference_values_free(const struct pare_net *net, double **value);

#endif
