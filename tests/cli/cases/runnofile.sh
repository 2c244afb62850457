# No file named, two named, one that is not there: each its own sentence.
pare run
echo $?
pare run a.cfg b.cfg
echo $?
pare run nowhere.cfg
