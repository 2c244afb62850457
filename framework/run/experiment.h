/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_EXPERIMENT_H
#define RUN_EXPERIMENT_H

/* An experiment file, understood: every group checked against the tables of its
 * verb and its plugins. Holds what was said; does nothing.
 *
 *   schema = 1; name; seed; schedule; plugins; data {}; model {}; train {}; prune {};
 *   share {}; encode {}; request {}; checkpoint {}; args {};
 *   rules ( { match; VERB {} } ... ); expect ( {} ... )
 *
 * The schedule is looked for beside the file that names it, beside the config, and
 * among those of pare. A later layer (a setting after an @include, --set, a rule, a
 * call) that names another plugin takes the options of the one before away. */

#include "config/problems.h"
#include "config/value.h"
#include "plugin/registry.h"

enum verb { VERB_TRAIN, VERB_TEST, VERB_PRUNE, VERB_SHARE, VERB_ENCODE, VERB_COUNT };
PARE_API const char *verb_name(enum verb verb);
/* The verb's own table. */
PARE_API const struct pare_option *verb_options(enum verb verb);

/* The options of the verb test: train|validation|test, an enum pare_split. */
struct test_options {
    int split;
    bool layers; /* measure each layer as well */
};

/* What the result must reach; NaN: not asked. A miss fails the run by name. */
struct request {
    double error;   /* test error, percent, at most */
    double bytes;   /* whole file, at most */
    double ratio;   /* dense float32 bytes over file bytes, at least */
    double density; /* share of all weights kept, at most */
};
extern PARE_API const struct pare_option request_options[];

/* How often a run can be gone on with. Changes no result. */
struct checkpoint {
    int64_t epochs; /* inside a training, from one to the next; 0: none there */
};
extern PARE_API const struct pare_option checkpoint_options[];

/* The host's own options of the model group: plugin, init. */
struct model_options {
    char *plugin;
    int init; /* he|glorot: enum net_init */
};
extern PARE_API const struct pare_option model_options[];

/* What stands beside the groups: schema, name, seed, schedule, plugins. */
extern PARE_API const struct pare_option experiment_settings[];

struct experiment {
    char *path;         /* of the config file */
    struct value *root; /* the merged tree, as written */
    char *name;
    int64_t seed;
    char *schedule; /* path of the Lua file, found */
    char *plugins;  /* folder of plugins of its own, whole path; NULL: none */
    struct model_options model;
    struct request request;
    struct checkpoint checkpoint;
    /* Options of a call as a journal has them (run/record.h): a call with these, the
     * same group, says all of them; config and rules are not asked. NULL: none. */
    const struct value *recorded;
    bool sound; /* nothing is wrong with data and model: the net can be built */
};

/* Reads and checks path with the assignments set [sets] of --set. seed < 0: the
 * config's. All that is wrong is added to problems; NULL: it cannot be read at all. */
PARE_API struct experiment *experiment_load(const char *path, char *const *set, size_t sets,
                                            int64_t seed, struct problems *problems);
PARE_API void experiment_free(struct experiment *e);

/* A verb's group for one parameter (param NULL: for the call as a whole): the
 * config's group, then each matching rule, then call (may be NULL), later over
 * earlier, rivals dropped. Owned by the caller; never NULL. A bias that no rule
 * names for prune or share, and that call does not name either, gets skip = true: a
 * rule names a bias when its pattern does not match the layer's weight as well
 * ("*.bias", not "fc1.*"), or when it gives skip; a call when it gives skip. */
struct value *experiment_options(const struct experiment *e, enum verb verb, const char *param,
                                 bool is_bias, const struct value *call);

/* Are there parameters for every rule? Adds a problem for each pattern that
 * matches none. name [n]: those of the net. */
PARE_API void experiment_check_rules(const struct experiment *e, const char *const *name, size_t n,
                                     struct problems *problems);

/* The resolved config, complete and readable by experiment_load, as it stands in a run
 * folder: the schedule is the copy beside it. prune and share where the config
 * speaks of them. */
PARE_API int experiment_print(const struct experiment *e, FILE *out, struct pare_error *err);
/* 8 hex digits over what differs from the presets, the schedule's text and the
 * seed: the run's identity. The name, data.path and checkpoint are left out. */
int experiment_identity(const struct experiment *e, char hex[9], struct pare_error *err);
/* The same, all 64 digits. */
int experiment_digest(const struct experiment *e, char hex[65], struct pare_error *err);

#endif
