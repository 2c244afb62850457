---@meta
-- SPDX-License-Identifier: Apache-2.0
-- What a schedule sees, for editors with the Lua language server, and the source of
-- docs/lua.md (scripts/gen-lua-docs). Never run. Each function says what it does, its
-- errors, and an example, which is run as a test.

---@class pare.Samples
---@field train integer
---@field validation integer
---@field test integer

--- The experiment. What it holds cannot be set.
---
--- ```lua
--- assert(run.name == run.config.name and run.samples.test > 0)
--- assert(run.config.train.epochs == run.net:option("train", "epochs"))
--- ```
---@class pare.Run
---@field net pare.Net the network, all of its parameters selected
---@field config table the experiment file as it was read, in tables that cannot be written
---@field name string the experiment's name
---@field seed integer the experiment's seed
---@field samples pare.Samples how many samples each split has
run = {}

--- An argument of the schedule: `NAME` of the config's `args` group (`args = { rounds = 8; };`,
--- or `--set args.rounds=8`), else the default. Ask for every argument before the first
--- verb: then pare knows them, and one in the config that nobody asked for is an error at
--- its line.
---
--- Errors: it must be of the kind that the default is of, whole numbers whole; without a
--- default the config must give it.
---
--- ```lua
--- local rounds = run:arg("rounds", 3)
--- local curve = run:arg("curve", "cubic")
--- assert(rounds == 3 and curve == "cubic")
--- ```
---@generic T
---@param name string
---@param default? T
---@return T
function run:arg(name, default) end

--- One line of the run folder's metrics.jsonl, `{"number": 7, "what": "log", ...}`, and a
--- note on the screen.
---
--- Errors: values other than numbers, texts, booleans and tables of them.
---
--- ```lua
--- run:log { step = 1, sparsity = run.net:sparsity(), amounts = { 0.5, 0.7 } }
--- ```
---@param values table<string, number|string|boolean|table>
function run:log(values) end

--- A number that the experiment has measured, under a name of your own: into result.json's
--- `measured`, where `pare reproduce` compares it with the config's `expect` group
--- ([reproducing](reproducing.md)). Said twice, the later value counts.
---
--- Errors: a value that is no number.
---
--- ```lua
--- run.net:prune { amount = 0.5 }
--- run:metric("kept fc1, percent", 100 * (1 - run.net["fc1.weight"].sparsity))
--- ```
---@param name string
---@param value number
function run:metric(name, value) end

--- The run's own stream of random numbers: one in [0, 1), with `m` a whole one in 1 .. m,
--- with both in m .. n. `math.random` draws from the same.
---
--- Errors: bounds that are not whole or hold no number between them; `math.randomseed`,
--- always.
---
--- ```lua
--- local part, die = run:random(), run:random(6)
--- assert(part >= 0 and part < 1 and die >= 1 and die <= 6)
--- ```
---@param m? integer
---@param n? integer
---@return number
function run:random(m, n) end

---@class pare.Net: { [integer]: pare.Param, [string]: pare.Param }
local Net = {}

--- What a hook of train is told.
---@class pare.Progress
---@field epoch integer from 1
---@field epochs integer
---@field step integer within the epoch, from 1
---@field steps integer of an epoch
---@field done integer steps of this call so far
---@field total integer steps of this call
---@field loss number mean over the epoch so far
---@field error number percent, over the epoch so far
---@field rate number of the last step
---@field validation_error? number percent, at an epoch's end where samples are held out

--- What a hook of train may change: from the next step on, to the end of the call or
--- its next word. What it does not name stays as it is.
---@class pare.Changes
---@field rate? number|"none" in place of what rate and policy come to; a parameter with a rate of its own keeps its share. "none": as they say, once more
---@field dropout? number|"none" rate of all dropout layers. "none": as the option says, once more
---@field frozen? string|string[] pattern of names, or a list of them: these stand still, besides those that the call freezes; their momentum waits. An empty list: none

