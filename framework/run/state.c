/* SPDX-License-Identifier: Apache-2.0 */
/* Saved state of pruners: a short list, searched by parameter and plugin. */

#include "run/state.h"
#include "base/alloc.h"
#include <pare/pruner.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 255 };

struct run_state {
    char *param;
    const struct pare_plugin *plugin;
    void *bytes;
    size_t size_bytes;
    struct run_state *next;
};

static const struct pare_pruner *pruner_of(const struct plugin_use *use)
{
    const void *pruner = use->plugin;
    return pruner;
}

static struct run_state *find(const struct run *run, const struct pare_param *p,
                              const struct pare_plugin *plugin)
{
    struct run_state *s = run->state;
    while (s && (s->plugin != plugin || strcmp(s->param, p->name) != 0))
        s = s->next;
    return s;
}

int state_restore(const struct run *run, const struct pare_param *p, const struct plugin_use *use,
                  struct pare_error *err)
{
    const struct pare_pruner *pruner = pruner_of(use);
    const struct run_state *s = find(run, p, use->plugin);
    if (!s || !pruner->restore)
        return PARE_OK;
    if (pruner->restore(use->self, s->bytes, s->size_bytes, err) != PARE_OK)
        return pare_fail_in(err, "%s: pruner '%s' takes its state back", p->name,
                            use->plugin->name);
    return PARE_OK;
}

int state_save(struct run *run, const struct pare_param *p, const struct plugin_use *use,
               struct pare_error *err)
{
    const struct pare_pruner *pruner = pruner_of(use);
    size_t size_bytes = 0;

    if (!pruner->save)
        return PARE_OK;
    int status = pruner->save(use->self, NULL, &size_bytes, err);
    void *bytes = status == PARE_OK ? alloc_zero(size_bytes, 1, "state of a pruner", err) : NULL;
    if (bytes)
        status = pruner->save(use->self, bytes, &size_bytes, err);
    if (!bytes || status != PARE_OK) {
        free(bytes);
        return pare_fail_in(err, "%s: pruner '%s' saves its state", p->name, use->plugin->name);
    }
    struct run_state *s = find(run, p, use->plugin);
    if (!s) {
        s = xcalloc(1, sizeof *s);
        s->param = xstrdup(p->name);
        s->plugin = use->plugin;
        s->next = run->state;
        run->state = s;
    }
    free(s->bytes);
    s->bytes = bytes;
    s->size_bytes = size_bytes;
    return PARE_OK;
}

static void put_text(struct bytes *out, const char *text)
{
    bytes_put_varint(out, strlen(text));
    bytes_put(out, text, strlen(text));
}

void state_put(const struct run *run, struct bytes *out)
{
    for (const struct run_state *s = run->state; s; s = s->next) {
        put_text(out, s->param);
        put_text(out, s->plugin->name);
        bytes_put_varint(out, s->size_bytes);
        bytes_put(out, s->bytes, s->size_bytes);
    }
}

static char *get_text(struct cursor *c, const char *what)
{
    size_t length = (size_t)cursor_varint(c, 0, TEXT_MAX, what);
    const uint8_t *from = cursor_take(c, length, what);

    return from ? xstrndup((const char *)from, length) : xstrdup("");
}

/* One entry, added behind *end. */
static int get_one(struct cursor *c, struct run_state **end)
{
    struct run_state *s = xcalloc(1, sizeof *s);
    const uint8_t *from;
    char *name;

    *end = s;
    s->param = get_text(c, "the parameter of a pruner's state");
    name = get_text(c, "the pruner of a state");
    s->size_bytes = (size_t)cursor_varint(c, 0, SIZE_MAX >> 8, "the size of a pruner's state");
    from = cursor_take(c, s->size_bytes, "a pruner's state");
    if (from) {
        s->plugin = registry_get(PARE_KIND_PRUNER, name, c->err);
        s->bytes = alloc_zero(s->size_bytes, 1, "state of a pruner", c->err);
    }
    free(name);
    if (!from || !s->plugin || !s->bytes)
        return c->err->status;
    if (s->size_bytes > 0)
        memcpy(s->bytes, from, s->size_bytes);
    return PARE_OK;
}

int state_get(struct run *run, struct cursor *c)
{
    struct run_state **end = &run->state;
    int status = PARE_OK;

    state_free(run);
    for (; status == PARE_OK && cursor_left(c) > 0; end = &(*end)->next)
        status = get_one(c, end);
    return status;
}

void state_free(struct run *run)
{
    while (run->state) {
        struct run_state *s = run->state;
        run->state = s->next;
        free(s->param);
        free(s->bytes);
        free(s);
    }
}
