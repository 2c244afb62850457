# Not a terminal: plain lines, one an epoch and verb, no escape or return.
TERM=xterm pare run "$CLI/tiny.cfg" > /dev/null 2> err || exit
cat err
python3 -c 'import sys; t = open("err", "rb").read(); sys.exit(b"\x1b" in t or b"\r" in t)'
