# A run done again from its journal reaches the same file, with hooks or without, and
# leaves the folder alone; what somebody has changed in it is named.
cat > hooks.lua << 'END'
local net = run.net
local first = net:snapshot()
net:train { epochs = 3, on_step = function(s)
  if s.done == 7 then
    net:params("fc1.*"):prune { amount = 0.3, on_prune = function(p)
      net:test { split = "train" }
      return net:size().bytes > 10 and p.kept > 10
    end }
  elseif s.done == 9 then
    return { rate = 0.02, frozen = "fc2.*" }
  elseif s.done == 12 then
    return { rate = "none", frozen = {} }
  end
  return s.epoch < 3
end, on_epoch = function(e)
  net:test()
  if e.epoch == 1 then return { rate = 0.01 } end
end }
local middle = net:snapshot()
net:prune { amount = 0.8, on_prune = function(p) net:test() return p.name ~= "fc2.weight" end }
net:restore(first, "weights")
net:params("*.bias"):prune { amount = 0.2, skip = false }
assert(not pcall(net.train, net, { on_step = function(s) if s.step == 3 then error("no") end end }))
assert(not pcall(net.train, net, { on_epoch = function() error("no") end, epochs = 1 }))
assert(not pcall(net.prune, net, { amount = 0.9, on_prune = function() error("no") end }))
net:restore(middle)
net:prune { amount = 0.5 }
net:train { epochs = 2, rate = 0.05, on_epoch = function() return false end }
net:params("fc2.*"):share { bits = 3 }
net:share { bits = 4 }
net:train { epochs = 1 }
net:encode()
END
cp "$CLI/tiny.cfg" . && cat >> tiny.cfg << 'END'
rules = ( { match = "fc2.weight"; prune = { amount = 0.4; }; train = { rate = 0.03; }; } );
END
pare run tiny.cfg --quiet --set schedule=hooks.lua --out hooks > /dev/null || exit
pare run tiny.cfg --quiet --out plain > /dev/null || exit
rm hooks.lua
mv hooks/* hooks/run && mv plain/* plain/run
all() { find plain hooks -type f -exec ls -l --time-style=full-iso {} + ; }
all > before
pare replay plain/run --quiet --out again.pare || exit
cmp again.pare plain/run/model.pare || exit
pare replay hooks/run --quiet --threads 1 || exit
pare replay hooks/run --quiet --json | python3 -c 'import json, sys
got = json.load(sys.stdin)
print(got["same"], "difference" in got)' || exit
all | cmp - before || exit

tamper() {
    cp -r "$2" "$1" && python3 - "$1/journal.jsonl" "$3" << 'END'
import json, sys, zlib
path, change = sys.argv[1:]
out = []
for line in open(path):
    r = json.loads(line)
    r.pop("crc")
    exec(change)
    text = json.dumps(r, separators=(",", ":"))
    out.append(text[:-1] + ',"crc":"%08x"}\n' % zlib.crc32(text[:-1].encode()))
open(path, "w").writelines(out)
END
    pare replay "$1" --quiet
    echo "$?"
}
tamper option plain/run 'if r.get("verb") == "prune": r["options"]["amount"] = 0.6'
tamper unknown plain/run 'if r.get("verb") == "share": r["options"]["bitts"] = 6'
tamper result plain/run 'if r.get("verb") == "prune": r["result"]["params"][1]["kept"] = 7'
tamper epoch plain/run 'if r.get("epoch") == 2: r["error"] = 3.5'
tamper seconds plain/run 'if "at" in r: r["at"] = 77.5'
tamper change hooks/run 'if r.get("options", {}).get("changes"): r["options"]["changes"][0]["rate"] = 0.03'
tamper moved hooks/run 'if r.get("hook_at") == 7: r["hook_at"] = 8'
tamper stop hooks/run 'if r.get("stopped"): r.pop("stopped")'
tamper old hooks/run 'r.pop("hook", 0)'
cp -r plain/run file && printf x >> file/model.pare
pare replay file --quiet
echo "$?"
cp -r plain/run part && rm part/result.json
pare replay part --quiet
echo "$?"
pare replay nowhere --quiet
