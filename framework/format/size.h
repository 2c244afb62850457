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
 * LEDGER_BIASES whatever part says. */
int ledger_add(struct ledger *ledger, const struct pare_net *net, size_t param,
               enum ledger_part part, size_t bytes, struct pare_error *err);
PARE_API size_t ledger_total(const struct ledger *ledger);
/* Bytes of one param, all its parts. */
PARE_API size_t ledger_param_bytes(const struct ledger *ledger, size_t param);
void ledger_free(struct ledger *ledger);

/* The paper's terms (Han 2016, tables 2 and 3): bytes of one param pruned with
 * fixed-width indices and 32-bit values (P), with fixed-width codes and 32-bit
 * codebook (P+Q), and as it stands in the file (P+Q+H). */
struct size_stages {
    double dense, p, pq, pqh;
};
PARE_API struct size_stages size_of_param(const struct pare_net *net, const struct ledger *ledger,
                                          size_t param);
/* 4 bytes a parameter, biases included. */
PARE_API size_t size_dense_bytes(const struct pare_net *net);
/* The dense float32 weights of the net through gzip -9 and zstd -19. */
PARE_API int size_generic(const struct pare_net *net, size_t *gzip_bytes, size_t *zstd_bytes,
                          struct pare_error *err);

#endif
