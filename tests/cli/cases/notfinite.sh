# A training that runs away stops with the step and the layer, and leaves the
# checkpoint before it, which is an ordinary file.
cat > away.lua << 'END'
run.net:train {
  epochs = 4,
  on_epoch = function(at)
    if at.epoch == 2 then return { rate = 1000 } end
  end,
}
run.net:encode()
END
run() { pare run "$CLI/tiny.cfg" --quiet --set schedule=away.lua --set train.decay=5; }
run; echo "away: $?"
ls runs/*/steps/002.pare | wc -l
pare test runs/*/steps/002.pare | wc -l
run; echo "again: $?"
ls runs/*/model.pare 2> /dev/null | wc -l
