/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_FRAME_H
#define FUZZ_FRAME_H

/* A .pare file for mutators: its chunks are found as far as they can be, changed one
 * by one, and framed again with right lengths and a right checksum. */

#include "fuzz.h"

/* One mutation of the file in data [room]; returns its new size. What cannot be
 * framed is mutated as bytes; the checksum is right after either, most of the time. */
size_t frame_mutate(uint8_t *data, size_t size_bytes, size_t room, unsigned seed);

#endif
