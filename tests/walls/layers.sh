#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# layers.sh ROOT: who may include whom. A file includes its own level or lower;
# some headers are for one place alone; only cli prints.
cd "$1" || exit 1
bad=0

# folder level
levels='base 0
config 1
plugin 1
net 2
compress 3
format 3
infer 3
run 4
conform 4
script 5
cli 5'

level() { printf '%s\n' "$levels" | sed -n "s/^$1 //p"; }
wrong() { printf '%s\n' "$1"; bad=1; }

for folder in framework/*/; do
    folder=$(basename "$folder")
    [ "$folder" = include ] && continue
    mine=$(level "$folder")
    [ -n "$mine" ] || { wrong "framework/$folder: has no level in layers.sh"; continue; }
    for theirs in $(grep -rhoE '^ *# *include +"[a-z]+/' "framework/$folder" | sed 's/.*"//; s,/,,' |
        sort -u); do
        other=$(level "$theirs")
        if [ -z "$other" ] || [ "$other" -gt "$mine" ]; then
            wrong "$(grep -rnE "^ *# *include +\"$theirs/" "framework/$folder")
  ^ $folder (level $mine) must not include $theirs (level ${other:-none})"
        fi
    done
    found=$(grep -rnE '^ *# *include +"[^/"]*"' "framework/$folder") &&
        wrong "$found
  ^ say the folder: #include \"$folder/...\""
done

# only PATTERN-OF-HEADER PLACE...: included nowhere else
only() {
    header=$1
    shift
    found=$(grep -rnE "^ *# *include +[<\"]$header[>\"]" framework plugins)
    for place in "$@"; do found=$(printf '%s' "$found" | grep -v "^$place"); done
    [ -z "$found" ] || wrong "$found
  ^ $header is for $* alone"
}
only 'libconfig\.h' framework/config/conffile.c
only 'dlfcn\.h' framework/plugin/registry.c
only '(lua|lauxlib|lualib)\.h' framework/script/
only 'immintrin\.h' framework/net/kernels/ framework/infer/kernels/
only 'argp\.h' framework/cli/
only 'jansson\.h' framework/run/json.c framework/script/

found=$(grep -nE '"format/(write|pack)\.h"' framework/format/read*) && wrong "$found
  ^ a reader must not need the writer"
found=$(grep -rnE '^ *# *include +"' framework/include) && wrong "$found
  ^ public headers include <pare/...> and the C library alone"

# A plugin: <pare/...>, libraries, and its own folder.
for kind in plugins/*/; do
    for file in "$kind"*.c "$kind"*/*.[ch]; do
        [ -e "$file" ] || continue
        name=$(printf '%s' "${file#"$kind"}" | sed 's,/.*,,; s,\.c$,,')
        own="\"$name/"
        [ "$file" != "${file#"$kind$name/"}" ] && own="\"$name/|\"[^/]*\"$"
        found=$(grep -nE '^ *# *include +"' "$file" | grep -vE "$own") && wrong "$file: $found
  ^ a plugin includes <pare/...> and its own folder $name/ alone"
    done
done

found=$(grep -rnE '(^|[^a-z_])(printf|puts|putchar|perror) *\(|[^a-z_](stdout|stderr)[^a-z_]' \
    --include='*.c' framework plugins | grep -vE '^framework/(cli/|base/alloc\.c)' |
    grep -vE '^[^:]*:[0-9]+: *(/\*|\*)')
[ -z "$found" ] || wrong "$found
  ^ only framework/cli prints"
exit $bad
