#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# sizes.sh ROOT: prints what is longer than it should be; fails above the limits.
#   core file   aim 300, limit 600        plugin file     limit 200
#   header      limit 150                 function body   aim 40, limit 80
#   Lua script  limit 60
cd "$1" || exit 1
bad=0

# file_lines AIM LIMIT FILE...
file_lines() {
    aim=$1 limit=$2
    shift 2
    for file in "$@"; do
        [ -e "$file" ] || continue
        n=$(wc -l < "$file")
        if [ "$n" -gt "$limit" ]; then
            echo "TOO LONG  $file: $n lines, the limit is $limit"
            bad=1
        elif [ "$n" -gt "$aim" ]; then
            echo "long      $file: $n lines, the aim is $aim"
        fi
    done
}
file_lines 300 600 framework/*/*.c
file_lines 150 150 framework/*/*.h framework/include/pare/*.h plugins/*/*/*.h
file_lines 200 200 plugins/*/*.c plugins/*/*/*.c
# pare.meta.lua is documentation.
file_lines 60 60 scripts/schedules/*.lua $(ls scripts/lib/*.lua | grep -v '\.meta\.lua$')

# A function's body: from a { alone in the first column to the next }.
for file in framework/*/*.c plugins/*/*.c plugins/*/*/*.c; do
    [ -e "$file" ] || continue
    awk -v file="$file" '
        /^[a-z].*\(/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name) }
        /^{$/ { start = NR }
        /^}/ && start {
            n = NR - start - 1
            if (n > 80) { printf "TOO LONG  %s: %s, %d lines, the limit is 80\n", file, name, n; bad = 1 }
            else if (n > 40) printf "long      %s: %s, %d lines, the aim is 40\n", file, name, n
            start = 0
        }
        END { exit bad }' "$file" || bad=1
done
exit $bad
