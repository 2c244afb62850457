# What stands in an experiment file has a page or is told where it is explained.
pare help config || exit
pare help data | head -3
pare help help | head -1
for word in schedule rules prun; do pare help $word; echo $?; done
pare help prune magnitude; echo $?
