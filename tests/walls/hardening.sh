#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# hardening.sh PARE LIBPARE PLUGINS: what the program, the library and each plugin that
# comes with them must be: at any address, bound and sealed before main, without a stack
# that can be executed, and without a folder to search that may be the current one. The
# program and the library have canaries on their stacks.
command -v readelf >/dev/null || exit 77
pare=$1 lib=$2 plugins=$3
bad=0
wrong() { printf '%s: %s\n' "$1" "$2"; bad=1; }

for file in "$pare" "$lib" "$plugins"/*/*.so; do
    head=$(readelf -hW "$file") || exit
    segments=$(readelf -lW "$file")
    dynamic=$(readelf -dW "$file")
    echo "$head" | grep -q 'Type: *DYN' || wrong "$file" "is not position-independent"
    echo "$segments" | grep -q GNU_RELRO || wrong "$file" "has no RELRO segment"
    echo "$dynamic" | grep -qE 'BIND_NOW|FLAGS.* NOW' || wrong "$file" "is not bound at once"
    echo "$segments" | grep -E 'GNU_STACK' | grep -q 'RW ' || wrong "$file" "has a stack for code"
    echo "$segments" | grep -E '^ *LOAD' | grep -q 'RWE' && wrong "$file" "has a segment to write and run"
    echo "$dynamic" | grep -q TEXTREL && wrong "$file" "has relocations in its code"
    echo "$dynamic" | grep -E 'R(UN)?PATH' | grep -qvE '\[\$ORIGIN[^:]*(:\$ORIGIN[^:]*)*\]' &&
        wrong "$file" "searches libraries outside its own folder"
done
for file in "$pare" "$lib"; do
    readelf --dyn-syms -W "$file" | grep -q __stack_chk_fail || wrong "$file" "has no canaries"
done
exit $bad
