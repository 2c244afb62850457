# A request that was not met is named with both numbers and fails the run; the
# result is there all the same.
pare run "$CLI/tiny.cfg" --quiet --set request.bytes=100 --set request.ratio=2 \
    --set request.density=0.1 --json > result.json
echo $?
python3 - << 'END'
import json
r = json.load(open("result.json"))
print(r["requests_met"], [m["request"] for m in r["misses"]])
END
