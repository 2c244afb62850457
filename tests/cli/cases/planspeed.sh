# The time is that of the images at the speed given: 3 trainings of 4 x 600 at 1000 a
# second. Measuring the speed instead changes nothing else.
pare plan "$CLI/tiny.cfg" --json --speed 1000 > given.json || exit
pare plan "$CLI/tiny.cfg" --json > measured.json || exit
python3 - << 'END'
import json
given, measured = json.load(open("given.json")), json.load(open("measured.json"))
assert abs(given["seconds"] - 7.2) < 0.5, given["seconds"]
trains = [s["seconds"] for s in given["steps"] if s["verb"] == "train"]
assert len(trains) == 3 and all(abs(s - 2.4) < 0.1 for s in trains), trains
def still(plan):
    for step in plan["steps"]:
        step.pop("seconds")
    return plan["steps"], plan["params"], plan["file_bytes"]
assert still(given) == still(measured)
END
pare plan "$CLI/tiny.cfg" --speed 0
echo $?
pare plan "$CLI/tiny.cfg" --assume-error 101
echo $?
