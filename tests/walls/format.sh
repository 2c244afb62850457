#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# format.sh ROOT: C files are as clang-format (14 or later) leaves them; 77 where
# there is none.
cd "$1" || exit 1
command -v clang-format > /dev/null || exit 77
find framework plugins tests -name '*.[ch]' -print0 |
    xargs -0 clang-format --dry-run -Werror 2>&1 | grep 'error:' && {
    echo "run: clang-format -i on these"
    exit 1
}
exit 0
