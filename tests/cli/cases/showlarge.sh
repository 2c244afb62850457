# SPDX-License-Identifier: Apache-2.0
# General compressors are not tried on more than 4 MiB of weights unless asked for.
pare run "$CLI/tiny.cfg" --quiet --no-figures --set model.hidden=[1400,800] --set train.epochs=1 \
    --set encode.plugin=raw --out large > /dev/null || exit
pare show large/*/model.pare | grep -E 'gzip|zstd'
pare show --json large/*/model.pare | grep -E 'gzip|zstd'
pare show --general large/*/model.pare | sed -n 's/\(gzip -9\|zstd -19\) .* %$/\1 measured/p'
