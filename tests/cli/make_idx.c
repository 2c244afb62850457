/* SPDX-License-Identifier: Apache-2.0 */
/* make_idx DIR: the small data set of tests/support/idx.h, in files. */

#include "support/idx.h"
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: make_idx DIR\n", stderr);
        return 2;
    }
    if ((mkdir(argv[1], 0777) != 0 && errno != EEXIST) || idx_make(argv[1]) != 0) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}
