#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# broken.sh PARE PLUGIN.so WORDS: pare conform must exit with 1 and say FAILED and
# the words on one line.
out=$("$1" conform "$2" 2>&1)
status=$?
if [ $status -ne 1 ]; then
    printf '%s\nexit status %d, not 1\n' "$out" $status
    exit 1
fi
printf '%s\n' "$out" | grep FAILED | grep -qF "$3" && exit 0
printf '%s\nno line with FAILED and: %s\n' "$out" "$3"
exit 1
