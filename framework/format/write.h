/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMAT_WRITE_H
#define FORMAT_WRITE_H

/* A net into the bytes of a .pare file. Decides nothing but what costs fewer
 * bytes: for each stream the asked encoder or raw, for each pruned param the gap
 * span (and the layout, when auto), free values in planes or plain. */

#include "net/net.h"
#include "plugin/registry.h"
#include <pare/encoder.h>

enum encode_layout { ENCODE_GAP, ENCODE_INLINE, ENCODE_AUTO };

/* The options of the verb encode; all may differ by parameter. */
struct encode_options {
    char *plugin;
    int layout;   /* enum encode_layout; matters where weights are pruned and shared */
    int64_t span; /* gap layout: bits of the span; none: the cheapest */
};
extern PARE_API const struct pare_option encode_options[];

struct write_item {
    const struct encode_options *options;
    struct plugin_use encoder; /* open, owned by the caller */
};

/* item [net->params], raw: an open raw encoder, data_text: the data group as config
 * text (NULL: none). *bytes is malloc'ed. PARE_ESTATE where layout 'inline' is
 * asked of pruned weights that are not shared, and where the net is so much larger
 * than its file that no reader would take it (container_weights_max). */
int format_write(const struct pare_net *net, const struct write_item *item,
                 const struct plugin_use *raw, const char *data_text, uint8_t **bytes,
                 size_t *size_bytes, struct pare_error *err);

struct write_chunk {
    char tag; /* lower case: a reader that does not know it passes over it */
    const void *bytes;
    size_t size_bytes;
};
/* The same with further chunks: what a checkpoint holds beside the net. */
int format_write_chunks(const struct pare_net *net, const struct write_item *item,
                        const struct plugin_use *raw, const char *data_text,
                        const struct write_chunk *chunk, size_t chunks, uint8_t **bytes,
                        size_t *size_bytes, struct pare_error *err);

#endif
