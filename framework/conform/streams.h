/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CONFORM_STREAMS_H
#define CONFORM_STREAMS_H

/* The streams that encoders are tried on. */

#include <pare/encoder.h>

enum { STREAMS_PLANS = 14 };

/* Alphabet and count of number plan, without symbols, and its name. */
const char *streams_plan(size_t plan, struct pare_stream *stream);
/* Its symbols [count]. */
void streams_fill(size_t plan, uint16_t *symbol);

#endif
