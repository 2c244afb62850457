/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FORMAT_SIZE_H
#define FORMAT_SIZE_H

/* Where every byte of a file goes: the ledger, and the sums of the papers. */

#include "net/net.h"

enum ledger_part {
    LEDGER_VALUES,   /* free values of weights */
    LEDGER_CODES,    /* which shared value, inline streams included */
    LEDGER_GAPS,     /* where the kept weights are */
    LEDGER_FILLERS,  /* filler zeros: gaps longer than the span */
    LEDGER_CODEBOOK, /* the shared values */
    LEDGER_TABLES,   /* code tables of the encoders */
    LEDGER_BIASES,   /* biases, whatever form they have */
    LEDGER_NAMES,    /* layers, names, encoder names, data set */
    LEDGER_FRAMING,  /* magic, tags, lengths, counts */
    LEDGER_CHECKSUM,
    LEDGER_PART_COUNT,
};
PARE_API const char *ledger_part_name(enum ledger_part part);

struct ledger_line {
    size_t param; /* index in the net; SIZE_MAX: of the file as a whole */
    enum ledger_part part;
    size_t bytes;
};
/* Filled by the reader; lines with 0 bytes are left out. */
struct ledger {
    struct ledger_line *line;
    size_t lines;
    /* per param: the span and layout that the file uses, for the sums below */
    unsigned *span_bits; /* [params]; 0 where there is no gap stream */
    size_t *gap_symbols; /* [params]; fillers included */
};

/* Adds bytes to the line of (param, part). Bytes of a param that is a bias go to
 * LEDGER_BIASES whatever part says. Params come one after another. */
int ledger_add(struct ledger *ledger, const struct pare_net *net, size_t param,
               enum ledger_part part, size_t bytes, struct pare_error *err);
PARE_API size_t ledger_total(const struct ledger *ledger);
/* Bytes of one param, all its parts; of SIZE_MAX: of the file as a whole. */
PARE_API size_t ledger_param_bytes(const struct ledger *ledger, size_t param);
/* Bytes of one part; of one param (SIZE_MAX: the file as a whole). */
PARE_API size_t ledger_bytes(const struct ledger *ledger, size_t param, enum ledger_part part);
void ledger_free(struct ledger *ledger);

/* The stages of Han 2016 (figure 1; tables 2 to 5), bytes of one param:
 *   p    pruned: every kept weight and every filler zero with an index of b bits and
 *        a value of 32 bits; a weight is a filler where a gap passes 2^b
 *   pq   pruned and shared: the same with codes of log2(centroids) bits, rounded up,
 *        and a codebook of 32 bits a centroid
 *   pqh  as it stands in the file, framing and tables included; 0 without a ledger
 * b is the width (0 to 15) that makes the stage smallest. What a param is not (not
 * pruned, not shared) it does not save. */
struct size_stages {
    double dense, p, pq, pqh;
};
/* ledger may be NULL. */
PARE_API struct size_stages size_of_param(const struct pare_net *net, const struct ledger *ledger,
                                          size_t param);
/* 4 bytes a parameter, biases included. */
PARE_API size_t size_dense_bytes(const struct pare_net *net);
/* The dense float32 weights of the net, as a row of little-endian singles, through
 * gzip -9 and zstd -19. */
PARE_API int size_generic(const struct pare_net *net, size_t *gzip_bytes, size_t *zstd_bytes,
                          struct pare_error *err);
/* SHA-256 of a param's values as little-endian singles, in hex. */
PARE_API int size_digest(const struct pare_param *p, char hex[65], struct pare_error *err);

#endif
