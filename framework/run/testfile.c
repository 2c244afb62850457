/* SPDX-License-Identifier: Apache-2.0 */
/* A model file as its user gets it: nothing but the file and a data set. */

#include "run/testfile.h"
#include "base/pool.h"
#include "config/conffile.h"
#include "format/read.h"
#include "net/train.h"
#include "run/run.h"
#include "run/tree.h"
#include <string.h>

/* The data group of the file with --set over it, as the member of a root. */
static struct value *data_root(const struct testfile_settings *s, const char *text,
                               struct problems *problems)
{
    struct value *root = value_new(VALUE_GROUP, NULL, s->path, 0);
    struct value *group = text ? conffile_parse(text, strlen(text), s->path, problems)
                               : value_new(VALUE_GROUP, NULL, s->path, 0);
    if (group) {
        struct value *data = value_new(VALUE_GROUP, "data", s->path, 0);
        value_merge(data, group);
        value_add(root, data);
        value_free(group);
    }
    for (size_t i = 0; i < s->sets; i++) {
        if (strncmp(s->set[i], "data.", 5) == 0)
            conffile_set(root, s->set[i], problems);
        else
            problems_add(problems, "--set", 0, "%s: a test has options of data alone", s->set[i]);
    }
    return root;
}

static int check_fit(const struct pare_net *net, const struct data *data, struct pare_error *err)
{
    const size_t *has = data->info.shape, *wants = net->input;

    if (memcmp(has, wants, sizeof data->info.shape) != 0 || data->info.classes != net->classes)
        return pare_fail(err, PARE_EUSER,
                         "made for %zux%zux%zu inputs in %zu classes, the data set has "
                         "%zux%zux%zu in %zu",
                         wants[0], wants[1], wants[2], net->classes, has[0], has[1], has[2],
                         data->info.classes);
    if (data->info.count[PARE_SPLIT_TEST] == 0)
        return pare_fail(err, PARE_EUSER, "the data set has no test split");
    return PARE_OK;
}

static int open_data(const struct testfile_settings *s, const struct model_file *file,
                     struct data *data, struct problems *problems, struct pare_error *err)
{
    int status;
    struct value *root = data_root(s, file->data_text, problems);

    if (problems->count)
        status = problems_status(problems, err);
    else if (!value_find(root, "data.plugin"))
        status = pare_fail_at(err, PARE_EUSER, s->path, 0,
                              "says nothing of its data set; name one by --set data.plugin=NAME");
    else
        status = data_open(data, value_get(root, "data"), s->data, problems, err);
    value_free(root);
    return status;
}

/* Samples at a time. */
enum { BATCH = 256 };

/* The file in the engines that were asked for, and its data. */
struct opened {
    struct infer *m, *other;
    struct data data;
};

static const char *engine_word(const struct infer *m)
{
    return infer_engine(m) == INFER_DENSE ? "dense" : "compressed";
}

static int open_all(struct opened *o, const struct testfile_settings *settings,
                    struct problems *problems, struct pare_error *err)
{
    struct infer_settings open = {settings->path, BATCH, settings->engine, NULL};
    int status = infer_open(&open, &o->m, err);

    if (status == PARE_OK && settings->compare) {
        open.engine = infer_engine(o->m) == INFER_DENSE ? INFER_COMPRESSED : INFER_DENSE;
        status = infer_open(&open, &o->other, err);
    }
    return status == PARE_OK ? open_data(settings, infer_file(o->m), &o->data, problems, err)
                             : status;
}

static int test_split(struct opened *o, const struct testfile_settings *settings,
                      struct infer_result *got, struct pare_error *err)
{
    struct pool *pool = NULL;
    int status = check_fit(infer_file(o->m)->net, &o->data, err);

    if (status == PARE_OK) {
        pool = pool_new(run_threads(settings->threads), err);
        status = pool ? infer_test(o->m, o->other, &o->data, pool, PARE_SPLIT_TEST, got, err)
                      : err->status;
    }
    pool_free(pool);
    return status == PARE_OK ? PARE_OK : pare_fail_in(err, "%s", settings->path);
}

static struct value *result_of(const struct opened *o, const char *path,
                               const struct infer_result *got)
{
    struct value *result = tree_group();

    tree_text(result, "file", path);
    tree_text(result, "engine", engine_word(o->m));
    tree_size(result, "weight_bytes", infer_weight_bytes(o->m));
    tree_real(result, "test_error_percent", got->error_percent);
    tree_size(result, "samples", got->samples);
    tree_size(result, "wrong", got->wrong);
    tree_text(result, "classes_sha256", got->sha256);
    if (o->other) {
        struct value *group = tree_add_group(result, "compared");
        tree_text(group, "engine", engine_word(o->other));
        tree_size(group, "classes_differ", got->classes_differ);
        tree_real(group, "logits_difference", got->logits_difference);
    }
    return result;
}

int testfile(const struct testfile_settings *settings, struct value **result,
             struct problems *problems, struct pare_error *err)
{
    struct opened o = {0};
    struct infer_result got = {0};
    int status = open_all(&o, settings, problems, err);

    if (status == PARE_OK)
        status = test_split(&o, settings, &got, err);
    if (status == PARE_OK)
        *result = result_of(&o, settings->path, &got);
    data_close(&o.data);
    infer_free(o.m);
    infer_free(o.other);
    return status;
}
