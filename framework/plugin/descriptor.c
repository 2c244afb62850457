/* SPDX-License-Identifier: Apache-2.0 */
/* The checks between dlsym and first use, in the order in which each makes the
 * next safe: the ABI before any other field is believed, the size before the
 * members of the kind are read, the option table before its fields are filled. */

#include "plugin/descriptor.h"
#include "base/text.h"
#include "config/schema.h"
#include <pare/dataset.h>
#include <pare/encoder.h>
#include <pare/initializer.h>
#include <pare/model.h>
#include <pare/pruner.h>
#include <pare/quantizer.h>
#include <string.h>

#define FAIL(...) pare_fail_at(err, PARE_EPLUGIN, path, 0, __VA_ARGS__)

enum { ROWS_DEPTH_MAX = 4, OPTIONS_MAX = 256 };

static const struct {
    const char *name;
    size_t size;
} kinds[PARE_KIND_COUNT] = {
    [PARE_KIND_MODEL] = {"model", sizeof(struct pare_model)},
    [PARE_KIND_DATASET] = {"dataset", sizeof(struct pare_dataset)},
    [PARE_KIND_PRUNER] = {"pruner", sizeof(struct pare_pruner)},
    [PARE_KIND_INITIALIZER] = {"initializer", sizeof(struct pare_initializer)},
    [PARE_KIND_QUANTIZER] = {"quantizer", sizeof(struct pare_quantizer)},
    [PARE_KIND_ENCODER] = {"encoder", sizeof(struct pare_encoder)},
};

const char *descriptor_kind_name(uint32_t kind)
{
    return kind < PARE_KIND_COUNT ? kinds[kind].name : NULL;
}

bool descriptor_file_name(const char *path, char out[64])
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    size_t length = strlen(base);

    if (length <= 3 || length - 3 > 63 || strcmp(base + length - 3, ".so") != 0)
        return false;
    memcpy(out, base, length - 3);
    out[length - 3] = '\0';
    return text_is_identifier(out);
}

/* What identifies it: ABI, kind, size, name. */
static int check_head(const struct pare_plugin *p, enum pare_kind kind, const char *path,
                      struct pare_error *err)
{
    char file[64];

    if (p->abi != PARE_ABI)
        return FAIL("built for plugin ABI %u, this pare has %u; rebuild it", (unsigned)p->abi,
                    PARE_ABI);
    if (!descriptor_kind_name(p->kind))
        return FAIL("says it is of kind number %u, and there is none", (unsigned)p->kind);
    if (p->size != kinds[p->kind].size)
        return FAIL("its %s struct takes %u bytes, this pare's %zu; rebuild it",
                    kinds[p->kind].name, (unsigned)p->size, kinds[p->kind].size);
    if (kind != PARE_KIND_NONE && p->kind != (uint32_t)kind)
        return FAIL("this is a plugin of kind %s, not %s", kinds[p->kind].name, kinds[kind].name);
    if (!p->name)
        return FAIL("the plugin has no name");
    if (!text_is_identifier(p->name))
        return FAIL("the plugin's name '%.80s' is not a C identifier of at most 63 characters",
                    p->name);
    if (!descriptor_file_name(path, file) || strcmp(file, p->name) != 0)
        return FAIL("the plugin calls itself '%s'; its file must be called %s.so", p->name,
                    p->name);
    if (!p->summary || !*p->summary || strpbrk(p->summary, "\n\r"))
        return FAIL("the plugin's summary must be one line of text");
    return PARE_OK;
}

