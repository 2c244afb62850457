# A file that is no model, a broken one, one for other data.
echo hello > no.pare
pare test no.pare; echo $?
pare run "$CLI/tiny.cfg" --quiet > /dev/null || exit
cp runs/*/model.pare model.pare
head -c 300 model.pare > short.pare
pare test short.pare; echo $?
pare test model.pare --set data.classes=5; echo $?
pare test model.pare --set train.epochs=5; echo $?
PARE_DATA= pare test model.pare --data "$PARE_DATA" > /dev/null; echo $?
