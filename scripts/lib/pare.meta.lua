---@meta
-- SPDX-License-Identifier: Apache-2.0
-- What a schedule sees, for editors with the Lua language server. Never run.
-- docs/lua.md says the same for people.

---@class pare.Run
---@field net pare.Net the network, all of its parameters selected
---@field config table the experiment file as it was read, read-only
---@field name string the experiment's name
---@field seed integer
---@field samples { train: integer, validation: integer, test: integer }
run = {}

--- An argument of the schedule: args.NAME of the config, else default. Without a
--- default the config must give it. All are asked for before the first verb.
---@generic T
---@param name string
---@param default? T
---@return T
function run:arg(name, default) end

--- A line of metrics.jsonl ("what": "log") and a note on the screen.
---@param values table<string, number|string|boolean|table>
function run:log(values) end

--- Something measured, by its name: into result.json, "measured", where an expect group
--- of the config looks for it.
---@param name string
---@param value number
function run:metric(name, value) end

--- The run's own stream of random numbers, as math.random.
---@param m? integer
---@param n? integer
---@return number
---@overload fun(self: pare.Run): number
function run:random(m, n) end

---@class pare.Net: { [integer]: pare.Param, [string]: pare.Param }
local Net = {}

---@class pare.Progress
---@field epoch integer from 1
---@field epochs integer
---@field step integer within the epoch, from 1
---@field steps integer of an epoch
---@field done integer steps of this call so far
---@field total integer steps of this call
---@field loss number mean over the epoch so far
---@field error number percent, over the epoch so far
---@field rate number
---@field validation_error? number percent, at an epoch's end

---@class pare.TrainOptions: { [string]: any } the options of train
---@field epochs? integer
---@field batch? integer
---@field optimizer? "sgd"|"adam"
---@field rate? number
---@field momentum? number
---@field decay? number
---@field l1? number
---@field policy? "constant"|"step"|"cosine"
---@field dropout? number|"none"
---@field on_step? fun(at: pare.Progress): boolean? after every step; false stops
---@field on_epoch? fun(at: pare.Progress): boolean? after every epoch; false stops

--- Trains the selected parameters; the others stand still.
---@param options? pare.TrainOptions
---@return { epochs: integer, steps: integer, loss: number, error: number, validation_error?: number, stopped: boolean }
function Net:train(options) end

--- Tests the whole net.
---@param options? { split?: "test"|"validation"|"train", layers?: boolean }
---@return { samples: integer, error: number, accuracy: number, loss: number, flops?: number, layers?: { name: string, macs: integer, kept: number, flops: number, active: number, neurons: integer, no_input: integer, no_output: integer }[] }
function Net:test(options) end

--- Prunes the selected parameters.
---@param options? { plugin?: string, amount?: number, quality?: number, threshold?: number, scope?: "layer"|"global", zeros?: "apart"|"inclusive", dead?: boolean, skip?: boolean, [string]: any }
---@return { kept: integer, count: integer, sparsity: number, layers?: { name: string, neurons: integer, no_input: integer, no_output: integer, removed: integer, left: integer }[], params: { name: string, kept: integer, count: integer, wanted: integer, cut: number }[] }
function Net:prune(options) end

--- Shares weights among the selected parameters' kept ones.
---@param options? { initializer?: string, quantizer?: string, bits?: integer, centroids?: integer, zeros?: "apart"|"inclusive", skip?: boolean, [string]: any }
---@return { params: { name: string, centroids: integer, wanted: integer, inertia: number }[] }
function Net:share(options) end

--- Writes model.pare, reads it back and compares.
---@param options? { plugin?: string, layout?: "gap"|"inline"|"auto", span?: integer|"none", [string]: any }
---@return { bytes: integer, ratio: number, bits_per_weight: number, path: string }
function Net:encode(options) end

---@class pare.Snapshot
--- All parameters as they are now.
---@return pare.Snapshot
function Net:snapshot() end

--- Takes the selected parameters back.
---@param snapshot pare.Snapshot
---@param what? "all"|"weights"|"masks"
function Net:restore(snapshot, what) end

--- Those of the selected parameters whose names match one of the patterns.
---@param ... string
---@return pare.Net
function Net:params(...) end

--- What the config comes to for the net as a whole.
---@param verb "train"|"test"|"prune"|"share"|"encode"
---@param name string
---@return any
function Net:option(verb, name) end

--- The part of the selected weights that is pruned; biases do not count.
---@return number
function Net:sparsity() end

--- Weights, kept weights, dense bytes; of the whole net also bytes and ratio of the
--- file that it would make now.
---@return { weights: integer, kept: integer, dense_bytes: integer, bytes?: integer, ratio?: number }
function Net:size() end

---@class pare.Param
---@field name string
---@field shape integer[]
---@field count integer
---@field kept integer
---@field sparsity number
---@field centroids integer shared values; 0: not shared
---@field is_bias boolean
local Param = {}

--- What the config comes to for this parameter.
---@param verb "train"|"test"|"prune"|"share"|"encode"
---@param name string
---@return any
function Param:option(verb, name) end

--- What a verb's failure is when pcall has caught it.
---@class pare.Failure
---@field status "user"|"format"|"io"|"memory"|"plugin"|"request"|"state"|"number"
---@field place string
---@field text string
