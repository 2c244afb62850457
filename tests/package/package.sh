#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# package.sh CMAKE BUILD SOURCE: installs the build into a fresh prefix and does there what
# the author of plugins does: pare new for every kind, built outside the tree
# against the installed package, found through PARE_PLUGINS, conforming, and all six
# at work in one run.
set -eu
cmake=$1 build=$2 source=$3
top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
unset PARE_PLUGINS
cd "$top"

fail() { echo "package: $*"; exit 1; }
# expect STATUS WORDS COMMAND...: exit status and words in what it says
expect() {
    status=$1 words=$2
    shift 2
    got=0
    "$@" > said 2>&1 || got=$?
    [ $got -eq "$status" ] || { cat said; fail "'$*' exits with $got, not $status"; }
    grep -qF "$words" said || { cat said; fail "'$*' does not say '$words'"; }
}

"$cmake" --install "$build" --prefix "$top/prefix" > install.log || { cat install.log; exit 1; }
# Moved, it must work as well: nothing may remember the build or the first prefix.
mv prefix moved
PATH=$top/moved/bin:$PATH
expect 0 "" pare plugins
grep -F "$build" said && fail "an installed pare looks into the build folder"

kinds="model dataset pruner initializer quantizer encoder"
for kind in $kinds; do
    expect 0 "pare conform build/plugins/$kind/my_$kind.so" pare new "$kind" "my_$kind"
    "$cmake" -S "my_$kind" -B "my_$kind/build" -DCMAKE_PREFIX_PATH="$top/moved" > build.log 2>&1 &&
        "$cmake" --build "my_$kind/build" >> build.log 2>&1 || { cat build.log; fail "$kind does not build"; }
    grep -i warning build.log && fail "$kind builds with warnings"
    expect 0 "checks passed" pare conform "my_$kind/build/plugins/$kind/my_$kind.so"
    PARE_PLUGINS=${PARE_PLUGINS:+$PARE_PLUGINS:}$top/my_$kind/build/plugins
done
export PARE_PLUGINS
for kind in $kinds; do
    expect 0 "$top/my_$kind/build/plugins/$kind/my_$kind.so" pare plugins "$kind"
    expect 0 "my_$kind" pare help "$kind" "my_$kind"
done

expect 2 "is there already" pare new pruner my_pruner
expect 2 "cannot be a plugin's name" pare new pruner ../else
expect 2 "is a word of C" pare new pruner double
expect 2 "is no kind of plugin" pare new prunner other
expect 1 "cannot make a folder" pare new pruner other --dir "$top/nowhere"
[ "$(ls -A | grep -c '^\.my_')" -eq 0 ] || fail "pare new leaves drafts behind"

# docs/writing-a-plugin.md as it is written: its first commands, then its change
# of the code, then the commands again.
guide=$source/docs/writing-a-plugin.md
sed -n '/^```sh$/,/^```$/{/^```/d;p}' "$guide" > guide.sh
sed -n '/^```c$/,/^```$/p' "$guide" | sed -n '2,/^```$/{/^```/d;p}' > score.c
[ -s guide.sh ] && [ -s score.c ] || fail "the guide has no commands or no code"
export CMAKE_PREFIX_PATH=$top/moved
expect 0 "exponent applied to" sh -eu guide.sh
awk '/^static int score\(/ { while ((getline line < "score.c") > 0) print line; skip = 1 }
    !skip { print }
    /^}$/ { skip = 0 }' rowwise/rowwise.c > changed.c
cmp -s changed.c rowwise/rowwise.c && fail "the guide changes nothing"
mv changed.c rowwise/rowwise.c
sed -i /^pare.new/d guide.sh
expect 0 "checks passed" sh -eu guide.sh

cat > run.cfg << 'END'
schema = 1;
name = "outside";
data = { plugin = "my_dataset"; samples = 400; };
model = { plugin = "my_model"; units = 16; };
train = { epochs = 3; batch = 20; rate = 0.05; };
prune = { plugin = "my_pruner"; amount = 0.5; power = 2.0; };
share = { initializer = "my_initializer"; trim = 0.01; quantizer = "my_quantizer"; rounds = 30; bits = 1; };
encode = { plugin = "my_encoder"; short_bits = 1; };
END
expect 0 '"requests_met": true' pare run run.cfg --json --out runs
expect 0 "" pare test runs/*/model.pare
expect 0 "" pare show runs/*/model.pare
echo "package: all six kinds built outside, conform and run"
