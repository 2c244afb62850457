/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CLI_REPRODUCE_H
#define CLI_REPRODUCE_H

/* pare reproduce in five parts: the command (cmd_reproduce.c), what is to be run
 * (reproduce_pack.c), the processes that run it (reproduce_jobs.c), the tables
 * (reproduce_table.c), and the pictures (reproduce_figures.c). */

#include "cli/cli.h"
#include "config/problems.h"
#include "config/value.h"
#include "run/expected.h"
#include <stdio.h>

/* One experiment with one seed. */
struct reproduce_job {
    const char *config; /* path */
    int64_t seed;
    char *dir;                  /* its folder, named by its identity */
    struct value *result;       /* as pare run --json has it; NULL: none (yet) */
    bool stored;                /* the result was there */
    bool anew;                  /* in a run folder of its own */
    char made[PARE_TEXT_BYTES]; /* what the run that is there was made with and is another
                                   now; empty: nothing, or there is none */
};

/* An experiment file of the pack. */
struct reproduce_file {
    char *config, *name;
    char *stem; /* the config's name without folder and ending */
    struct expectation *expect;
    size_t expects;
    struct reproduce_job *job; /* [jobs], a seed each, in the list of all */
    size_t jobs;
};

/* What the command line asks for. */
struct reproduce_wanted {
    const char *path; /* a folder of experiment files, or one of them */
    const char *out;  /* NULL: runs */
    const struct cli_common *common;
    size_t seeds;
    bool fresh, stored;
};

struct reproduce_pack {
    char *name;                  /* of its folder */
    char *root;                  /* where its runs, results and tables are */
    struct reproduce_file *file; /* [files], those that expect something */
    size_t files;
};

/* Reads the files of a pack and finds the results that are there; wanted->stored: jobs
 * without one are left out. reproduce_close in each case. */
int reproduce_open(struct reproduce_pack *pack, const struct reproduce_wanted *wanted,
                   struct problems *problems, struct pare_error *err);
void reproduce_close(struct reproduce_pack *pack);

/* What is handed on to pare run. */
struct reproduce_run {
    char *const *argument; /* [arguments]: --set X ... */
    size_t arguments;
    unsigned at_once, threads;
};

/* The name of a result within a job's folder, allocated. */
char *reproduce_result_path(const char *dir);
/* The stored result; NULL where there is none that can be read. */
struct value *reproduce_stored(const char *dir);

/* Runs every job without a result, at_once at a time, and stores what comes out.
 * Progress on stderr. How many gave no result. */
size_t reproduce_missing(struct reproduce_pack *pack, const struct reproduce_run *run);

/* One cell, over the seeds. NaN where n is 0. */
struct reproduce_cell {
    size_t n;
    double mean, deviation, min, max; /* deviation: of the sample, 0 for one */
    enum verdict verdict;
};
struct reproduce_cell reproduce_cell(const struct reproduce_file *file,
                                     const struct expectation *e);

/* The tables of all files, as Markdown. */
void reproduce_print(const struct reproduce_pack *pack, FILE *out);
/* table.md, table.csv and table.json in the pack's root. */
int reproduce_store(const struct reproduce_pack *pack, struct pare_error *err);
/* figures/STEM.csv of each file in the pack's root, and, where they are to be drawn, its
 * pictures; that one cannot be drawn is said on stderr and is no failure. */
int reproduce_figures(const struct reproduce_pack *pack, bool drawn, struct pare_error *err);

#endif
