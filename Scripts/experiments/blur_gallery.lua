-- What the filters do, in four pictures: a digit and a mixture at five strengths λ, what the
-- discriminator's gradient looks like with and without blur, and the schedules that move λ.
--
--   penumbra blur_gallery.lua --mnist data/mnist --out gallery
local pn = require "penumbra"
local nn, optim, blur, schedule = pn.nn, pn.optim, pn.blur, pn.schedule

local cfg = pn.config({
  mnist = { "", "folder with MNIST's IDX files (plain or gzip); without it the digit is made up" },
  digit = { 5, "which of its images" },
  points = { 1500, "points drawn of the mixture" },
  steps = { 1500, "steps that train each discriminator" },
  batch = { 256, "real and generated points a step" },
  hidden = { 96, "width of the discriminator's two layers" },
  grid = { 64, "points across of the map of gradients" },
  seed = { 1, "seed" },
  out = { "blur", "the pictures are OUT-digit.png, OUT-mixture.png, OUT-gradient.png, OUT-schedules.png" },
}, "Pictures of the blur filters: a digit, a mixture, the discriminator's gradient, schedules.")

-- A five, drawn from capsules: distance to line segments and an arc.
local function made_up_digit()
  local places = pn.linspace(1, 28, 28)
  local rows, columns = pn.meshgrid({ places, places }, { indexing = "ij" })
  local ink = pn.zeros(28, 28)
  local function stroke(r1, c1, r2, c2)
    local dr, dc = r2 - r1, c2 - c1
    local t = (((rows - r1) * dr + (columns - c1) * dc) / (dr * dr + dc * dc)):clamp(0, 1)
    local distance = ((rows - r1 - t * dr) ^ 2 + (columns - c1 - t * dc) ^ 2):sqrt()
    ink = ink:maximum((2.1 - distance):clamp(0, 1))
  end
  stroke(6, 10, 6, 19)
  stroke(6, 10, 13, 9)
  local r, c = 13, 9
  for k = 1, 12 do
    local angle = -2.2 + k * 4.2 / 12
    local next_r, next_c = 17.5 + 5.2 * math.sin(angle), 13.5 + 6 * math.cos(angle)
    stroke(r, c, next_r, next_c)
    r, c = next_r, next_c
  end
  return ink:reshape(1, 1, 28, 28)
end

local function digit()
  if cfg.mnist == "" then return made_up_digit() end
  local images = pn.data.mnist(cfg.mnist):tensors()[1]
  return images[{ { cfg.digit, cfg.digit } }]:reshape(1, 1, 28, 28):to "float32"
end

-- A panel that shows one image, the first row on top.
local function picture(image, title)
  return {
    title = title, equal_aspect = true, palette = "grey", color_bar = false, color_range = { 0, 1 },
    series = { { kind = "heat_map", z = image:reshape(28, 28):flip { 1 } } },
  }
end

