# A config may name a folder of plugins, seen from its own, where the user allows it;
# what is loaded then is the one there.
mkdir -p sub/own/pruner
cp "$PARE_PLUGINS/pruner/magnitude.so" sub/own/pruner/magnitude.so
cp "$CLI/tiny.cfg" sub/own.cfg
echo 'plugins = "own";' >> sub/own.cfg
pare check sub/own.cfg; echo "not allowed: $?"
pare run sub/own.cfg --quiet; echo "not allowed: $?"; ls
pare check sub/own.cfg --allow-plugin-path; echo "allowed: $?"
pare run sub/own.cfg --allow-plugin-path --quiet > first; echo "allowed: $?"
grep -c "\"$PWD/sub/own\"" runs/*/config.cfg
grep -c 'plugins' sub/own.cfg
pare replay runs/* --out replayed 2>&1 | sed 's/^pare: [^ ]*/pare: CONFIG/'; echo "replayed: not allowed"
pare replay runs/* --allow-plugin-path --out replayed > second 2> /dev/null; echo "replayed: $?"

# The same without the folder is the same run.
sed -i '$d' sub/own.cfg
pare run sub/own.cfg --quiet > third; echo "without: $?"; ls runs | wc -l

# Another in its place.
echo 'plugins = "own";' >> sub/own.cfg
printf 'no plugin' > sub/own/pruner/magnitude.so
pare check sub/own.cfg --allow-plugin-path; echo "no plugin: $?"
rm -r sub/own
pare check sub/own.cfg --allow-plugin-path; echo "no folder: $?"
pare check sub/own.cfg --allow-plugin-path --set plugins=elsewhere; echo "no folder: $?"
