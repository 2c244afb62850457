/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_TALLY_H
#define RUN_TALLY_H

/* What each parameter of the file came to, for result.json and report.txt: the rows
 * of the papers' tables. */

#include "format/read.h"
#include "run/run.h"

/* Adds to group: params = ( {name, count, zeroed, kept, kept_percent, centroids,
 * bytes, bits, pq_bytes, pq_percent, pqh_percent, and of a weight also code_bits,
 * code_bits_coded, index_bits, index_bits_coded} ), and over the weights (biases left
 * out) pq_percent, pqh_percent, and the four bits. Percents are of dense float32.
 * code_bits: of a kept weight before and after entropy coding; index_bits: of an
 * entry, fillers included, its width as of Han 2016 and as coded. */
void tally_add(const struct model_file *file, struct value *group);

#endif
