# A pack of two files, one of which expects something: its seeds are run once, the
# table says what came out, and a second call prints the same without a run.
mkdir pack
cp "$CLI/tiny.cfg" pack/plain.cfg
{
    cat "$CLI/tiny.cfg"
    cat << 'END'
args = { more = 3; };
schedule = "measure.lua";
expect = (
    { metric = "kept_percent of fc1.weight"; unit = "%"; paper = 8; low = 29.9; high = 30.1;
      why = "the amount | asked"; },
    { metric = "three"; paper = 2; low = 2.5; high = 2.6; better = "higher"; why = "more is more"; },
    { metric = "test_error_percent"; paper = 7; reported = true; why = "another data set"; },
    { metric = "test_error_percent of trained"; high = 0.0; why = "nobody does it"; },
    { metric = "absent"; low = 1.0; why = "never measured"; },
    { metric = "watts"; paper = 3.5; cannot = "there is no meter"; }
);
END
} > pack/tiny.cfg
echo 'return function(n) return n end' > pack/number.lua
cat > pack/measure.lua << 'END'
local number = require "number"
local more = run:arg("more", 1)
run.net:train()
run.net:prune()
run.net:encode()
run:metric("three", number(more))
END
pare reproduce pack --seeds 2 --jobs 2 > first 2> messages
echo "exit $?"
grep -c "done after" messages
cat first
pare reproduce pack --seeds 2 > second
echo "exit $?"
cmp first second && cmp first runs/pack/table.md
# A lost result is made again, and only that one.
rm runs/pack/tiny-seed4-*/result.json
pare reproduce pack --seeds 2 2>&1 > second | grep -c "done after"
cmp first second
sed -n 3p runs/pack/table.csv | tr -d '\r'
python3 -c '
import json
t = json.load(open("runs/pack/table.json"))
print([c["verdict"] for c in t["experiments"][0]["cells"]], t["experiments"][0]["cells"][1]["values"])'
# Of what is there alone, also where that is nothing.
rm runs/pack/tiny-seed4-*/result.json
pare reproduce pack --seeds 2 --stored > third 2>&1; echo "exit $?"
sed -n '3,5p' third; grep "^| three" third
pare reproduce pack --seeds 2 --set train.epochs=9 --stored | sed -n '5p;/^| three/p'
ls runs/pack | grep -c seed
pare reproduce pack --stored --fresh 2>&1 | head -1
