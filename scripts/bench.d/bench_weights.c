/* SPDX-License-Identifier: Apache-2.0 */
/* bench_weights MODEL PARAM all|kept FILE: the values of one parameter of a model file
 * as little-endian singles; of the kept ones alone, or with zeros for the others. */

#include "format/read.h"
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    struct pare_error err = {0};
    struct model_file file = {0};

    if (argc != 5)
        return 2;
    int status = format_read_path(argv[1], &file, &err);
    const struct pare_param *p = status == PARE_OK ? net_param(file.net, argv[2]) : NULL;
    FILE *out = fopen(argv[4], "wb");

    if (!p || !out) {
        fprintf(stderr, "%s\n", err.text[0] ? err.text : "no such parameter or folder");
        return 1;
    }
    for (size_t i = 0; i < p->count; i++)
        if (strcmp(argv[3], "all") == 0 || !p->keep || p->keep[i])
            fwrite(&p->value[i], sizeof p->value[i], 1, out);
    model_file_free(&file);
    return fclose(out) == 0 ? 0 : 1;
}
