-- Strides of 0, negative ones and transposed memory into the fused kernels: as after contiguous().
local pn = require "penumbra"
local lu = require "luaunit"

local double = { dtype = "float64" }
local x4, x2

local views = {
  expanded = function(x) return x[{ { 1, 1 } }]:expand(table.unpack(x.shape)) end,
  stretched = function(x) return x:narrow(-1, 1, 1):expand(table.unpack(x.shape)) end,
  backwards = function(x) return x[{ "...", { -1, 1, -1 } }] end,
  transposed = function(x) return x:transpose(1, 2) end,
}

local function checkViews(x, f)
  for name, view in pairs(views) do
    local function run(contiguous)
      local leaf = x:clone():requires_grad_(true)
      local part = view(leaf)
      local y = f(contiguous and part:contiguous() or part)
      return y, pn.grad((y * y:detach():add(0.3)):sum(), leaf)
    end
    local y, gradient = run(false)
    local wanted, wantedGradient = run(true)
    lu.assertTrue(y:allclose(wanted, { rtol = 1e-12, atol = 1e-12 }), name .. ": value")
    lu.assertTrue(gradient:allclose(wantedGradient, { rtol = 1e-10, atol = 1e-12 }), name .. ": gradient")
  end
end

TestStrides = {}

function TestStrides.setUp()
  pn.seed(1)
  x4 = pn.randn(4, 4, 6, 6, double)
  x2 = pn.randn(4, 4, double)
end

function TestStrides.test_networks()
  local weight = pn.randn(3, 4, 3, 3, double)
  checkViews(x4, function(x) return x:conv2d(weight, nil, { padding = 1, stride = 2 }) end)
  checkViews(x4, function(x) return x:conv_transpose2d(weight:transpose(1, 2), nil, { stride = 2 }) end)
  checkViews(x4, function(x) return (x:max_pool2d(2)) end)
  checkViews(x4, function(x) return x:avg_pool2d(3, { stride = 2, padding = 1 }) end)
  checkViews(x4, function(x) return x:adaptive_avg_pool2d { 3, 5 } end)
  checkViews(x4, function(x) return x:layer_norm { 6 } end)
  checkViews(x4, function(x) return x:batch_norm { training = true } end)
  checkViews(x4, function(x) return x:instance_norm() end)
  checkViews(x4, function(x) return x:group_norm(2) end)
  checkViews(x4, function(x) return x:rms_norm { 6 } end)
  checkViews(x4, function(x) return x:interpolate { scale_factor = 2, mode = "bilinear" } end)
  checkViews(x4, function(x) return x:pad({ 1, 2, 2, 1 }, { mode = "reflect" }) end)
  checkViews(x4, function(x) return x:pixel_shuffle(2) end)
  checkViews(x4, function(x) return x:linear(pn.ones(3, 6, double), pn.ones(3, double)) end)
end

function TestStrides.test_reductions_and_order()
  checkViews(x4, function(x) return x:softmax(2) end)
  checkViews(x4, function(x) return x:logcumsumexp(2) end)
  checkViews(x4, function(x) return x:cumprod(1) end)
  checkViews(x4, function(x) return (x:sort(3)) end)
  checkViews(x4, function(x) return x:var(2) end)
  checkViews(x4, function(x) return x:norm(3, 1) end)
  checkViews(x4, function(x) return x:quantile(0.3, 1) end)
  checkViews(x4, function(x) return x:logsumexp { 1, 2 } end)
  checkViews(x4, function(x) return pn.einsum("abcd,abce->ade", { x, x }) end)
  checkViews(x4, function(x) return pn.linalg.cholesky(x:matmul(x:transpose(-1, -2)) + pn.eye(6, double)) end)
  checkViews(x4, function(x) return (x + 5 * pn.eye(6, double)):inverse() end)
end

function TestStrides.test_losses()
  local other = pn.randn(4, 4, double)
  checkViews(x2, function(x) return x:cdist(other) end)
  checkViews(x2, function(x) return x:cross_entropy(pn.tensor { 1, 3, 2, 4 }) end)
  checkViews(x2, function(x) return x:bce_with_logits(other:sigmoid()) end)
  checkViews(x2, function(x) return x:huber_loss(other) end)
  checkViews(x2, function(x) return x:kl_div(other:softmax(-1)) end)
  checkViews(x2, function(x) return x:gaussian_nll_loss(other, other:abs() + 0.1) end)
  checkViews(x2, function(x) return x:cosine_similarity(other) end)
  checkViews(x2, function(x) return pn.tensor({ 1, 4, 1 }):embedding(x) end)
end

return lu.LuaUnit.run("--output", "nil")
