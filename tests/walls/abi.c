/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what a compiled plugin depends on: sizes and offsets of every public
 * struct and the numbers of every public enum. */

#include <pare/bits.h>
#include <pare/dataset.h>
#include <pare/encoder.h>
#include <pare/initializer.h>
#include <pare/model.h>
#include <pare/option.h>
#include <pare/param.h>
#include <pare/plugin.h>
#include <pare/pruner.h>
#include <pare/quantizer.h>
#include <pare/rng.h>
#include <stdio.h>

#define SIZE(S) printf("struct %s: %zu bytes\n", #S, sizeof(struct S))
#define AT(S, F)                                                                                   \
    printf("  %s: %zu, %zu bytes\n", #F, offsetof(struct S, F), sizeof(((struct S *)0)->F))
#define NUMBER(N) printf("%s = %ld\n", #N, (long)(N))

static void base(void)
{
    SIZE(pare_error), AT(pare_error, status), AT(pare_error, place), AT(pare_error, text);
    NUMBER(PARE_OK), NUMBER(PARE_EUSER), NUMBER(PARE_EFORMAT), NUMBER(PARE_EIO);
    NUMBER(PARE_ENOMEM), NUMBER(PARE_EPLUGIN), NUMBER(PARE_EREQUEST), NUMBER(PARE_ESTATE);
    NUMBER(PARE_ENUMBER);
    SIZE(pare_rng), AT(pare_rng, key), AT(pare_rng, block), AT(pare_rng, used);
    AT(pare_rng, word);
    SIZE(pare_bits), AT(pare_bits, byte), AT(pare_bits, room), AT(pare_bits, length);
    AT(pare_bits, at), AT(pare_bits, status);
}

static void options(void)
{
    SIZE(pare_option), AT(pare_option, name), AT(pare_option, type), AT(pare_option, flags);
    AT(pare_option, offset), AT(pare_option, min), AT(pare_option, max);
    AT(pare_option, choices), AT(pare_option, preset), AT(pare_option, help);
    AT(pare_option, rivals), AT(pare_option, row), AT(pare_option, row_size);
    SIZE(pare_ints), AT(pare_ints, at), AT(pare_ints, count);
    SIZE(pare_rows), AT(pare_rows, at), AT(pare_rows, count);
    NUMBER(PARE_OPTION_END), NUMBER(PARE_OPTION_BOOL), NUMBER(PARE_OPTION_INT);
    NUMBER(PARE_OPTION_REAL), NUMBER(PARE_OPTION_CHOICE), NUMBER(PARE_OPTION_TEXT);
    NUMBER(PARE_OPTION_INTS), NUMBER(PARE_OPTION_ROWS);
    NUMBER(PARE_OPTION_PER_PARAM), NUMBER(PARE_OPTION_MAY_BE_NONE);
}

static void plugin(void)
{
    SIZE(pare_plugin), AT(pare_plugin, abi), AT(pare_plugin, size), AT(pare_plugin, kind);
    AT(pare_plugin, reserved), AT(pare_plugin, name), AT(pare_plugin, summary);
    AT(pare_plugin, self_size), AT(pare_plugin, options), AT(pare_plugin, setup);
    AT(pare_plugin, cleanup);
    NUMBER(PARE_KIND_NONE), NUMBER(PARE_KIND_MODEL), NUMBER(PARE_KIND_DATASET);
    NUMBER(PARE_KIND_PRUNER), NUMBER(PARE_KIND_INITIALIZER), NUMBER(PARE_KIND_QUANTIZER);
    NUMBER(PARE_KIND_ENCODER), NUMBER(PARE_KIND_COUNT);
    printf("entry %s\n", PARE_ENTRY_NAME);
}

static void kinds(void)
{
    SIZE(pare_model), AT(pare_model, head), AT(pare_model, build);
    SIZE(pare_dataset), AT(pare_dataset, head), AT(pare_dataset, open), AT(pare_dataset, read);
    SIZE(pare_dataset_info), AT(pare_dataset_info, shape), AT(pare_dataset_info, classes);
    AT(pare_dataset_info, count), AT(pare_dataset_info, source), AT(pare_dataset_info, sha256);
    NUMBER(PARE_SPLIT_TRAIN), NUMBER(PARE_SPLIT_VALIDATION), NUMBER(PARE_SPLIT_TEST);
    NUMBER(PARE_SPLIT_COUNT);
    SIZE(pare_sha256), AT(pare_sha256, state);
    SIZE(pare_pruner), AT(pare_pruner, head), AT(pare_pruner, score), AT(pare_pruner, select);
    AT(pare_pruner, needs_grad), AT(pare_pruner, needs_latent), AT(pare_pruner, save);
    AT(pare_pruner, restore);
    SIZE(pare_initializer), AT(pare_initializer, head), AT(pare_initializer, centroids);
    SIZE(pare_quantizer), AT(pare_quantizer, head), AT(pare_quantizer, fit);
    AT(pare_quantizer, needs_latent);
    SIZE(pare_encoder), AT(pare_encoder, head), AT(pare_encoder, encode);
    AT(pare_encoder, decode);
    SIZE(pare_stream), AT(pare_stream, name), AT(pare_stream, alphabet);
    AT(pare_stream, count), AT(pare_stream, symbol);
    SIZE(pare_cost), AT(pare_cost, table_bits), AT(pare_cost, symbol_bits);
    SIZE(pare_param), AT(pare_param, name), AT(pare_param, rank), AT(pare_param, shape);
    AT(pare_param, count), AT(pare_param, value), AT(pare_param, grad), AT(pare_param, keep);
    AT(pare_param, centroid), AT(pare_param, centroids), AT(pare_param, code);
    AT(pare_param, latent);
    NUMBER(PARE_RANK_MAX);
}

int main(void)
{
    NUMBER(PARE_ABI);
    base();
    options();
    plugin();
    kinds();
    return 0;
}
