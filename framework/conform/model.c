/* SPDX-License-Identifier: Apache-2.0 */
/* Models: built for inputs of several shapes or refused with a reason, the same
 * every time, ending in one output a class; and what is built computes what its
 * layers say: outputs and gradients against a plain computation in double
 * precision. */

#include "base/alloc.h"
#include "conform/reference.h"
#include "conform/suite.h"
#include "net/net.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Above these a net is built but not computed: an option at its highest may ask for
 * gigabytes. With options that differ from the presets small nets alone are. */
enum { WEIGHTS_MAX = 1 << 23, MACS_MAX = 4000000, MACS_MAX_SETTING = 200000 };
enum { SAMPLES = 2, SLOPES = 2 };

static const struct {
    size_t input[3], classes;
} tasks[] = {
    {{1, 28, 28}, 10}, {{3, 32, 32}, 10}, {{1, 8, 8}, 4}, {{1, 1, 2}, 4}, {{1, 1, 1}, 2},
};
enum { TASKS = sizeof tasks / sizeof *tasks };

static size_t weights_of(const struct pare_net *net)
{
    size_t sum = 0;

    for (size_t i = 0; i < net->params; i++)
        sum += net->param[i].count;
    return sum;
}

/* The net for a task, finished unless it is too large; NULL when refused. */
static struct pare_net *build(struct suite *s, const struct plugin_use *use, size_t task)
{
    const struct pare_model *plugin = (const struct pare_model *)use->plugin;
    struct pare_error err = {0};
    struct pare_net *net = net_new(tasks[task].input, tasks[task].classes, &err);
    const size_t *in = tasks[task].input;
    char what[96];
    int status;

    snprintf(what, sizeof what, "input %zux%zux%zu, %zu classes", in[0], in[1], in[2],
             tasks[task].classes);
    if (!net) {
        suite_wrong(s, "%s: %s", what, err.text);
        return NULL;
    }
    status = plugin->build(use->self, net, &err);
    if (status == PARE_OK && net->error.status != PARE_OK) {
        status = net->error.status;
        err = net->error;
    }
    if (status != PARE_OK) {
        suite_refusal(s, what, status, &err);
        net_free(net);
        return NULL;
    }
    if (weights_of(net) <= WEIGHTS_MAX && net_finish(net, &err) != PARE_OK) {
        suite_wrong(s, "%s: %s", what, err.text);
        net_free(net);
        return NULL;
    }
    return net;
}

static bool same_layers(const struct pare_net *a, const struct pare_net *b)
{
    if (a->layers != b->layers || a->params != b->params)
        return false;
    for (size_t i = 0; i < a->layers; i++) {
        const struct layer_desc *x = &a->layer[i].desc, *y = &b->layer[i].desc;

        if (x->kind != y->kind || strcmp(x->name, y->name) != 0 || x->units != y->units ||
            x->kernel != y->kernel || x->stride != y->stride || x->pad != y->pad ||
            x->rate != y->rate)
            return false;
    }
    return true;
}

/* Builds each task twice. Returns the built task of the fewest multiply-adds, TASKS
 * when none was built. */
static size_t check_build(struct suite *s, const struct plugin_use *use)
{
    size_t best = TASKS, least = SIZE_MAX;

    for (size_t i = 0; i < TASKS; i++) {
        struct pare_net *net = build(s, use, i), *again = build(s, use, i);

        if (!net != !again || (net && !same_layers(net, again)))
            suite_wrong(s, "built twice for the same input, the layers differ");
        if (net && weights_of(net) <= WEIGHTS_MAX && net_macs(net, false) < least) {
            least = net_macs(net, false);
            best = i;
        }
        net_free(net);
        net_free(again);
    }
    suite_end(s, "built the same twice, or refused with a reason");
    return best;
}

static double largest(const float *x, size_t n)
{
    double most = 0.0;

    for (size_t i = 0; i < n; i++)
        most = fmax(most, fabs((double)x[i]));
    return most;
}

static void compare_logits(struct suite *s, const struct pare_net *net, const float *x,
                           const float *logits)
{
    size_t n = SAMPLES * net->classes;
    double *plain = xcalloc(n, sizeof *plain), scale = 1e-3 + largest(logits, n);

    if (!reference_forward(net, NULL, x, SAMPLES, plain))
        suite_wrong(s, "no memory");
    for (size_t i = 0; i < n; i++)
        if (!(fabs((double)logits[i] - plain[i]) <= 1e-4 * scale))
            suite_wrong(s, "output %zu is %g, by its definition %g", i, (double)logits[i],
                        plain[i]);
    free(plain);
}

/* Some values of each parameter, those that the loss feels most among a few draws. */
static void compare_slopes(struct suite *s, const struct pare_net *net, const float *x,
                           const uint16_t *y)
{
    struct pare_rng rng = pare_rng_stream(9, "conform slopes");
    double **value = reference_values(net);

    if (!value) {
        suite_wrong(s, "no memory");
        return;
    }
    for (size_t i = 0; i < net->params; i++) {
        const struct pare_param *p = &net->param[i];
        double scale = largest(p->grad, p->count);

        for (int j = 0; j < SLOPES; j++) {
            size_t at = (size_t)pare_rng_below(&rng, p->count);
            double slope;

            for (int draw = 0; draw < 8 && p->grad[at] == 0.0f; draw++)
                at = (size_t)pare_rng_below(&rng, p->count);
            slope = reference_slope(net, value, i, at, 1e-6, x, y, SAMPLES, NET_LOSS_SOFTMAX);
            if (!(fabs((double)p->grad[at] - slope) <= 1e-3 * scale + 1e-6))
                suite_wrong(s, "the gradient of %s at %zu is %g, by differences %g", p->name, at,
                            (double)p->grad[at], slope);
        }
    }
    reference_values_free(net, value);
}

static void check_values(struct suite *s, const struct plugin_use *use, size_t task)
{
    struct pare_net *net = build(s, use, task);
    struct pare_rng rng = pare_rng_stream(8, "conform samples");
    struct pare_error err = {0};
    size_t size = tasks[task].input[0] * tasks[task].input[1] * tasks[task].input[2], wrong;
    float *x = xcalloc(SAMPLES * size, sizeof *x);
    uint16_t y[SAMPLES];

    suite_normals(&rng, x, SAMPLES * size);
    for (size_t i = 0; i < SAMPLES; i++)
        y[i] = (uint16_t)pare_rng_below(&rng, tasks[task].classes);
    if (net && suite_ok(s, "activations", net_reserve(net, SAMPLES, &err), &err)) {
        net_init(net, NET_INIT_HE, 1);
        compare_logits(s, net, x, net_forward(net, NULL, x, SAMPLES, NULL));
        net_loss(net, y, SAMPLES, NET_LOSS_SOFTMAX, &wrong);
        net_backward(net, NULL, x, SAMPLES, NULL);
        compare_slopes(s, net, x, y);
    }
    free(x);
    net_free(net);
    suite_end(s, "outputs and gradients by their definitions");
}

void conform_model(struct suite *s, const struct plugin_use *use)
{
    bool presets = strcmp(s->setting, "presets") == 0, small;
    size_t task = check_build(s, use);
    struct pare_net *net;

    if (task == TASKS) {
        if (presets) {
            suite_wrong(s, "refuses an input of every shape that was tried");
            suite_end(s, "built for some input");
        }
        return;
    }
    net = build(s, use, task);
    small = net && net_macs(net, false) <= (presets ? MACS_MAX : MACS_MAX_SETTING);
    net_free(net);
    if (small)
        check_values(s, use, task);
}
