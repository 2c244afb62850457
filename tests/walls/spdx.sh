#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# spdx.sh ROOT: the license stands in the first line of every source file, or in
# the second of those that begin with #!.
cd "$1" || exit 1
bad=0
# The cases of tests/cli and tests/config are data.
for file in $(find framework plugins tests scripts cmake -type f \( -name '*.[ch]' -o -name '*.lua' \
    -o -name '*.sh' -o -name '*.py' -o -name '*.cmake' -o -name CMakeLists.txt \) ! -path "tests/cli/cases/*" \
    ! -path "tests/config/*/*") CMakeLists.txt; do
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: Apache-2.0' && continue
    echo "$file: no SPDX line"
    bad=1
done
exit $bad
