# A folder named on the command line that is not there is the user's mistake: to
# look further would take other data, other plugins than were meant.
pare run "$CLI/tiny.cfg" --data nowhere; echo $?
pare test model.pare --data "$CLI/tiny.cfg"; echo $?
pare plugins --plugins nowhere; echo $?
pare plugins pruners; echo $?
ls
