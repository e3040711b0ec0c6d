-- Normalisation, resampling, lookup, dropout and losses from Lua.
local pn = require "penumbra"
local lu = require "luaunit"

TestFunctional = {}

local function close(x, expected)
  lu.assertTrue((x - expected):abs():max():item() < 1e-6, tostring(x))
end

function TestFunctional.test_batch_norm_updates_its_running_statistics_in_training_only()
  local mean, var = pn.zeros(1), pn.ones(1)
  local x = pn.tensor { { 1.0 }, { 3.0 } }
  local stats = { running_mean = mean, running_var = var, momentum = 0.5, eps = 0 }
  stats.training = true
  close(x:batch_norm(stats), pn.tensor { { -1.0 }, { 1.0 } })
  close(mean, pn.tensor { 1.0 })
  close(var, pn.tensor { 1.5 })
  stats.training = false
  close(x:batch_norm(stats), (x - 1) / math.sqrt(1.5))
  lu.assertEquals(mean:item(), 1)
  lu.assertErrorMsgContains("running_var is given without running_mean", x.batch_norm, x, {
    running_var = var,
  })
  lu.assertErrorMsgContains("did you mean 'training'", x.batch_norm, x, { trainin = true })
end

function TestFunctional.test_layer_norm_takes_a_number_or_a_table()
  local x = pn.randn(2, 3, 4)
  close(x:layer_norm(4), pn.layer_norm(x, { 4 }, { weight = pn.ones(4), bias = pn.zeros(4) }))
  lu.assertErrorMsgContains("[..., 3]", x.layer_norm, x, 3)
end

function TestFunctional.test_labels_count_from_one()
  local scores = pn.tensor({ { 0.0, 100.0, 0.0 } }, { requires_grad = true })
  lu.assertTrue(scores:cross_entropy({ 2 }):item() < 1e-6)
  lu.assertTrue(pn.cross_entropy(scores, pn.tensor { 2 }):item() < 1e-6)
  lu.assertErrorMsgContains("1 to 3, got 4", pn.cross_entropy, scores, { 4 })
  lu.assertErrorMsgContains("0 is none", pn.cross_entropy, scores, pn.tensor { 0 })
  local both = pn.zeros(2, 3)
  close(both:cross_entropy({ 1, 3 }, { ignore_index = 3 }), pn.tensor(math.log(3)))
  close(both:cross_entropy({ 1, -100 }), pn.tensor(math.log(3)))
  close(both:nll_loss({ 1, 3 }, { reduction = "none" }), pn.zeros(2))
end

function TestFunctional.test_embedding_rows_of_the_padding_label_have_no_gradient()
  local table = pn.ones(3, 2):requires_grad_()
  pn.embedding(pn.tensor { { 1, 3 }, { 3, 1 } }, table, { padding_idx = 1 }):sum():backward()
  close(table.grad, pn.tensor { { 0.0, 0.0 }, { 0.0, 0.0 }, { 2.0, 2.0 } })
  lu.assertErrorMsgContains("1 to 3", pn.embedding, pn.tensor { 4 }, table)
end

function TestFunctional.test_interpolation_wants_a_size_or_a_factor()
  local x = pn.tensor { { { 1.0, 2.0 } } }
  close(x:interpolate { scale_factor = 2 }, pn.tensor { { { 1.0, 1.0, 2.0, 2.0 } } })
  close(x:interpolate { size = 3, mode = "linear", align_corners = true },
    pn.tensor { { { 1.0, 1.5, 2.0 } } })
  lu.assertErrorMsgContains("either size or scale_factor", x.interpolate, x)
  lu.assertErrorMsgContains("either size or scale_factor", x.interpolate, x,
    { size = 3, scale_factor = 2 })
  lu.assertErrorMsgContains("bilinear", x.interpolate, x, { size = 3, mode = "bilinear" })
end

function TestFunctional.test_dropout_draws_from_the_given_generator()
  local x = pn.ones(100)
  local a = x:dropout(0.5, true, { generator = pn.generator(3) })
  lu.assertTrue(a:equal(x:dropout(0.5, true, { generator = pn.generator(3) })))
  lu.assertTrue(x:dropout(0.5, false):equal(x))
  local planes = pn.ones(50, 4, 3):dropout1d(0.5):sum(3)
  lu.assertTrue(planes:eq(0):to("int64"):add(planes:eq(6):to("int64")):eq(1):all())
end

function TestFunctional.test_losses_take_numbers_for_targets()
  local x = pn.tensor { 1.0, -2.0 }
  close(x:mse_loss(0), pn.tensor(2.5))
  close(pn.mse(x, pn.zeros(2)), pn.tensor(2.5))
  close(x:l1_loss(0, { reduction = "sum" }), pn.tensor(3))
  close(x:huber_loss(0), pn.tensor((0.5 + 1.5) / 2))
  close(x:hinge_embedding_loss(-1), pn.tensor(1.5))
  close(x:bce_with_logits(1), pn.binary_cross_entropy_with_logits(x, 1))
  lu.assertErrorMsgContains("reduction", x.mse_loss, x, 0, { reduction = "median" })
end

function TestFunctional.test_gradients_are_clipped_together()
  local a = pn.zeros(1):requires_grad_()
  local b = pn.zeros(1):requires_grad_()
  local total = (a * 3 + b * 4):sum()
  total:backward()
  close(pn.tensor(pn.nn.clip_grad_norm_({ a, b }, 1)), pn.tensor(5))
  close(a.grad, pn.tensor { 0.6 })
  pn.nn.clip_grad_value_(b, 0.5)
  close(b.grad, pn.tensor { 0.5 })
  close(pn.tensor(pn.nn.clip_grad_norm_({ a, b }, 9, { norm_type = math.huge })), pn.tensor(0.6))
  a.grad = pn.tensor { math.huge }
  lu.assertErrorMsgContains("clip_grad_norm_", pn.nn.clip_grad_norm_, { a, b }, 1,
    { error_if_nonfinite = true })
end

return lu.LuaUnit.run("--output", "nil")
