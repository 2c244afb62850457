#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# damage.sh PARE DAMAGE_TEST DATA FLIPS [CONFIG...]: trains each config (without any,
# three small ones on the small data set) and hands the model files to damage_test.
set -eu
pare=$1 test=$2 data=$3 flips=$4
shift 4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

if [ $# -eq 0 ]; then
    common='schema = 1; data = { plugin = "idx"; classes = 4; };
        train = { epochs = 1; batch = 20; rate = 0.1; }; prune = { amount = 0.8; };'
    echo "$common"' model = { plugin = "mlp"; hidden = [24]; };
        share = { bits = 4; }; encode = { plugin = "huffman"; };' >"$dir/mlp.cfg"
    echo "$common"' model = { plugin = "mlp"; hidden = [16]; };
        share = { bits = 3; }; encode = { plugin = "raw"; layout = "gap"; };' >"$dir/raw.cfg"
    echo "$common"' model = { plugin = "cnn";
        layers = ( { type = "conv"; units = 4; kernel = 3; }, { type = "relu"; },
                   { type = "maxpool"; kernel = 2; }, { type = "dense"; units = 12; } ); };
        share = { bits = 4; }; encode = { plugin = "huffman"; };' >"$dir/cnn.cfg"
    set -- "$dir/mlp.cfg" "$dir/raw.cfg" "$dir/cnn.cfg"
fi
models=
for config; do
    name=$(basename "$config" .cfg)
    "$pare" run "$config" --data "$data" --out "$dir/$name" --threads 1 >"$dir/log" 2>&1 ||
        { cat "$dir/log"; exit 1; }
    models="$models $(ls "$dir/$name"/*/model.pare)"
done
# shellcheck disable=SC2086
"$test" "$flips" $models
