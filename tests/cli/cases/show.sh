# SPDX-License-Identifier: Apache-2.0
# Where the bytes are, for people; never wider than 100 columns.
cp "$CLI/../golden/v1/gap_huffman.pare" "$CLI/../golden/v1/layers.pare" .
pare show gap_huffman.pare || exit
pare show layers.pare | awk 'length > 100 { print "too wide: " $0 }'
