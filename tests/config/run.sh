#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts experiment files through pare check.
#
#   run.sh bad PARE DATA FILE...   Each FILE begins with lines
#       # set: NAME=VALUE          given as --set
#       # expect: PLACE: TEXT      a problem: PLACE is a line of FILE, 0 for FILE
#                                  as a whole, or what stands before the text
#     and must be refused with exit status 2, with these problems and no others.
#   run.sh good PARE DATA FILE...  Each must pass.
#   run.sh shipped PARE DATA FILE...  The same on DATA whatever data set it names;
#     a FILE with a line "# check: other data" is left out.
#   run.sh planned PARE DATA FILE...  These through pare plan: each request in reach.
set -u
mode=$1 pare=$2 data=$3
shift 3
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
failed=0 checked=0

# shellcheck disable=SC2016
# Reads stderr of pare and the expectations; says what does not fit.
compare='
    FILENAME == ARGV[1] {
        at = match($0, /: /)
        place = substr($0, 1, at - 1)
        text = substr($0, at + 2)
        if (place == "0")
            place = file
        else if (place ~ /^[0-9]+$/)
            place = file ":" place
        wanted[++n] = place ": "
        words[n] = text
        next
    }
    /^    / { next }  # the line itself, shown below a problem
    /^the schedule was gone through/ { next }
    {
        for (i = 1; i <= n; i++)
            if (!met[i] && index($0, wanted[i]) == 1 &&
                index(substr($0, length(wanted[i]) + 1), words[i])) {
                met[i] = 1
                next
            }
        print "  not expected: " $0
        wrong = 1
    }
    END {
        for (i = 1; i <= n; i++)
            if (!met[i]) {
                print "  missing: " wanted[i] words[i]
                wrong = 1
            }
        exit wrong
    }'

complain() {
    echo "$1: $2"
    failed=$((failed + 1))
}

for file; do
    checked=$((checked + 1))
    case $mode in shipped | planned) any=1 ;; *) any=0 ;; esac
    if [ $any = 1 ] && grep -q '^# check: other data' "$file"; then
        continue
    fi
    sets=$(sed -n '/^#/!q; s/^# set: //p' "$file" 2>/dev/null)
    set -- --data "$data"
    [ $any = 1 ] && set -- "$@" --set data.name=any
    while IFS= read -r line; do
        [ -n "$line" ] && set -- "$@" --set "$line"
    done <<EOF
$sets
EOF
    verb=check
    [ "$mode" = planned ] && verb=plan
    "$pare" $verb "$@" "$file" >"$scratch/out" 2>"$scratch/err"
    status=$?
    if [ "$mode" = bad ]; then
        LC_ALL=C sed -n '/^#/!q; s/^# expect: //p' "$file" >"$scratch/expect"
        [ -s "$scratch/expect" ] || complain "$file" "expects nothing"
        [ $status -eq 2 ] || complain "$file" "exit status $status, not 2"
        [ -s "$scratch/out" ] && complain "$file" "printed to standard output"
        LC_ALL=C awk -v file="$file" "$compare" "$scratch/expect" "$scratch/err" \
            >"$scratch/differences" || {
            complain "$file" "other problems than expected"
            cat "$scratch/differences"
        }
    elif [ "$mode" = planned ]; then
        [ $status -eq 0 ] || complain "$file" "exit status $status: $(cat "$scratch/err")"
    else
        [ $status -eq 0 ] || complain "$file" "exit status $status: $(cat "$scratch/err")"
        grep -q "^$file: ok: " "$scratch/out" || complain "$file" "did not say ok"
    fi
done
[ $checked -gt 0 ] || complain "$mode" "no files"
echo "$mode: $checked files, $failed complaints"
[ $failed -eq 0 ]
