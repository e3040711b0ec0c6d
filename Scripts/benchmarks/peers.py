#!/usr/bin/env python3
"""Times the peers on the workloads of workloads.lua: JAX (jit) and PyTorch (eager).

usage: peers.py [--threads N] [--only W1,W3] [--peers jax,torch] [--seconds S] [--json]

Needs the packages jax, optax and torch. A workload is one closure; its time is the least of five
batches of calls after a warm-up, in microseconds a call.
"""
import argparse, json, os, time

ap = argparse.ArgumentParser()
ap.add_argument("--threads", type=int, default=1)
ap.add_argument("--only", default="")
ap.add_argument("--peers", default="jax,torch")
ap.add_argument("--seconds", type=float, default=0.2, help="time of one of the five batches")
ap.add_argument("--json", action="store_true")
args = ap.parse_args()
T = args.threads
# JAX has no reliable thread setting on a CPU: the process is held to T processors instead.
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:T])
os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(T)
os.environ["XLA_FLAGS"] = (f"--xla_cpu_multi_thread_eigen={'true' if T > 1 else 'false'} "
                           f"intra_op_parallelism_threads={T}")
os.environ["JAX_PLATFORMS"] = "cpu"


def time_us(f):
    f(); f()
    t = time.perf_counter(); f(); one = time.perf_counter() - t
    n = max(1, min(20000, int(args.seconds / max(one, 1e-7))))
    for _ in range(min(n, 50)):
        f()
    best = 1e99
    for _ in range(5):
        t = time.perf_counter()
        for _ in range(n):
            f()
        best = min(best, (time.perf_counter() - t) / n)
    return best * 1e6


