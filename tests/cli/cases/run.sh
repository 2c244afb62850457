# The whole road; results on stdout, progress on stderr, the folder complete.
pare run "$CLI/tiny.cfg" --threads 1 || exit
ls runs/*
