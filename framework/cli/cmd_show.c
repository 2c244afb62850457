/* SPDX-License-Identifier: Apache-2.0 */
/* pare show FILE: where every byte of a model file goes, for people or as JSON. */

#include "cli/cli.h"
#include "cli/show.h"
#include "run/json.h"

/* zstd -19 takes a second for each two million bytes or so: beyond this it is asked for. */
enum { GENERIC_BYTES_MAX = 4 << 20 };

double show_bits(const struct show *s, size_t param)
{
    return 8.0 * (double)ledger_param_bytes(&s->file.ledger, param) /
           (double)s->file.net->param[param].count;
}

struct size_stages show_stages(const struct show *s, const struct layer *layer)
{
    struct size_stages sum = {0};
    const size_t param[2] = {layer->weight, layer->bias};

    for (size_t i = 0; i < 2; i++) {
        struct size_stages one;
        if (param[i] == SIZE_MAX)
            continue;
        one = size_of_param(s->file.net, &s->file.ledger, param[i]);
        sum.dense += one.dense;
        sum.p += one.p;
        sum.pq += one.pq;
        sum.pqh += one.pqh;
    }
    return sum;
}

static struct value *add(struct value *parent, enum value_kind kind, const char *name)
{
    struct value *v = value_new(kind, name, "show", 0);

    value_add(parent, v);
    return v;
}

static void add_count(struct value *parent, const char *name, size_t n)
{
    add(parent, VALUE_INT, name)->integer = (int64_t)n;
}

static void add_real(struct value *parent, const char *name, double real)
{
    add(parent, VALUE_REAL, name)->real = real;
}

static void add_text(struct value *parent, const char *name, const char *text)
{
    value_add(parent, value_text(VALUE_TEXT, name, text, "show", 0));
}

/* Bytes that were not measured are null. */
static void add_measured(struct value *parent, const char *name, size_t bytes)
{
    if (bytes)
        add_count(parent, name, bytes);
    else
        add(parent, VALUE_NONE, name);
}

static void add_ledger(struct value *root, const struct show *s)
{
    struct value *list = add(root, VALUE_LIST, "ledger");

    for (size_t i = 0; i < s->file.ledger.lines; i++) {
        const struct ledger_line *line = &s->file.ledger.line[i];
        struct value *group = add(list, VALUE_GROUP, NULL);
        if (line->param == SIZE_MAX)
            add(group, VALUE_NONE, "param");
        else
            add_text(group, "param", s->file.net->param[line->param].name);
        add_text(group, "part", ledger_part_name(line->part));
        add_count(group, "bytes", line->bytes);
    }
}

static int add_params(struct value *root, const struct show *s, struct pare_error *err)
{
    struct value *list = add(root, VALUE_LIST, "params");

    for (size_t i = 0; i < s->file.net->params; i++) {
        const struct pare_param *p = &s->file.net->param[i];
        struct value *group = add(list, VALUE_GROUP, NULL), *shape;
        char hex[65];
        int status = size_digest(p, hex, err);
        if (status)
            return status;
        add_text(group, "name", p->name);
        shape = add(group, VALUE_LIST, "shape");
        for (unsigned d = 0; d < p->rank; d++)
            add_count(shape, NULL, p->shape[d]);
        add_count(group, "count", p->count);
        add_count(group, "kept", pare_param_kept(p));
        add_count(group, "centroids", p->centroids);
        add_real(group, "bits", show_bits(s, i));
        add_text(group, "sha256", hex);
    }
    return PARE_OK;
}

static void add_stages(struct value *root, const struct show *s)
{
    struct value *list = add(root, VALUE_LIST, "stages");

    for (size_t i = 0; i < s->file.net->layers; i++) {
        const struct layer *layer = &s->file.net->layer[i];
        struct size_stages sum = show_stages(s, layer);
        struct value *group;
        if (layer->weight == SIZE_MAX && layer->bias == SIZE_MAX)
            continue;
        group = add(list, VALUE_GROUP, NULL);
        add_text(group, "layer", layer->desc.name);
        add_real(group, "dense", sum.dense);
        add_real(group, "p", sum.p);
        add_real(group, "pq", sum.pq);
        add_real(group, "pqh", sum.pqh);
    }
}

static int print_json(const struct show *s, struct pare_error *err)
{
    struct value *root = value_new(VALUE_GROUP, NULL, "show", 0);
    int status;

    add_count(root, "file_bytes", s->file.size_bytes);
    add_count(root, "dense_bytes", s->dense_bytes);
    add_real(root, "ratio", (double)s->dense_bytes / (double)s->file.size_bytes);
    add_measured(root, "gzip_bytes", s->gzip_bytes);
    add_measured(root, "zstd_bytes", s->zstd_bytes);
    add_ledger(root, s);
    status = add_params(root, s, err);
    add_stages(root, s);
    if (!status)
        status = json_print(root, stdout);
    value_free(root);
    return status;
}

struct arguments {
    const char *path;
    bool json, general;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *a = state->input;

    switch (key) {
    case 'j':
        a->json = true;
        return 0;
    case 'g':
        a->general = true;
        return 0;
    case ARGP_KEY_ARG:
        if (a->path)
            argp_error(state, "one file at a time; '%s' is a second one", arg);
        a->path = arg;
        return 0;
    case ARGP_KEY_END:
        if (!a->path)
            argp_error(state, "which file?");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static int show(const struct arguments *a, struct pare_error *err)
{
    struct show s = {.path = a->path};
    int status = format_read_path(a->path, &s.file, err);

    if (status)
        return status;
    s.dense_bytes = size_dense_bytes(s.file.net);
    if (a->general || s.dense_bytes <= GENERIC_BYTES_MAX)
        status = size_generic(s.file.net, &s.gzip_bytes, &s.zstd_bytes, err);
    if (!status && a->json)
        status = print_json(&s, err);
    else if (!status)
        show_print(&s);
    model_file_free(&s.file);
    return status;
}

int cmd_show(int argc, char **argv)
{
    static const struct argp_option options[] = {
        {"general", 'g', NULL, 0,
         "try gzip -9 and zstd -19 on more than 4 MiB of weights, too; takes a second for "
         "each 2 MB or so",
         0},
        {"json", 'j', NULL, 0, "print one JSON object instead of tables", 0},
        {0},
    };
    static const struct argp_child children[] = {{&cli_plugins_argp, 0, NULL, 0}, {0}};
    static const struct argp argp = {
        .options = options,
        .parser = parse,
        .args_doc = "FILE",
        .doc = "Says where every byte of a .pare file goes: by parameter and cause, and by the "
               "stages pruned (P), shared (P+Q) and coded (P+Q+H), beside dense float32 and "
               "general compressors. Bits are all bytes of a parameter over its weights."
               "\vExit status: 0 done, 1 the file cannot be read, 2 the command line is wrong.",
        .children = children,
    };
    struct arguments a = {0};
    struct pare_error err = {0};

    cli_parse(&argp, argc, argv, &a);
    return show(&a, &err) ? cli_fail(&err) : CLI_DONE;
}
