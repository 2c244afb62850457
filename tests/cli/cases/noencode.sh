# A schedule need not encode; then there is no file, and a request for one is missed.
cat > train.lua << 'END'
run.net:train()
run.net:prune()
END
pare run "$CLI/tiny.cfg" --quiet --set schedule=train.lua || exit
pare run "$CLI/tiny.cfg" --quiet --set schedule=train.lua --set request.ratio=2 --json > result.json
echo $?
python3 - << 'END'
import json
r = json.load(open("result.json"))
print(r["model"], r["file_bytes"], r["ratio"], r["requests_met"])
print([s["stage"] for s in r["stages"]], r["misses"])
END