#define MEMBER(KIND, NAME)                                                                         \
    if (!((const struct pare_##KIND *)p)->NAME)                                                    \
    return FAIL("a plugin of kind " #KIND " must have the function '" #NAME "'")

static int check_pruner(const struct pare_pruner *p, const char *path, struct pare_error *err)
{
    if (!p->score && !p->select)
        return FAIL("a plugin of kind pruner must have the function 'score' or 'select'");
    if (p->score && p->select)
        return FAIL("a plugin of kind pruner must have one of 'score' and 'select', not both");
    if (!p->save != !p->restore)
        return FAIL("a plugin of kind pruner must have both of 'save' and 'restore' or neither");
    return PARE_OK;
}

static int check_members(const struct pare_plugin *p, const char *path, struct pare_error *err)
{
    switch (p->kind) {
    case PARE_KIND_MODEL:
        MEMBER(model, build);
        break;
    case PARE_KIND_DATASET:
        MEMBER(dataset, open);
        MEMBER(dataset, read);
        break;
    case PARE_KIND_PRUNER:
        return check_pruner((const struct pare_pruner *)p, path, err);
    case PARE_KIND_INITIALIZER:
        MEMBER(initializer, centroids);
        break;
    case PARE_KIND_QUANTIZER:
        MEMBER(quantizer, fit);
        break;
    case PARE_KIND_ENCODER:
        MEMBER(encoder, encode);
        MEMBER(encoder, decode);
        break;
    }
    return PARE_OK;
}

/* Bytes and alignment of the field that an option of this type fills. */
static size_t field_size(enum pare_option_type type, size_t *align)
{
#define FIELD(TYPE) (*align = _Alignof(TYPE), sizeof(TYPE))
    switch (type) {
    case PARE_OPTION_BOOL:
        return FIELD(bool);
    case PARE_OPTION_INT:
        return FIELD(int64_t);
    case PARE_OPTION_REAL:
        return FIELD(double);
    case PARE_OPTION_CHOICE:
        return FIELD(int);
    case PARE_OPTION_TEXT:
        return FIELD(char *);
    case PARE_OPTION_INTS:
        return FIELD(struct pare_ints);
    case PARE_OPTION_ROWS:
        return FIELD(struct pare_rows);
    case PARE_OPTION_END:
        break;
    }
#undef FIELD
    return 0;
}

/* Every field within self and clear of the others. Names are there already. */
static int check_fields(const struct pare_option *options, size_t self_size, unsigned depth,
                        const char *path, struct pare_error *err)
{
    for (size_t i = 0; options && options[i].name; i++) {
        size_t align = 1, size = field_size(options[i].type, &align), at = options[i].offset;

        if (size == 0)
            return FAIL("option '%s' is of type number %d, and there is none", options[i].name,
                        (int)options[i].type);
        if (size > self_size || at > self_size - size)
            return FAIL("option '%s' lies at bytes %zu to %zu, outside its struct of %zu bytes",
                        options[i].name, at, at + size, self_size);
        if (at % align != 0)
            return FAIL("option '%s' lies at byte %zu, not a multiple of %zu", options[i].name, at,
                        align);
        for (size_t j = 0; j < i; j++) {
            size_t other_size = field_size(options[j].type, &align), other = options[j].offset;

            if (at < other + other_size && other < at + size)
                return FAIL("options '%s' and '%s' fill the same field", options[j].name,
                            options[i].name);
        }
        if (options[i].type == PARE_OPTION_ROWS) {
            if (depth == 0)
                return FAIL("option '%s': rows within rows, too deep", options[i].name);
            if (check_fields(options[i].row, options[i].row_size, depth - 1, path, err))
                return PARE_EPLUGIN;
        }
    }
    return PARE_OK;
}

/* A table without an end runs into whatever lies behind it. */
static bool table_ends(const struct pare_option *options)
{
    for (size_t i = 0; i < OPTIONS_MAX; i++)
        if (options[i].type == PARE_OPTION_END || !options[i].name)
            return !options[i].name && options[i].type == PARE_OPTION_END;
    return false;
}

static int check_options(const struct pare_plugin *p, const char *path, struct pare_error *err)
{
    struct pare_error why = {0};

    if (!p->options)
        return PARE_OK;
    if (!table_ends(p->options))
        return FAIL("the option table has a row without name or type, or no PARE_OPTIONS_END");
    if (schema_check(p->options, &why) != PARE_OK)
        return FAIL("%s", why.text);
    return check_fields(p->options, p->self_size, ROWS_DEPTH_MAX, path, err);
}

int descriptor_check(const struct pare_plugin *plugin, enum pare_kind kind, const char *path,
                     struct pare_error *err)
{
    int status = check_head(plugin, kind, path, err);

    if (status == PARE_OK)
        status = check_members(plugin, path, err);
    if (status == PARE_OK)
        status = check_options(plugin, path, err);
    return status;
}