---@class pare.TrainOptions: { [string]: any }
---@field epochs? integer
---@field batch? integer
---@field optimizer? "sgd"|"adam"
---@field rate? number
---@field momentum? number
---@field beta1? number
---@field beta2? number
---@field epsilon? number
---@field decay? number
---@field l1? number
---@field policy? "constant"|"step"|"cosine"
---@field step_epochs? integer
---@field step_factor? number
---@field rate_end? number
---@field warmup? integer
---@field loss? "softmax"|"sigmoid"
---@field dropout? number|"none"
---@field frozen? boolean
---@field on_step? fun(at: pare.Progress): boolean|pare.Changes|nil called after every step
---@field on_epoch? fun(at: pare.Progress): boolean|pare.Changes|nil called after every epoch

---@class pare.TrainResult
---@field epochs integer that were finished
---@field steps integer
---@field loss number of the last epoch, as it was seen while training
---@field error number percent, of the last epoch, as it was seen while training
---@field validation_error? number percent, where samples are held out
---@field stopped boolean by a hook

--- Trains the selected parameters; the others stand still. Pruned weights stay zero,
--- shared ones move together (Han 2016, eq. 3).
---
--- A hook that returns `false` stops the training; one that returns a table changes it
--- (below); nothing or `true` goes on. A hook may call any verb but `train`, so weights
--- can be pruned while training goes on.
---
--- Errors: options and changes that are unknown or out of range; a loss or a weight that
--- is not finite, with status `number`; what a hook raises, `train` raises.
---
--- ```lua
--- local got = run.net:train {
---   epochs = 3,
---   rate = 0.05,
---   on_step = function(at)
---     if at.done == 10 then run.net:prune { amount = 0.2 } end
---     if at.done == 20 then return { rate = at.rate / 10, frozen = "fc1.*" } end
---   end,
---   on_epoch = function(at) return at.epoch < 2 end,
--- }
--- assert(got.epochs == 2 and got.stopped)
--- ```
---@param options? pare.TrainOptions
---@return pare.TrainResult
function Net:train(options) end

---@class pare.TestOptions
---@field split? "train"|"validation"|"test"
---@field layers? boolean

--- One layer with weights.
---@class pare.LayerTest
---@field name string
---@field macs integer multiply-adds of a sample
---@field kept number part of the weights
---@field active number part of what it passes on that is not zero
---@field flops number part of the multiply-adds that neither a pruned weight nor a zero input spares; of the first layer's inputs all count, as in Han 2015
---@field neurons integer
---@field no_input integer neurons without inputs
---@field no_output integer neurons without outputs

---@class pare.TestResult
---@field split "test"|"validation"|"train"
---@field samples integer
---@field error number percent
---@field accuracy number part of 1
---@field loss number
---@field flops? number part of all multiply-adds, with `layers = true`
---@field layers? pare.LayerTest[] each layer with weights, with `layers = true`

--- Tests the whole net on a split without changing anything.
---
--- Errors: a split without samples; a selection that is not the whole net.
---
--- ```lua
--- local got = run.net:test { split = "train" }
--- assert(got.samples == run.samples.train and math.abs(got.error - 100 * (1 - got.accuracy)) < 1e-9)
--- ```
---@param options? pare.TestOptions
---@return pare.TestResult
function Net:test(options) end

---@class pare.PruneOptions: { [string]: any }
---@field plugin? string
---@field amount? number|"none"
---@field quality? number|"none"
---@field threshold? number|"none"
---@field zeros? "apart"|"inclusive"
---@field scope? "layer"|"global"
---@field dead? boolean
---@field skip? boolean
---@field on_prune? fun(p: pare.PrunedParam): boolean? called for one parameter after the other, when it is pruned and those after it are not yet

--- One parameter that was pruned.
---@class pare.PrunedParam
---@field name string
---@field kept integer
---@field count integer
---@field wanted integer to be kept, by the amount; else kept
---@field cut number weights with a score below it went
---@field undone? boolean the hook took the pruning back

--- What was found and removed behind one layer.
---@class pare.DeadLayer
---@field name string
---@field neurons integer
---@field no_input integer before
---@field no_output integer before
---@field removed integer
---@field left integer their constant value cannot be taken up by the next layer's bias

---@class pare.PruneResult
---@field kept integer of what was pruned
---@field count integer
---@field sparsity number
---@field params pare.PrunedParam[]
---@field layers? pare.DeadLayer[] with `dead = true`

