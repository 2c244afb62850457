# --quiet: nothing on stderr, the table on stdout.
pare run "$CLI/tiny.cfg" --quiet
