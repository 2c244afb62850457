# Wherever it runs, the same bytes come out: another locale (where it is installed) and
# time zone, a file mask, a home that is not there, few files to open, closed streams, a
# folder with a name of 255 bytes or with spaces and a line's end in it.
cat > quick.lua << 'END'
run.net:train { epochs = 1 }
run.net:prune { amount = 0.5 }
run.net:share { bits = 2 }
run.net:encode()
END
cp "$CLI/tiny.cfg" tiny.cfg
quick() { pare run tiny.cfg --set schedule=quick.lua --set encode.plugin=huffman --quiet "$@"; }
quick --out plain > first; echo $?
model=$(cd plain && echo */model.pare)
same() { # NAME OUT-FOLDER
    cmp "plain/$model" "$2/$model" && echo "$1: the same"
}
LC_ALL=de_DE.UTF-8 LANG=tr_TR.UTF-8 TZ=Pacific/Kiritimati quick --out locale > second
same "a locale" locale
(umask 077; quick --out mask > second); same "a mask" mask
stat -c %a mask/*/model.pare
HOME=/nowhere TMPDIR=/nowhere quick --out home > second; same "no home" home
(ulimit -n 16; quick --out few > second); same "16 open files" few
quick --out input > second <&-; same "no input" input
quick --out streams <&- >&- 2>&-; echo $?; same "no streams" streams
long=$(printf '%255s' '' | tr ' ' n)
quick --out "$long" > second; same "a long name" "$long"
odd='a b
	c'
mkdir "$odd"
cp tiny.cfg quick.lua "$odd"
(cd "$odd" && quick --out out > ../second); same "an odd name" "$odd/out"
