/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FUZZ_TINY_H
#define FUZZ_TINY_H

/* One small experiment for targets that need a run: a net of 4-3-2 on eight samples. */

#include "fuzz.h"
#include "run/run.h"

/* Opens it, without a run folder. Files of it stand in fuzz_folder(). */
void tiny_open(struct run *run);
/* The net and the rest as they were after tiny_open. */
void tiny_reset(struct run *run);

#endif
