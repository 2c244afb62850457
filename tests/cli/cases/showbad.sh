# SPDX-License-Identifier: Apache-2.0
# No file, two files, no such file, files that are none or broken.
pare show; echo $?
pare show a b; echo $?
pare show gone.pare; echo $?
echo hello > hello.pare
pare show hello.pare; echo $?
cp "$CLI/../golden/broken/flipped.pare" "$CLI/../golden/broken/unknown_encoder.pare" .
pare show flipped.pare; echo $?
pare show unknown_encoder.pare; echo $?
