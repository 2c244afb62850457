/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PARE_PLUGIN_H
#define PARE_PLUGIN_H

/* The head that every plugin starts with. Its layout never changes, so that a
 * plugin of another ABI can be refused by name before anything of it is run.
 *
 * A plugin is one const object, exported through one data symbol. Rules:
 *  - One thread at a time calls a plugin with a given self; several selves may
 *    be in use at once. No writable globals.
 *  - Randomness comes only from the rng that is handed in.
 *  - Arguments are borrowed for the call; outputs are host memory, sized already.
 *  - Never exit, print or abort: return pare_fail(err, ...).
 *  - All memory of a plugin hangs on self and is freed by cleanup. */

#include <pare/base.h>
#include <pare/option.h>

/* Goes up with any change to a public struct; tests/walls/abi holds the sizes. */
#define PARE_ABI 1u

enum pare_kind {
    PARE_KIND_NONE = 0,
    PARE_KIND_MODEL,
    PARE_KIND_DATASET,
    PARE_KIND_PRUNER,
    PARE_KIND_INITIALIZER,
    PARE_KIND_QUANTIZER,
    PARE_KIND_ENCODER,
    PARE_KIND_COUNT, /* one past the last kind */
};

struct pare_plugin {
    uint32_t abi;  /* PARE_ABI of the headers it was built with */
    uint32_t size; /* sizeof the whole kind struct, this head included */
    uint32_t kind; /* enum pare_kind */
    uint32_t reserved;
    const char *name; /* a C identifier; equal to the file's name */
    const char *summary;
    size_t self_size;                  /* bytes of self; 0: the plugin has no options or state */
    const struct pare_option *options; /* fields of self; NULL: none */
    /* (optional) Called once after the options are in self, before any other
     * call: cross-checks, memory. Without it self is used as filled. */
    int (*setup)(void *self, struct pare_error *err);
    /* (optional) Called once at the end, also after a failed setup; self is
     * zeroed memory before setup, so freeing what is NULL must be harmless. */
    void (*cleanup)(void *self);
};

/* The data symbol that the loader looks for, a pointer to the head. */
#define PARE_ENTRY_NAME "pare_plugin_entry"
#define PARE_EXPORT(PLUGIN)                                                                        \
    extern PARE_API const struct pare_plugin *const pare_plugin_entry;                             \
    const struct pare_plugin *const pare_plugin_entry = &(PLUGIN).head

/* The head of the plugin called NAME; used through the macro of a kind:
 *   .head = PARE_PRUNER(magnitude, .summary = "...", PARE_SELF(magnitude, options)) */
#define PARE_HEAD(KIND, KIND_STRUCT, NAME, ...)                                                    \
    {                                                                                              \
        .abi = PARE_ABI, .size = sizeof(struct KIND_STRUCT), .kind = (KIND), .name = #NAME,        \
        __VA_ARGS__                                                                                \
    }
/* Its self is struct TAG, filled by the option table TABLE (NULL: no options). A
 * plugin without options and state leaves this out. */
#define PARE_SELF(TAG, TABLE) .self_size = sizeof(struct TAG), .options = (TABLE)

#endif
