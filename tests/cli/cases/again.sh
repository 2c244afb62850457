# Run again: a finished run prints its result, a changed one is refused, --force-new
# starts over, and a journal that says otherwise stops the schedule.
cat > own.lua << 'END'
local more = require("more")
run.net:train { epochs = more.epochs }
run.net:prune { amount = 0.5 }
run.net:encode()
END
echo 'return { epochs = 2 }' > more.lua
cp "$CLI/tiny.cfg" tiny.cfg
run() { pare run tiny.cfg --quiet --set schedule=own.lua "$@"; }

run > first || exit
run > second; echo "again: $?"
cmp first second && ls runs | wc -l
run --json > one.json
run --json --force-new > two.json; ls runs | wc -l
python3 - << 'END'
import json
one, two = (json.load(open(n)) for n in ("one.json", "two.json"))
print(one["run_dir"] + "-2" == two["run_dir"], one["test_error_percent"] == two["test_error_percent"])
END

echo 'return { epochs = 3 }' > more.lua
rm -r runs/*-2
rm runs/*/result.json
run; echo "a module: $?"
echo 'return { epochs = 2 }' > more.lua
run > third; echo "put back: $?"
cmp first third

# The other plugin of the same name.
mkdir -p plugins/pruner
cp "$PARE_PLUGINS/pruner/magnitude.so" plugins/pruner/magnitude.so
run --plugins plugins > fourth; echo "the same plugin elsewhere: $?"
printf x >> plugins/pruner/magnitude.so
run --plugins plugins; echo "a plugin: $?"

# Checkpoints of a finished run are gone: without its result it is done again.
rm runs/*/result.json
run 2>&1 | cmp - first && echo "done again"

# Another preset than it was: the config of the folder has what was meant.
sed -i 's/momentum = 0.9/momentum = 0.8/' runs/*/config.cfg
run; echo "a preset: $?"
sed -i 's/momentum = 0.8/momentum = 0.9/' runs/*/config.cfg

# Processor time is that of a run which was not broken off.
rm -r runs
echo 'run.net:train { epochs = 60 }' > long.lua
long() { pare run tiny.cfg --quiet --set schedule=long.lua "$@"; }
pare run tiny.cfg --quiet --set schedule=long.lua & first=$!
while ! grep -q '"epoch":9,' runs/*/journal.jsonl 2>/dev/null; do sleep 0.02; done
kill -KILL $first
wait $first 2> /dev/null; echo "killed: $?"
long --json | grep '"processor_seconds"'
long --json --force-new > three.json
python3 -c '
import json
r = json.load(open("three.json"))
print(0 < r["processor_seconds"] < 8 * r["seconds"] + 1)'

# Two at a time.
rm -r runs
cat > slow.lua << 'END'
run.net:prune { amount = 0.6 }
run.net:train { epochs = 100000 }
END
pare run tiny.cfg --quiet --set schedule=slow.lua & first=$!
while ! grep -q epoch runs/*/journal.jsonl 2>/dev/null; do sleep 0.05; done
pare run tiny.cfg --quiet --set schedule=slow.lua; echo "two: $?"
kill -TERM $first
wait $first 2> /dev/null; echo "ended: $?"

# A record that says something else, with a checksum that fits.
python3 - << 'END'
import glob, zlib
path = glob.glob("runs/*/journal.jsonl")[0]
lines = open(path, "rb").read().splitlines()
for i, line in enumerate(lines):
    body = line[: line.rindex(b',"crc"')].replace(b'"amount":0.6', b'"amount":0.4')
    lines[i] = body + b',"crc":"%08x"}' % zlib.crc32(body)
open(path, "wb").write(b"\n".join(lines) + b"\n")
END
pare run tiny.cfg --quiet --set schedule=slow.lua; echo "a record: $?"
