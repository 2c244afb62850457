/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TEST_SUPPORT_H
#define TEST_SUPPORT_H

/* What most unit tests include first: cmocka needs these four before it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* Asserts that a call returned PARE_OK; prints err's text where it did not. */
#define ASSERT_OK(CALL, ERR)                                                                       \
    do {                                                                                           \
        int status_ = (CALL);                                                                      \
        if (status_ != 0)                                                                          \
            fail_msg("%s: status %d: %s", #CALL, status_, (ERR).text);                             \
    } while (0)

#endif
