# Wrong on the command line is exit 2, before anything is made.
pare run --threads 0 x.cfg; echo $?
pare run --threads many x.cfg; echo $?
pare run --seed -4 x.cfg; echo $?
pare run --set prune.amount x.cfg; echo $?
pare run --nonsense x.cfg; echo $?
ls
