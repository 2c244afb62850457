-- SPDX-License-Identifier: Apache-2.0
local n = run.seed
run:metric("accuracy trained", 98 + n / 8)
for place, name in ipairs { "linear", "forgy" } do
  for _, bits in ipairs { 2, 5, 8 } do
    run:metric(("accuracy %s %d bits"):format(name, bits), 97 + bits / 8 - place * n * n / 16)
  end
end
run:metric("accuracy forgy 8 bits, tuned", 98)
for _, amount in ipairs { 0.5, 0.9 } do
  for place, more in ipairs { "", ", shared" } do
    local name = "pruned " .. amount .. more
    run:metric("error " .. name, place * amount * (n + 1))
    run:metric("percent " .. name, 100 * (1 - amount) / place + n)
  end
end
for bits = 3, 4 do
  run:metric(("error shared %d bits"):format(bits), 3 + n / 4 - bits / 4)
  run:metric(("percent shared %d bits"):format(bits), 3 * bits)
end
run:metric("zeroed 'fc1.weight'", 100 + n)
run:metric('zeroed "fc2", all', 20 - n)
run:metric("zeroed fc3", 0)
run:metric("always the same", 0.1)
