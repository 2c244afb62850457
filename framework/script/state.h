/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SCRIPT_STATE_H
#define SCRIPT_STATE_H

/* One Lua state with its limits, and what the files of this folder share.
 *
 * Lua raises by long jump: a C function here owns nothing that only C knows of
 * while it calls anything of Lua that may raise. Temporary memory hangs on a
 * userdata. Every entry into Lua is a protected call. */

#include <lauxlib.h>
#include <lua.h>
#include <pare/param.h>
#include <pare/rng.h>

#include "config/value.h"

struct run;
struct pare_net;

enum { SCRIPT_BYTES_MAX = 1024 * 1024 };
enum script_reached { REACHED_NOTHING, REACHED_MEMORY, REACHED_COUNT, REACHED_TIME, REACHED_VERB };

struct script {
    lua_State *L;
    size_t memory_used, memory_limit;
    int64_t instructions_left, instructions_limit;
    double seconds_limit, seconds_from, look_at;   /* processor time; look_at: wall's */
    enum script_reached reached;                   /* once set, nothing runs any more */
    bool starved;                                  /* the machine had no memory once */
    struct pare_error *limit_error;                /* inside the object that is raised at a limit */
    struct pare_rng *random;                       /* math.random's stream */
    void (*note)(void *context, const char *text); /* print; may be NULL */
    void *context;
    char *dir[2]; /* where require looks: the schedule's own folder, scripts/lib */
    /* Of the API (script.c); NULL or 0 where only the sandbox is in use: */
    struct run *run;
    const struct pare_net *net; /* that the handles of this generation are of */
    uint64_t generation;
    bool beginning;         /* only up to the first verb, which is not called */
    bool began;             /* a verb was called: run:arg has had its say */
    bool training, pruning; /* inside train, that is in a hook; in prune's hook */
};

static inline struct script *state_script(lua_State *L)
{
    return *(struct script **)lua_getextraspace(L);
}

/* state.c. script is zeroed but for random, note, context, dir, run; the limits
 * are 0 for the usual ones. */
int state_open(struct script *script, struct pare_error *err);
void state_close(struct script *script);
/* Calls function (its argument: data as a light userdata) protected; err has
 * what was raised. */
int state_enter(struct script *script, lua_CFunction function, const void *data,
                struct pare_error *err);
/* Counts work done in C as so many instructions; raises at the limit. */
void state_charge(lua_State *L, double work);
/* A verb was called: instructions and seconds count from here. */
void state_rearm(struct script *script);
/* Where only the beginning is wanted, this is its end; raises, and all is well. */
void state_begun(lua_State *L);
/* Raises again a limit that a call in between has caught. */
void state_reraise(lua_State *L);
/* Pushes the compiled text of a file; raises. */
void state_load(lua_State *L, const char *path);

/* C memory that Lua frees. */
struct owner {
    void *thing; /* NULL: nothing yet, or released */
    void (*release)(void *thing);
};
/* Pushes an empty one with the metatable called type. */
struct owner *owner_push(lua_State *L, const char *type, void (*release)(void *thing));
void owner_release(struct owner *owner);

/* failure.c: Lua error objects that carry a pare_error. */
void failure_open(lua_State *L);
/* Pushes a new one, zeroed, and returns what is in it. */
struct pare_error *failure_push(lua_State *L);
/* Raises err; without a place, at the script's line. */
int failure_raise(lua_State *L, const struct pare_error *err);
/* Raises PARE_EUSER at the script's line. */
int failure_user(lua_State *L, const char *format, ...) PARE_PRINTF(2, 3);
/* The error in the object at index; NULL when it is something else. */
const struct pare_error *failure_test(lua_State *L, int index);
/* Raises the message on top of a failed compilation of path. */
int failure_syntax(lua_State *L, const char *path);
/* Message handler: whatever was raised becomes a failure with a place. */
int failure_handler(lua_State *L);
/* The nearest Lua function at or above level; false when there is none. The path
 * lives as long as the function. */
bool failure_where(lua_State *L, int level, const char **path, unsigned *line);

/* sandbox.c and the parts of the standard library that it lets in, changed where
 * the stock ones could run for ever or differ from run to run. */
void sandbox_open(lua_State *L);
/* Replaces the table on top by a proxy that reads it and refuses to be written. */
void sandbox_readonly(lua_State *L);
/* luaL_tolstring without addresses in it. */
const char *sandbox_tostring(lua_State *L, int index);
void order_open(lua_State *L); /* pairs, next: in the order of the keys */
/* Pushes a list of the keys of the table at index in that order; how many. */
lua_Integer order_keys(lua_State *L, int index);
void strings_open(lua_State *L); /* pushes string */
void tables_open(lua_State *L);  /* pushes table */
void numbers_open(lua_State *L); /* pushes math */
int numbers_random(lua_State *L, int first);
int require_call(lua_State *L);

/* tovalue.c: between Lua tables and value trees. */
/* Puts the table at index as a group into owner, without its members called
 * without [ended by NULL] (NULL: all). Nodes carry the call's file and line, and
 * stand in the order of their names. name: for messages, "prune". Raises. */
struct value *tovalue_read(lua_State *L, int index, const char *name, const char *const *without,
                           struct owner *owner);
/* The same for what the function at index function has returned: nodes carry the
 * line at which that begins. */
struct value *tovalue_read_returned(lua_State *L, int index, int function, const char *name,
                                    struct owner *owner);
/* Pushes an owner for a tree. */
struct owner *tovalue_owner(lua_State *L);
/* Pushes v: groups and lists as tables, none as nil (in a list: false). */
void tovalue_push(lua_State *L, const struct value *v, bool readonly);

/* The API of schedules, a file an object. Each open makes the metatable; l_run_open
 * the global run as well. */
extern const luaL_Reg l_run_methods[], l_net_methods[], l_param_methods[];
void l_run_open(lua_State *L);
void l_net_open(lua_State *L);
void l_param_open(lua_State *L);
/* Keys of the config's args that no run:arg has asked for; raises. */
void l_run_check_args(lua_State *L);
/* A verb refuses an option: adds to err which arguments of the config have its value. */
void l_run_blame_args(lua_State *L, const struct value *options, struct pare_error *err);
/* Pushes the selection of all parameters. */
void l_net_push(lua_State *L);
/* The handles are of the net of this generation, or what they are of is gone. */
uint64_t l_net_generation(struct script *script);
void l_param_push(lua_State *L, size_t index);
/* What option (verb, name) comes to for one parameter (NULL: for the call as a
 * whole); arguments 2 and 3. */
int l_param_option(lua_State *L, const struct pare_param *p);
/* Raises: object has no member called key; the nearest of the methods and fields
 * [ended by NULL] is named. */
int l_run_unknown(lua_State *L, const char *object, const char *key, const luaL_Reg *methods,
                  const char *const *fields);

#endif
