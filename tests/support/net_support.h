/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_SUPPORT_H
#define NET_SUPPORT_H

/* Small nets and a small data set in memory for the tests of framework/net. */

#include "net/data.h"
#include "net/net.h"
#include "net/train.h"

/* A net of the layers that build adds, with random values everywhere, biases too. */
struct pare_net *net_support_make(size_t channels, size_t height, size_t width, size_t classes,
                                  void (*build)(struct pare_net *net), uint64_t seed);

/* n normal numbers; n labels below classes. */
void net_support_numbers(float *out, size_t n, uint64_t seed);
void net_support_labels(uint16_t *out, size_t n, size_t classes, uint64_t seed);

/* A data set of count samples in each split, made of a pattern for each class and
 * noise. Free with net_support_data_free. */
struct data net_support_data(const size_t count[PARE_SPLIT_COUNT], size_t channels, size_t height,
                             size_t width, size_t classes, uint64_t seed);
void net_support_data_free(struct data *data);

/* The presets of the verb train. */
struct train_options net_support_options(void);

/* All values of all parameters, to be compared. */
uint32_t net_support_sum(const struct pare_net *net);

#endif
