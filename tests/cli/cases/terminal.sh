# A terminal: a live line that is never wider than the terminal, and color.
python3 "$CLI/on_terminal.py" 40 pare run "$CLI/tiny.cfg" > got || exit
grep -q CR got && echo "live line"
grep -q ESC got && echo color
python3 - << 'END'
# What is drawn live ends in a carriage return or is drawn over; lines that stay may wrap.
live = [line[:-2] for line in open("got").read().split("\n") if line.endswith("CR")]
print(all(len(line) < 40 for line in live), len(live) > 0)
END
NO_COLOR=1 python3 "$CLI/on_terminal.py" 40 pare run "$CLI/tiny.cfg" --force-new > got || exit
grep -q CR got && echo "live line"
grep -q ESC got || echo "no color"
TERM=dumb python3 "$CLI/on_terminal.py" 40 pare run "$CLI/tiny.cfg" --force-new > got || exit
grep -q CR got || echo "no live line"
