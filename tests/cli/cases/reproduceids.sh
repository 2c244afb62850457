# What a result is known by: the seed, the config, the schedule and what it requires,
# the data and the plugins; not names, places, or what is expected.
mkdir pack
write() {
    sed "s/name = \"tiny\"/name = \"${name-tiny}\"/; s/rate = 0.1/rate = ${rate-0.1}/" "$CLI/tiny.cfg"
    echo 'schedule = "s.lua";'
    echo "expect = ( { metric = \"ratio\"; low = ${low-1.0}; why = \"so\"; } );"
}
id() {
    pare reproduce "$@" --seeds 1 --list | sed 's/.*-//'
}
echo 'return 1' > pack/inner.lua
echo 'require("inner") return 2' > pack/outer.lua
echo 'local a = require "outer" run.net:train()' > pack/s.lua
write > pack/a.cfg
first=$(id pack)
echo ${#first}
same() { [ "$(id "${1-pack}")" = "$first" ] || echo "another: $2"; }
other() { [ "$(id "${1-pack}")" != "$first" ] || echo "the same: $2"; }
low=2.0 write > pack/a.cfg && same pack expectation
name=else write > pack/a.cfg && same pack name
write > pack/a.cfg
cp -r pack elsewhere && same elsewhere place
[ "$(id pack --set train.rate=0.1)" = "$first" ] || echo "another: the same value"
[ "$(id pack --set train.rate=0.2)" != "$first" ] || echo "the same: --set"
rate=0.3 write > pack/a.cfg && other pack config
write > pack/a.cfg
echo 'return 3' > pack/inner.lua && other pack "a module of a module"
echo 'return 1' > pack/inner.lua && same pack "the module as it was"
echo '-- and' >> pack/s.lua && other pack schedule
sed -i '$d' pack/s.lua && same pack "the schedule as it was"
# A plugin with other bytes, in use and not.
mkdir -p mine/initializer mine/pruner
cp "$PARE_PLUGINS/initializer/forgy.so" mine/initializer/ && echo >> mine/initializer/forgy.so
[ "$(id pack --plugins mine)" = "$first" ] || echo "another: a plugin that has no part in it"
cp "$PARE_PLUGINS/pruner/magnitude.so" mine/pruner/ && echo >> mine/pruner/magnitude.so
[ "$(id pack --plugins mine)" != "$first" ] || echo "the same: a plugin"
echo 'run.net:share { initializer = "forgy" }' >> pack/s.lua
[ "$(id pack --plugins mine/../mine)" != "$(id pack)" ] || echo "the same: a plugin of the schedule"