--- Prunes the selected parameters, biases only where a rule or the call says
--- `skip = false`. `amount` is the part that is zero *afterwards*, in all.
---
--- `dead = true` prunes nothing by its score, but what leads to neurons without outputs and
--- from those without inputs (Han 2015, 3.5), without changing what the net computes.
---
--- `on_prune` may return `false`: then its parameter is taken back to what it was, and
--- counts as no missed request. It may call `test`, which sees the prunings up to that of
--- its parameter, but no other verb. An error in it takes back the whole call.
---
--- Errors: not one of amount, quality, threshold; an amount that is missed by more than one
--- weight, with status `request`.
---
--- ```lua
--- local net = run.net
--- net:train { epochs = 1 }
--- local most = net:test().error + 1
--- net:prune { amount = 0.5, on_prune = function() return net:test().error <= most end }
--- local got = net:prune { amount = 0.6 }
--- assert(got.kept == got.params[1].wanted + got.params[2].wanted)
---
--- net:prune { amount = 0.98 }
--- local before = net:test { layers = true }
--- got = net:prune { dead = true }
--- assert(got.layers[1].removed + got.layers[1].left > 0)
--- assert(before.layers[1].no_output == got.layers[1].no_output)
--- assert(math.abs(net:test().loss - before.loss) < 1e-5)
--- ```
---@param options? pare.PruneOptions
---@return pare.PruneResult
function Net:prune(options) end

---@class pare.ShareOptions: { [string]: any }
---@field initializer? string
---@field quantizer? string
---@field bits? integer
---@field centroids? integer|"none"
---@field zeros? "apart"|"inclusive"
---@field skip? boolean

--- One parameter that was shared.
---@class pare.SharedParam
---@field name string
---@field centroids integer shared values that there are
---@field wanted integer
---@field inertia number sum of squared distances

---@class pare.ShareResult
---@field params pare.SharedParam[]

--- Groups the kept weights of each selected parameter round shared values, `bits = 5` or
--- `centroids = 20`; with `zeros = "inclusive"` the pruned ones as well, which are then not
--- pruned any more.
---
--- Errors: fewer shared values than were asked, with status `request`, unless the kept
--- weights have no more that differ.
---
--- ```lua
--- run.net:params("fc1.weight"):share { centroids = 6 }
--- assert(run.net["fc1.weight"].centroids == 6)
--- ```
---@param options? pare.ShareOptions
---@return pare.ShareResult
function Net:share(options) end

---@class pare.EncodeOptions: { [string]: any }
---@field plugin? string
---@field layout? "gap"|"inline"|"auto"
---@field span? integer|"none"

---@class pare.EncodeResult
---@field bytes integer of the file
---@field ratio number bytes as float32 over bytes of the file
---@field bits_per_weight number
---@field path string

--- Writes model.pare, reads it back and compares every tensor bit by bit. The last one of
--- a schedule is the run's result.
---
--- Errors: a disk that is full, with status `io`; a file that does not read back as what
--- was written, with status `format`; a selection that is not the whole net.
---
--- ```lua
--- run.net:prune { amount = 0.7 }
--- run.net:share { bits = 3 }
--- local got = run.net:encode { layout = "gap" }
--- assert(got.bytes < run.net:size().dense_bytes / 5)
--- ```
---@param options? pare.EncodeOptions
---@return pare.EncodeResult
function Net:encode(options) end

---@class pare.Snapshot

--- All parameters with all that was decided about them, as they are now. Held in memory
--- until nobody holds it.
---
--- Errors: a selection that is not the whole net; no memory, with status `memory`.
---
--- ```lua
--- local net = run.net
--- local before, loss = net:snapshot(), net:test().loss
--- net:prune { amount = 0.9 }
--- net:restore(before)
--- assert(net:test().loss == loss)
--- ```
---@return pare.Snapshot
function Net:snapshot() end

--- Takes the selected parameters back: `"all"` of it (the default); `"weights"` alone, under
--- today's masks, which is rewinding; or `"masks"` alone, under which today's weights stay.
---
--- Errors: a shared parameter that is to be restored with anything but `"all"`, with status
--- `state`.
---
--- ```lua
--- local net = run.net
--- local early = net:snapshot()
--- net:train { epochs = 1 }
--- net:prune { amount = 0.6 }
--- net:restore(early, "weights") -- the weights of before the training, pruned
--- assert(net:sparsity() > 0.59)
--- net:restore(early, "masks") -- nothing pruned any more
--- assert(net:sparsity() == 0)
--- ```
---@param snapshot pare.Snapshot
---@param what? "all"|"weights"|"masks"
function Net:restore(snapshot, what) end