def torch_workloads():
    import torch, torch.nn as nn, torch.nn.functional as F
    torch.set_num_threads(T)
    bce = F.binary_cross_entropy_with_logits

    def mlp(sizes, last=None):
        layers = []
        for i in range(len(sizes) - 1):
            layers.append(nn.Linear(sizes[i], sizes[i + 1]))
            if i < len(sizes) - 2:
                layers.append(nn.LeakyReLU(0.2))
        if last:
            layers.append(last)
        return nn.Sequential(*layers)

    ang = torch.arange(8) * 2 * torch.pi / 8
    centres = torch.stack([ang.cos(), ang.sin()], 1)

    def ring(B):
        return centres[torch.randint(0, 8, (B,))] + 0.01 * torch.randn(B, 2)

    def w1(B, h=128):
        G, D = mlp([2, h, h, 2]), mlp([2, h, h, 1])
        oG = torch.optim.Adam(G.parameters(), 1e-3, betas=(.5, .999))
        oD = torch.optim.Adam(D.parameters(), 1e-3, betas=(.5, .999))
        one, zero = torch.ones(B, 1), torch.zeros(B, 1)

        def step():
            fake = G(torch.randn(B, 2)).detach()
            oD.zero_grad()
            (bce(D(ring(B)), one) + bce(D(fake), zero)).backward()
            oD.step()
            oG.zero_grad()
            bce(D(G(torch.randn(B, 2))), one).backward()
            oG.step()
        return step

    def w2(B=128, h=128):
        from torch.func import functional_call, grad, vmap
        G, D = mlp([2, h, h, 2]), mlp([2, h, h, 1])
        oG = torch.optim.Adam(G.parameters(), 1e-3, betas=(.5, .999))
        one = torch.ones(B, 1)
        P = {k: v.detach().clone() for k, v in D.named_parameters()}
        I = {k: torch.zeros_like(v) for k, v in P.items()}

        def loss1(p, x, f):
            a = functional_call(D, p, (x[None],)); b = functional_call(D, p, (f[None],))
            return (F.softplus(-a) + F.softplus(b)).sum()
        g = vmap(grad(loss1), in_dims=(None, 0, 0))
        t = [0]

        def step():
            t[0] += 1
            eps = 1e-3
            fake = G(torch.randn(B, 2)).detach()
            pg = g(P, ring(B), fake)
            for k in P:
                m = pg[k].mean(0); v = pg[k].var(0)
                I[k].mul_(1 - 1 / t[0]).add_(v, alpha=1 / t[0])
                P[k].add_(m, alpha=-eps).add_(torch.randn_like(m) * (2 * eps * I[k]).sqrt())
            oG.zero_grad()
            bce(functional_call(D, P, (G(torch.randn(B, 2)),)), one).backward()
            oG.step()
        return step

    k = torch.exp(-torch.arange(-3, 4).float() ** 2 / 2); k /= k.sum()

    def blur(x):
        x = x.view(-1, 1, 28, 28)
        x = F.conv2d(F.pad(x, (3, 3, 0, 0), mode="reflect"), k.view(1, 1, 1, 7))
        x = F.conv2d(F.pad(x, (0, 0, 3, 3), mode="reflect"), k.view(1, 1, 7, 1))
        return x.view(-1, 784)

    def w3(B=128):
        G, D = mlp([110, 256, 512, 1024, 784], nn.Tanh()), mlp([794, 1024, 512, 256, 1])
        oG = torch.optim.Adam(G.parameters(), 2e-4, betas=(.5, .999))
        oD = torch.optim.Adam(D.parameters(), 2e-4, betas=(.5, .999))
        one, zero = torch.ones(B, 1), torch.zeros(B, 1)
        X, Y = torch.rand(60000, 784), torch.randint(0, 10, (60000,))

        def step():
            i = torch.randint(0, 60000, (B,))
            x, c = X[i], F.one_hot(Y[i], 10).float()
            fake = G(torch.cat([torch.randn(B, 100), c], 1)).detach()
            oD.zero_grad()
            (bce(D(torch.cat([blur(x), c], 1)), one) + bce(D(torch.cat([blur(fake), c], 1)), zero)).backward()
            oD.step()
            oG.zero_grad()
            bce(D(torch.cat([blur(G(torch.cat([torch.randn(B, 100), c], 1))), c], 1)), one).backward()
            oG.step()
        return step

    def w4(B=64, f=64):
        G = nn.Sequential(nn.ConvTranspose2d(100, f * 2, 7, 1, 0, bias=False), nn.BatchNorm2d(f * 2), nn.ReLU(),
                          nn.ConvTranspose2d(f * 2, f, 4, 2, 1, bias=False), nn.BatchNorm2d(f), nn.ReLU(),
                          nn.ConvTranspose2d(f, 1, 4, 2, 1), nn.Tanh())
        D = nn.Sequential(nn.Conv2d(1, f, 4, 2, 1), nn.LeakyReLU(.2), nn.Conv2d(f, f * 2, 4, 2, 1, bias=False),
                          nn.BatchNorm2d(f * 2), nn.LeakyReLU(.2), nn.Conv2d(f * 2, 1, 7), nn.Flatten())
        oG = torch.optim.Adam(G.parameters(), 2e-4, betas=(.5, .999))
        oD = torch.optim.Adam(D.parameters(), 2e-4, betas=(.5, .999))
        one, zero, x = torch.ones(B, 1), torch.zeros(B, 1), torch.rand(B, 1, 28, 28)

        def step():
            fake = G(torch.randn(B, 100, 1, 1)).detach()
            oD.zero_grad(); (bce(D(x), one) + bce(D(fake), zero)).backward(); oD.step()
            oG.zero_grad(); bce(D(G(torch.randn(B, 100, 1, 1))), one).backward(); oG.step()
        return step

    def w5(B=256, h=512):
        G, D = mlp([2, h, h, h, 2]), mlp([2, h, h, h, 1])
        oD = torch.optim.Adam(D.parameters(), 1e-4, betas=(.5, .9))

        def step():
            x, f = ring(B), G(torch.randn(B, 2)).detach()
            u = torch.rand(B, 1)
            m = (u * x + (1 - u) * f).requires_grad_()
            g, = torch.autograd.grad(D(m).sum(), m, create_graph=True)
            oD.zero_grad()
            (D(f).mean() - D(x).mean() + 0.1 * ((g.norm(dim=1) - 1) ** 2).mean()).backward()
            oD.step()
        return step

    def w6(n, c, s, sigma):
        r = int(3 * sigma + .5)
        kk = torch.exp(-torch.arange(-r, r + 1).float() ** 2 / (2 * sigma ** 2)); kk /= kk.sum()
        kx, ky = kk.view(1, 1, 1, -1).repeat(c, 1, 1, 1), kk.view(1, 1, -1, 1).repeat(c, 1, 1, 1)
        x = torch.rand(n, c, s, s, requires_grad=True)
        w = torch.rand(n, c, s, s)

        def step():
            y = F.conv2d(F.pad(x, (r, r, 0, 0), mode="reflect"), kx, groups=c)
            y = F.conv2d(F.pad(y, (0, 0, r, r), mode="reflect"), ky, groups=c)
            x.grad = None
            y.backward(w)
        return step

    def w7():
        a, b = torch.randn(64, 64), torch.randn(64, 64)
        return lambda: a + b

    def w8(B=128, h=128, K=8):
        W = [torch.randn(K, 2, h) / 2 ** .5, torch.zeros(K, 1, h), torch.randn(K, h, h) / h ** .5,
             torch.zeros(K, 1, h), torch.randn(K, h, 1) / h ** .5, torch.zeros(K, 1, 1)]
        W = [w.requires_grad_() for w in W]
        opt = torch.optim.Adam(W, 1e-3, betas=(.5, .999))
        act = lambda x: F.leaky_relu(x, .2)

        def D(x):
            x = act(torch.baddbmm(W[1], x.expand(K, B, 2), W[0]))
            x = act(torch.baddbmm(W[3], x, W[2]))
            return torch.baddbmm(W[5], x, W[4])

        def step():
            opt.zero_grad()
            (F.softplus(-D(ring(B))).mean() + F.softplus(D(torch.randn(B, 2))).mean()).backward()
            opt.step()
        return step

    return dict(W1=lambda: w1(128), W1b=lambda: w1(512), W2=w2, W3=w3, W4=w4, W5=w5,
                W6=lambda: w6(512, 1, 28, 2.0), W6b=lambda: w6(16, 3, 256, 4.0), W7=w7, W8=w8)


