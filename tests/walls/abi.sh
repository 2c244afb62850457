#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# abi.sh DUMP ROOT: the public structs are as abi.expected says, and it says
# something of each of them. On the machine of the committed dump alone.
expected=$2/tests/walls/abi.expected
[ "$(uname -m)" = x86_64 ] || exit 77

bad=0
for name in $(sed -n 's/^struct \(pare_[a-z0-9_]*\) {$/\1/p' "$2"/framework/include/pare/*.h); do
    "$1" | grep -q "^struct $name:" || {
        echo "struct $name is public and not in tests/walls/abi.c"
        bad=1
    }
done
"$1" | diff -u "$expected" - && exit $bad
if [ "$("$1" | head -n 1)" = "$(head -n 1 "$expected")" ]; then
    echo "A public struct changed: raise PARE_ABI in framework/include/pare/plugin.h, then"
fi
echo "write the new dump: $1 > tests/walls/abi.expected"
exit 1
