# Same bytes for any number of threads, other bytes for another seed.
for n in 1 2 3; do
    pare run "$CLI/tiny.cfg" --threads $n --out out$n --quiet > /dev/null || exit
done
cmp out1/*/model.pare out2/*/model.pare && cmp out1/*/model.pare out3/*/model.pare && echo same
pare run "$CLI/tiny.cfg" --seed 4 --out out4 --quiet > /dev/null || exit
cmp -s out1/*/model.pare out4/*/model.pare || echo other
