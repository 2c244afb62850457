/* SPDX-License-Identifier: Apache-2.0 */
/* Where an experiment file speaks of each kind of plugin. */

#include "cli/kinds.h"
#include "compress/select.h"
#include "compress/share.h"
#include "format/write.h"
#include "net/data.h"
#include "run/experiment.h"

const char kind_names[] = "model, dataset, pruner, initializer, quantizer, encoder";

struct kind_place kind_place(enum pare_kind kind)
{
    switch (kind) {
    case PARE_KIND_MODEL:
        return (struct kind_place){"models", "model", "plugin", model_options};
    case PARE_KIND_DATASET:
        return (struct kind_place){"datasets", "data", "plugin", data_options};
    case PARE_KIND_PRUNER:
        return (struct kind_place){"pruners", "prune", "plugin", prune_options};
    case PARE_KIND_INITIALIZER:
        return (struct kind_place){"initializers", "share", "initializer", share_options};
    case PARE_KIND_QUANTIZER:
        return (struct kind_place){"quantizers", "share", "quantizer", share_options};
    case PARE_KIND_ENCODER:
        return (struct kind_place){"encoders", "encode", "plugin", encode_options};
    case PARE_KIND_NONE:
    case PARE_KIND_COUNT:
        break;
    }
    return (struct kind_place){0};
}
