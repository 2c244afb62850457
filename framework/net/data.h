/* SPDX-License-Identifier: Apache-2.0 */
#ifndef NET_DATA_H
#define NET_DATA_H

/* A data set in use: its plugin, opened. */

#include "plugin/registry.h"
#include <pare/dataset.h>

struct data {
    struct plugin_use use;
    struct pare_dataset_info info;
};

/* group: the config's data group ({plugin, path, and the plugin's options}).
 * Looked for in dir (--data; may be NULL), PARE_DATA, the group's path, ./data,
 * /usr/share/datasets, in that order. */
PARE_API int data_open(struct data *data, const struct value *group, const char *dir,
                       struct problems *problems, struct pare_error *err);
PARE_API void data_close(struct data *data);
int data_read(struct data *data, enum pare_split split, const uint32_t *index, size_t n, float *x,
              uint16_t *y, struct pare_error *err);

/* The host's own options of the data group: plugin, path. */
extern PARE_API const struct pare_option data_options[];

#endif