local function draw_digit(path)
  local x = digit()
  local low, high = x:min(), x:max()
  x = (x - low) / (high - low)
  local strengths = { 0, 0.7, 1.5, 3, 6 }
  local filters = {
    { "gaussian", blur.gaussian { sigma = 0 } },
    { "with zero border", blur.gaussian { sigma = 0, border = "zero" } },
    { "heat", blur.heat { sigma = 0 } },
    { "box", blur.box { sigma = 0 } },
    { "binomial", blur.binomial { sigma = 0 } },
    { "average_pool", blur.average_pool { sigma = 0 } },
    { "pyramid", blur.pyramid { sigma = 0 } },
    { "noise, σ = λ/10", blur.noise { sigma = 0 }, 0.1 },
  }
  local panels, names = {}, {}
  for _, row in ipairs(filters) do
    local name, A, unit = table.unpack(row)
    names[#names + 1] = name
    for _, lambda in ipairs(strengths) do
      A.sigma = lambda * (unit or 1)
      panels[#panels + 1] = picture(A(x), #names == 1 and ("λ = %g pixels"):format(lambda) or nil)
    end
  end
  pn.plot.save(path, {
    panels = panels, columns = #strengths, row_titles = names, panel_width = 190, panel_height = 190,
  })
end

-- Eight narrow modes on a ring of radius 2.
local spread, modes = 0.05, 8
local angles = pn.arange(0, modes - 1):to "float32" * (2 * math.pi / modes)
local centres = pn.stack({ angles:cos(), angles:sin() }, 2) * 2
local function ring(n) return centres[pn.randint(1, modes, { n })] + pn.randn(n, 2) * spread end

local function draw_mixture(path)
  local strengths = { 0, 0.1, 0.3, 0.6, 1 }
  local filters = {
    { "noise", function(lambda) return blur.noise { sigma = lambda } end },
    { "noise_levels, log-uniform", function(lambda)
      return blur.noise_levels { sigma = lambda, distribution = "log_uniform", low = 0.03, high = 1 }
    end },
    { "smear, 6 offsets", function(lambda) return blur.smear { sigma = lambda, copies = 6 } end },
    { "smear, sigma points", function(lambda) return blur.smear { sigma = lambda, sequence = "unscented" } end },
    { "diffusion", function(lambda) return blur.diffusion { sigma = lambda } end },
  }
  local x = ring(cfg.points)
  local panels, names = {}, {}
  for _, row in ipairs(filters) do
    names[#names + 1] = row[1]
    for _, lambda in ipairs(strengths) do
      local y = row[2](lambda)(x):reshape(-1, 2)
      y = y[pn.randperm(#y)[{ { 1, cfg.points } }]] -- as many points in every panel
      panels[#panels + 1] = {
        title = #names == 1 and ("λ = %g"):format(lambda) or nil,
        equal_aspect = true, x_range = { -4, 4 }, y_range = { -4, 4 },
        series = { { kind = "points", x = y:select(2, 1), y = y:select(2, 2), point_size = 0.25, opacity = 0.5 } },
      }
    end
  end
  pn.plot.save(path, {
    panels = panels, columns = #strengths, row_titles = names, panel_width = 230, panel_height = 230,
  })
end

-- The generator has collapsed onto one spot, far from all data: what does the discriminator tell it?
local fake_spread, fake_centre = 0.05, pn.tensor { { 2.3, -2.3 } }
local function fakes(n) return pn.randn(n, 2) * fake_spread + fake_centre end

local function trained(lambda)
  local D = nn.Sequential(
    nn.Linear(2, cfg.hidden), nn.Softplus(), nn.Linear(cfg.hidden, cfg.hidden), nn.Softplus(),
    nn.Linear(cfg.hidden, 1))
  local A = blur.noise { sigma = lambda }
  local opt = optim.Adam(D:parameters(), { lr = schedule.cosine { from = 3e-3, to = 1e-4, steps = cfg.steps } })
  for _ = 1, cfg.steps do
    opt:zero_grad()
    local loss = pn.softplus(-D(A(ring(cfg.batch)))):mean() + pn.softplus(D(A(fakes(cfg.batch)))):mean()
    loss:backward()
    opt:step()
  end
  return D
end

-- The logit of the best discriminator there is, log p_λ(x) − log q_λ(x), both Gaussian mixtures.
local function optimal(lambda)
  local p, q = spread ^ 2 + lambda ^ 2, fake_spread ^ 2 + lambda ^ 2
  local fake_centre, real_centres = fake_centre:to "float64", centres:to "float64"
  return function(x)
    local real = (x:unsqueeze(2) - real_centres):square():sum(3) / (-2 * p)
    local fake = (x - fake_centre):square():sum(2, true) / (-2 * q)
    return pn.logsumexp(real, 2, true) - math.log(modes * p) - fake + math.log(q)
  end
end

-- log10 |∇D|, D = sigmoid(logit), without the underflow of D (1 − D), and ∇D's direction.
local function gradient(logit_of, x)
  x = x:detach():requires_grad_()
  local logit = logit_of(x)
  local slope = pn.grad(logit:sum(), x)
  local log_factor = -(pn.softplus(logit) + pn.softplus(-logit)):squeeze(2)
  local size = slope:square():sum(2):sqrt()
  return (log_factor + (size + 1e-300):log()) / math.log(10), slope / (size:unsqueeze(2) + 1e-300)
end

local function lattice(count, reach)
  local line = pn.linspace(-reach, reach, count):to "float64"
  local y, x = pn.meshgrid({ line, line }, { indexing = "ij" })
  return pn.stack({ x:reshape(-1), y:reshape(-1) }, 2)
end

local function cloud(points, color)
  return {
    kind = "points", x = points:select(2, 1), y = points:select(2, 2), color = color, point_size = 0.4, opacity = 1,
  }
end

local function draw_gradient(path)
  local reach, arrows = 3.2, 15
  local strengths = { 0, 0.2, 0.5, 1 }
  local panels, names = {}, { "a trained discriminator", "the best one there is" }
  local real, fake = ring(200), fakes(60)
  print "lambda  accuracy  log10 |grad D| at the samples: trained    best"
  local rows = { {}, {} }
  for _, lambda in ipairs(strengths) do
    local D = trained(lambda)
    local A = blur.noise { sigma = lambda }
    local right = (D(A(ring(2000))):gt(0):to("float32"):mean() + D(A(fakes(2000))):lt(0):to("float32"):mean()) / 2
    local at = {}
    for row, logit_of in ipairs { D:to "float64", optimal(lambda) } do
      local size = gradient(logit_of, lattice(cfg.grid, reach))
      local places = lattice(arrows, reach)
      local _, direction = gradient(logit_of, places)
      local arrow = direction * (0.75 * 2 * reach / (arrows - 1))
      local tails = places - arrow / 2
      at[row] = gradient(logit_of, fake:to "float64"):median():item()
      rows[row][#rows[row] + 1] = {
        title = row == 1 and (lambda == 0 and "no blur" or ("blur λ = %g"):format(lambda)) or nil,
        equal_aspect = true, x_range = { -reach, reach }, y_range = { -reach, reach },
        color_range = { -10, 0 },
        legend = "none", x_label = ("log₁₀|∇D| at the red samples: %.1f"):format(at[row]),
        series = {
          {
            kind = "heat_map", z = size:reshape(cfg.grid, cfg.grid):clamp(-10, 0),
            x_extent = { -reach, reach }, y_extent = { -reach, reach },
          },
          {
            kind = "vectors", color = "#FFFFFF", width = 0.8, x = tails:select(2, 1), y = tails:select(2, 2),
            dx = arrow:select(2, 1), dy = arrow:select(2, 2),
          },
          cloud(real, "orange"), cloud(fake, "red"),
        },
      }
    end
    print(("%6g  %8.3f  %38.1f  %6.1f"):format(lambda, right:item(), at[1], at[2]))
  end
  for _, row in ipairs(rows) do
    for _, panel in ipairs(row) do panels[#panels + 1] = panel end
  end
  pn.plot.save(path, {
    panels = panels, columns = #strengths, row_titles = names, panel_width = 330, panel_height = 320,
  })
end

local function draw_schedules(path)
  local steps = pn.linspace(0, 100, 501)
  -- One panel; the curves come as name, schedule, name, schedule, ...
  local function panel(...)
    local series, given = {}, { ... }
    for k = 1, #given, 2 do
      local values = {}
      for i, t in ipairs(steps:totable()) do values[i] = given[k + 1](t) end
      series[#series + 1] = { kind = "line", x = steps, y = values, label = given[k] }
    end
    return { x_label = "step", y_range = { -0.05, 1.1 }, legend = "below", series = series }
  end
  local full = { from = 1, to = 0.05, steps = 80 }
  local s = schedule
  pn.plot.save(path, {
    columns = 3, panel_width = 320, panel_height = 290,
    panels = {
      panel("linear", s.linear(full), "cosine", s.cosine(full), "exponential", s.exponential(full)),
      panel("polynomial", s.polynomial(1, 1, 0.55), "hyperbolic", s.hyperbolic { from = 1, half_life = 15 }, "power",
        s.power { from = 1, to = 0, steps = 80, power = 3 }),
      panel("piecewise", s.piecewise { { 10, 1 }, { 40, 0.3 }, { 90, 0.1 } }, "step",
        s.step { from = 1, factor = 0.6, every = 20 }),
      panel("cyclical", s.cyclical { from = 1, steps = 100, cycles = 4 }, "triangular, half",
        s.triangular { low = 0.1, high = 1, up = 10, decay = "half" }, "cosine_restarts",
        s.cosine_restarts { from = 0.6, period = 14, growth = 2 }),
      panel("one_cycle", s.one_cycle { peak = 1, steps = 100 }, "cosine:warm_up(15)", s.cosine(full):warm_up(15)),
      panel("then_, clamped",
        s.constant(1):then_(s.exponential(full), 30):clamp(0.2, 0.9), "a product",
        s.cosine(full) * s.triangular { low = 0.8, high = 1, up = 3 }),
    },
  })
end

local function make(name, draw)
  local path = ("%s-%s.png"):format(cfg.out, name)
  pn.seed(cfg.seed) -- so that each picture is the same without the others
  draw(path)
  print("figure: " .. path)
end

make("digit", draw_digit)
make("mixture", draw_mixture)
make("schedules", draw_schedules)
make("gradient", draw_gradient)
