# Packs in which there is nothing, or something wrong, and runs that fail.
mkdir empty plain wrong fails
pare reproduce empty; echo "exit $?"
cp "$CLI/tiny.cfg" plain/ && pare reproduce plain; echo "exit $?"
echo 'schema = 1; modle = { };' > wrong/a.cfg
cp wrong/a.cfg wrong/b.cfg
pare reproduce wrong 2> messages; echo "exit $?"
grep -c "unknown group" messages
pare reproduce nowhere; echo "exit $?"
pare reproduce plain --seeds 0; echo "exit $?"
{
    cat "$CLI/tiny.cfg"
    echo 'schedule = "s.lua"; expect = ( { metric = "ratio"; low = 1.0; why = "so"; } );'
} > fails/a.cfg
echo 'run.net:train() error "no more"' > fails/s.lua
pare reproduce fails --seeds 1; echo "exit $?"
# Killed and started again, nothing is left of the process that was under way.
{
    cat "$CLI/tiny.cfg"
    echo 'schedule = "slow.lua"; expect = ( { metric = "ratio"; low = 1.0; why = "so"; } );'
} > plain/a.cfg
cat > plain/slow.lua << 'END'
run.net:train { epochs = 1000000 }
run.net:encode()
END
pare reproduce plain --seeds 1 > /dev/null 2> slow &
while ! ls runs/plain/*/*/journal.jsonl > /dev/null 2>&1; do sleep 0.05; done
ps -eo args= | grep -c "[r]un plain/a.cfg"
kill -9 $!
wait 2> /dev/null
sleep 0.3
ps -eo args= | grep -c "[r]un plain/a.cfg"
pare reproduce plain --seeds 1 --list | sed 's/-seed3-.*//'
