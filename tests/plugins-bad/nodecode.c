/* SPDX-License-Identifier: Apache-2.0 */
/* expect: a plugin of kind encoder must have the function 'decode' */
#include <pare/encoder.h>

static int encode(void *self, const struct pare_stream *stream, struct pare_bits *bits,
                  struct pare_cost *cost, struct pare_error *err)
{
    (void)self, (void)stream, (void)bits, (void)cost, (void)err;
    return PARE_OK;
}

static const struct pare_encoder plugin = {
    .head = PARE_ENCODER(nodecode, .summary = "writes what nobody can read"),
    .encode = encode,
};
PARE_EXPORT(plugin);
