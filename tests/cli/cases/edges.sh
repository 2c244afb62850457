# The smallest and the emptiest that can be asked for: each goes the whole road, or
# says what cannot be.
cat > way.lua << 'END'
run.net:train { epochs = 1 }
run.net:prune()
run.net:share()
run.net:train { epochs = 1 }
run.net:encode()
END
try() {
    what=$1; shift
    pare run "$CLI/tiny.cfg" --quiet --out one --set schedule=way.lua "$@" > out; status=$?
    echo "$what: $status, $(ls one/*/model.pare 2> /dev/null | wc -l) file"
    if [ $status = 0 ]; then
        pare test one/*/model.pare > tested || echo "not read back"
        pare test one/*/model.pare --engine dense > dense 2> /dev/null && ! cmp tested dense && echo "engines differ"
    fi
    rm -rf one
}
try "one sample" --set data.samples=1
try "a batch larger than the data" --set data.samples=3 --set train.batch=64
try "fewer classes than labels" --set data.classes=2
try "one class" --set data.classes=1
try "one hidden unit" --set 'model.hidden=[1]'
try "no hidden layer" --set 'model.hidden=[]'
try "one shared value" --set share.centroids=1
try "one bit" --set share.bits=1
try "more values than weights" --set share.bits=8 --set prune.amount=0.99
try "all pruned" --set prune.amount=1
try "none pruned" --set prune.amount=0
try "nothing trained" --set train.rate=0
try "one layer all pruned" --set 'rules=( { match = "fc1.weight"; prune = { amount = 1.0; }; } )'