def jax_workloads():
    import jax, jax.numpy as jnp, optax

    def init(key, s):
        ps = []
        for i in range(len(s) - 1):
            key, k = jax.random.split(key)
            ps.append((jax.random.normal(k, (s[i], s[i + 1])) / s[i] ** .5, jnp.zeros(s[i + 1])))
        return ps

    def mlp(ps, x):
        for i, (w, b) in enumerate(ps):
            x = x @ w + b
            if i < len(ps) - 1:
                x = jax.nn.leaky_relu(x, .2)
        return x

    real = lambda l: jax.nn.softplus(-l).mean()
    fake_ = lambda l: jax.nn.softplus(l).mean()
    ang = jnp.arange(8) * 2 * jnp.pi / 8
    centres = jnp.stack([jnp.cos(ang), jnp.sin(ang)], 1)

    def ring(key, B):
        k1, k2 = jax.random.split(key)
        return centres[jax.random.randint(k1, (B,), 0, 8)] + .01 * jax.random.normal(k2, (B, 2))

    def loop(step, state, *rest):
        step = jax.jit(step)
        st = [state]

        def f():
            st[0] = step(*st[0], *rest)
            jax.block_until_ready(st[0])
        return f
    key0 = jax.random.PRNGKey(0)

    def w1(B, h=128):
        g, d = init(key0, [2, h, h, 2]), init(key0, [2, h, h, 1])
        o = optax.adam(1e-3, b1=.5)

        def step(g, d, og, od, key):
            key, k1, k2, k3 = jax.random.split(key, 4)
            x, fake = ring(k1, B), mlp(g, jax.random.normal(k2, (B, 2)))
            u, od = o.update(jax.grad(lambda d: real(mlp(d, x)) + fake_(mlp(d, fake)))(d), od)
            d = optax.apply_updates(d, u)
            z = jax.random.normal(k3, (B, 2))
            u, og = o.update(jax.grad(lambda g: real(mlp(d, mlp(g, z))))(g), og)
            return optax.apply_updates(g, u), d, og, od, key
        return loop(step, (g, d, o.init(g), o.init(d), key0))

    def w2(B=128, h=128):
        g, d = init(key0, [2, h, h, 2]), init(key0, [2, h, h, 1])
        o = optax.adam(1e-3, b1=.5)
        eps = 1e-3
        I = jax.tree.map(jnp.zeros_like, d)

        def step(g, d, I, og, t, key):
            key, k1, k2, k3, k4 = jax.random.split(key, 5)
            x, fake = ring(k1, B), mlp(g, jax.random.normal(k2, (B, 2)))
            pg = jax.vmap(jax.grad(lambda d, x, f: (jax.nn.softplus(-mlp(d, x)) + jax.nn.softplus(mlp(d, f))).sum()),
                          (None, 0, 0))(d, x, fake)
            I = jax.tree.map(lambda i, p: (1 - 1 / t) * i + p.var(0, ddof=1) / t, I, pg)
            leaves, tree = jax.tree.flatten(d)
            ks = jax.tree.unflatten(tree, list(jax.random.split(k4, len(leaves))))
            d = jax.tree.map(lambda p, q, i, k: p - eps * q.mean(0) + jnp.sqrt(2 * eps * i) * jax.random.normal(k, p.shape),
                             d, pg, I, ks)
            z = jax.random.normal(k3, (B, 2))
            u, og = o.update(jax.grad(lambda g: real(mlp(d, mlp(g, z))))(g), og)
            return optax.apply_updates(g, u), d, I, og, t + 1, key
        return loop(step, (g, d, I, o.init(g), jnp.float32(1), key0))

    k = jnp.exp(-jnp.arange(-3., 4.) ** 2 / 2); k = k / k.sum()

    def sep(x, k, r):
        s = x.shape[-1]
        x = jnp.pad(x, ((0, 0), (r, r), (r, r)), mode="reflect")
        x = sum(k[i] * x[:, :, i:i + s] for i in range(2 * r + 1))
        return sum(k[i] * x[:, i:i + s, :] for i in range(2 * r + 1))

    def w3(B=128):
        g, d = init(key0, [110, 256, 512, 1024, 784]), init(key0, [794, 1024, 512, 256, 1])
        o = optax.adam(2e-4, b1=.5)
        X, Y = jax.random.uniform(key0, (60000, 784)), jax.random.randint(key0, (60000,), 0, 10)
        blur = lambda x: sep(x.reshape(-1, 28, 28), k, 3).reshape(-1, 784)

        def step(g, d, og, od, key, X, Y):
            key, k1, k2, k3 = jax.random.split(key, 4)
            i = jax.random.randint(k1, (B,), 0, 60000)
            x, c = X[i], jax.nn.one_hot(Y[i], 10)
            gen = lambda g, z: jnp.tanh(mlp(g, jnp.concatenate([z, c], 1)))
            dis = lambda d, x: mlp(d, jnp.concatenate([blur(x), c], 1))
            fake = gen(g, jax.random.normal(k2, (B, 100)))
            u, od = o.update(jax.grad(lambda d: real(dis(d, x)) + fake_(dis(d, fake)))(d), od)
            d = optax.apply_updates(d, u)
            z = jax.random.normal(k3, (B, 100))
            u, og = o.update(jax.grad(lambda g: real(dis(d, gen(g, z))))(g), og)
            return optax.apply_updates(g, u), d, og, od, key
        return loop(step, (g, d, o.init(g), o.init(d), key0), X, Y)

    def w5(B=256, h=512):
        g, d = init(key0, [2, h, h, h, 2]), init(key0, [2, h, h, h, 1])
        o = optax.adam(1e-4, b1=.5, b2=.9)

        def step(d, od, key, g):
            key, k1, k2, k3 = jax.random.split(key, 4)
            x, f = ring(k1, B), mlp(g, jax.random.normal(k2, (B, 2)))
            u = jax.random.uniform(k3, (B, 1))
            m = u * x + (1 - u) * f

            def loss(d):
                gr = jax.grad(lambda m: mlp(d, m).sum())(m)
                return mlp(d, f).mean() - mlp(d, x).mean() + .1 * ((jnp.linalg.norm(gr, axis=1) - 1) ** 2).mean()
            up, od = o.update(jax.grad(loss)(d), od)
            return optax.apply_updates(d, up), od, key
        return loop(step, (d, o.init(d), key0), g)

    def w6(n, c, s, sigma):
        r = int(3 * sigma + .5)
        kk = jnp.exp(-jnp.arange(-r, r + 1.) ** 2 / (2 * sigma ** 2)); kk = kk / kk.sum()
        x = jax.random.uniform(key0, (n * c, s, s))
        f = jax.jit(lambda x: jax.vjp(lambda x: sep(x, kk, r), x)[1](x))
        return lambda: jax.block_until_ready(f(x))

    def w7():
        a = jax.random.normal(key0, (64, 64))
        return lambda: (a + a).block_until_ready()

    def w8(B=128, h=128, K=8):
        W = jax.vmap(lambda k: init(k, [2, h, h, 1]))(jax.random.split(key0, K))
        o = optax.adam(1e-3, b1=.5)

        def step(W, oW, key):
            key, k1, k2 = jax.random.split(key, 3)
            x, z = ring(k1, B), jax.random.normal(k2, (B, 2))
            loss = lambda W: jax.vmap(lambda d: real(mlp(d, x)) + fake_(mlp(d, z)))(W).mean()
            u, oW = o.update(jax.grad(loss)(W), oW)
            return optax.apply_updates(W, u), oW, key
        return loop(step, (W, o.init(W), key0))

    return dict(W1=lambda: w1(128), W1b=lambda: w1(512), W2=w2, W3=w3, W5=w5,
                W6=lambda: w6(512, 1, 28, 2.0), W6b=lambda: w6(16, 3, 256, 4.0), W7=w7, W8=w8)


makers = {"jax": jax_workloads, "torch": torch_workloads}
out = {}
for peer in args.peers.split(","):
    for name, make in makers[peer]().items():
        if args.only and name not in args.only.split(","):
            continue
        out.setdefault(name, {})[peer] = round(time_us(make()), 1)
        if not args.json:
            print(f"threads={T} {name:4s} {peer:6s} {out[name][peer]:12.1f} us", flush=True)
if args.json:
    print(json.dumps({"threads": T, "us": out}))
