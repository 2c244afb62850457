# Requests that the amounts cannot give are named before hours are spent.
pare plan "$CLI/tiny.cfg" --set request.density=0.2 --set request.bytes=300 > /dev/null; echo $?
pare plan "$CLI/tiny.cfg" --set request.density=0.31 --set request.bytes=3000 > /dev/null; echo $?
