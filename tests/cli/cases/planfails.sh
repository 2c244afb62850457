# A plan ends as the run would: a verb's missed request, a wrong option, an error in a
# hook, no file where one was asked.
plan() {
    cat > s.lua
    pare plan "$CLI/tiny.cfg" --set schedule=s.lua --json "$@" > plan.json
    echo $?
    python3 -c 'import json; p = json.load(open("plan.json"))
print(p["failed"], [s["verb"] for s in p["steps"]], [(r["request"], r.get("param"), r["verdict"]) for r in p["requests"]])'
}
plan << 'END'
run.net:prune { amount = 0.7 }
run.net:prune { amount = 0.2 }
END
plan << 'END'
run.net:snapshot()
run.net:prune { amuont = 0.7 }
END
plan << 'END'
run.net:train { on_step = function(at)
  if at.done == 31 then error("at " .. at.epoch) end
end }
END
plan << 'END'
run.net:train()
run.net:prune()
END
plan --set request.ratio=2 << 'END'
run.net:train()
END
echo "syntax error" > s.lua
pare plan "$CLI/tiny.cfg" --set schedule=s.lua
echo $?
ls
