/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_CONTAINER_H
#define TEST_CONTAINER_H

/* Nets in every state and the bytes of their files, for the tests of the format. */

#include "format/bytes.h"
#include "format/read.h"
#include "format/write.h"

/* Fail the test on error. */
struct plugin_use test_encoder(const char *name);

/* A net of the layers, ended by LAYER_NONE; values normal, seeded. */
struct pare_net *test_net(const size_t input[3], size_t classes, const struct layer_desc *layers,
                          uint64_t seed);
/* Keeps a weight with probability density. */
void test_prune(struct pare_param *p, double density, struct pare_rng *rng);
/* Gives kept weights random codes among k random centroids. */
void test_share(struct pare_param *p, uint32_t k, struct pare_rng *rng);

/* A layer list and states drawn from seed: small nets of all kinds. */
struct pare_net *test_random_net(uint64_t seed);

enum { TEST_GAP, TEST_INLINE, TEST_AUTO };
/* The file of net, every param with the same options; span INT64_MIN: none. */
struct bytes test_write(const struct pare_net *net, const char *encoder, int layout, int64_t span,
                        const char *data_text);

/* Head of a file, and its end with a right checksum. */
void test_file_begin(struct bytes *file);
void test_file_end(struct bytes *file);
/* Rewrites the checksum of a file that was changed. */
void test_fix_checksum(uint8_t *file, size_t size_bytes);

/* Asserts that both nets have the same layers and the same params, bit for bit. */
void test_same_net(const struct pare_net *a, const struct pare_net *b);

/* Asserts that the second decoder reads file as this net. */
void test_second_decoder(const struct bytes *file, const struct pare_net *net);
/* Does the second decoder refuse the file, in one line? */
bool test_second_refuses(const struct bytes *file);

#endif
