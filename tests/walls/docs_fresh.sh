#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# docs_fresh.sh PARE ROOT: docs/reference is what the option tables make.
made=$(mktemp -d) || exit 1
trap 'rm -rf "$made"' EXIT
unset PARE_PLUGINS
"$1" help --markdown "$made/reference" || exit 1
diff -ru "$2/docs/reference" "$made/reference" && exit 0
echo "run: pare help --markdown docs/reference"
exit 1
