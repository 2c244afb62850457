/* SPDX-License-Identifier: Apache-2.0 */
#ifndef RUN_JOURNAL_FORM_H
#define RUN_JOURNAL_FORM_H

/* The form of what a run folder tells: which members there must be and of what kind,
 * so that who reads them later need not ask. A right checksum does not say who wrote a
 * line. */

#include "config/value.h"
#include "run/journal.h"

/* Is the record one of this kind? */
bool journal_form_fits(const struct value *record, enum journal_kind kind);
/* ( {request, (param,) wanted, got, (count)} ... ), as run/request.h makes and prints. */
bool journal_form_misses(const struct value *list);

#endif
