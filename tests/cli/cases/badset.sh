# Wrong values in --set: all of them are said, nothing is run.
pare run "$CLI/tiny.cfg" --set prune.amont=0.5 --set train.epochs=-1 --set model.hidden=7x
echo $?
pare test nowhere.pare --set train.epochs=3
echo $?
ls
