/* SPDX-License-Identifier: Apache-2.0 */
/* Saved state of pruners: a short list, searched by parameter and plugin. */

#include "run/state.h"
#include "base/alloc.h"
#include <pare/pruner.h>
#include <stdlib.h>
#include <string.h>

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