--- The selected parameters whose names match one of the patterns (`*`, `?`, `[abc]`).
--- `#selection`, `ipairs(selection)`, `selection[1]` and `net["fc1.weight"]` lead to the
--- parameters.
---
--- Errors: a pattern that matches none.
---
--- ```lua
--- for i, p in ipairs(run.net:params("*.weight")) do
---   run:log { name = p.name, rows = p.shape[1], columns = p.shape[2], count = p.count }
---   assert(p.count == p.shape[1] * p.shape[2] and not p.is_bias)
--- end
--- ```
---@param ... string
---@return pare.Net
function Net:params(...) end

--- What the config's group comes to, or the preset where it says nothing; `nil` for none.
--- `p:option` of a parameter takes the rules in as well.
---
--- Errors: no such verb, or no such option of it.
---
--- ```lua
--- local rate = run.net:option("train", "rate")
--- run.net:train { epochs = 1, rate = rate / 10 }
--- ```
---@param verb "train"|"test"|"prune"|"share"|"encode"
---@param name string
---@return any
function Net:option(verb, name) end

--- The part of the selected weights that is pruned. Biases do not count.
---
--- Errors: none.
---
--- ```lua
--- run.net:params("fc1.weight"):prune { amount = 0.5 }
--- assert(run.net:params("fc1*"):sparsity() == 0.5 and run.net:params("fc2*"):sparsity() == 0)
--- ```
---@return number
function Net:sparsity() end

---@class pare.Size
---@field weights integer
---@field kept integer weights that are not pruned
---@field dense_bytes integer all of what is selected as float32
---@field bytes? integer of the whole net: of the file that it would make as it is
---@field ratio? number dense_bytes / bytes

--- The size of what is selected; of the whole net also that of its file, which is coded
--- for that and thrown away.
---
--- Errors: a net that the config's encoder cannot code.
---
--- ```lua
--- local net = run.net
--- local amount = 0
--- repeat -- the least pruning that fits into 3000 bytes
---   amount = amount + 0.1
---   net:prune { amount = amount }
--- until net:size().bytes < 3000
--- run:log { amount = amount, bytes = net:size().bytes }
--- ```
---@return pare.Size
function Net:size() end

--- A parameter, as it is when it is asked. What it holds cannot be set.
---
--- ```lua
--- local p = run.net["fc1.weight"]
--- assert(p.name == "fc1.weight" and p.count == p.shape[1] * p.shape[2])
--- run.net:params(p.name):prune { amount = 0.25 }
--- assert(p.kept == 0.75 * p.count and p.sparsity == 0.25 and p.centroids == 0)
--- ```
---@class pare.Param
---@field name string
---@field shape integer[] dense: outputs, inputs; convolution: channels out, in, rows, columns
---@field count integer
---@field kept integer
---@field sparsity number
---@field centroids integer shared values; 0: not shared
---@field is_bias boolean
local Param = {}

--- What the config and its rules come to for this parameter: how an amount that grows over
--- rounds finds its end. `require "pruning"` does that for you.
---
--- Errors: no such verb, or no such option of it.
---
--- ```lua
--- local net, rounds = run.net, 2
--- net:train { epochs = 1 }
--- for round = 1, rounds do
---   for _, p in ipairs(net) do
---     if not p:option("prune", "skip") then
---       local amount = p:option("prune", "amount")
---       net:params(p.name):prune { amount = amount * round / rounds }
---     end
---   end
---   net:train { epochs = 1 }
--- end
--- ```
---@param verb "train"|"test"|"prune"|"share"|"encode"
---@param name string
---@return any
function Param:option(verb, name) end

--- What a verb's failure is when `pcall` has caught it.
---
--- ```lua
--- local ok, e = pcall(run.net.prune, run.net, { amuont = 0.5 })
--- assert(not ok and e.status == "user" and e.text:find("did you mean 'amount'"))
--- ```
---@class pare.Failure
---@field status "user"|"format"|"io"|"memory"|"plugin"|"request"|"state"|"number"
---@field place string "prune.lua:3"
---@field text string
