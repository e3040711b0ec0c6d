#!/usr/bin/env python3
"""Writes Tests/Lua/fixtures/objectives.lua: GAN objectives and penalties with their derivatives.

    python3 Scripts/golden_objectives.py        (needs PyTorch; float64; the output is committed)

For each case: the value, its gradient for every input, and the gradient of Σ c_k g_k over all elements
g_k of the first one, c_k = cos(0.7 k + 0.3). Inputs are waves: element k of the n-th input of a case is
0.9 cos(1.1 k + n). Penalties have the weights of a discriminator as inputs, so that their first gradient
is a second derivative of it.
"""

import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
TARGET = pathlib.Path(__file__).parent.parent / "Tests/Lua/fixtures/objectives.lua"


def wave(shape, n):
    count = torch.Size(shape).numel()
    return (0.9 * torch.cos(1.1 * torch.arange(count) + n)).reshape(shape)


def bce(x, target):
    return F.binary_cross_entropy_with_logits(x, torch.full_like(x, target))


# Losses of r (outputs for data) and f (for samples).
def discriminator(name, r, f, one=1.0, zero=0.0):
    high, low = r - f.mean(), f - r.mean()
    return {
        "minimax": lambda: bce(r, one) + bce(f, zero),
        "non_saturating": lambda: bce(r, one) + bce(f, zero),
        "least_squares": lambda: 0.5 * F.mse_loss(r, torch.full_like(r, one))
        + 0.5 * F.mse_loss(f, torch.full_like(f, zero)),
        "hinge": lambda: F.relu(1 - r).mean() + F.relu(1 + f).mean(),
        "wasserstein": lambda: f.mean() - r.mean(),
        "relativistic": lambda: bce(r - f, one),
        "relativistic_average": lambda: bce(high, one) + bce(low, zero),
        "relativistic_least_squares": lambda: ((high - 1) ** 2).mean() + ((low + 1) ** 2).mean(),
        "relativistic_hinge": lambda: F.relu(1 - high).mean() + F.relu(1 + low).mean(),
    }[name]()


def generator(name, f, r=None, label=1.0):
    if name == "minimax":
        return -F.binary_cross_entropy_with_logits(f, torch.zeros_like(f))
    if name == "non_saturating":
        return bce(f, label)
    if name == "least_squares":
        return 0.5 * ((f - label) ** 2).mean()
    if name in ("hinge", "wasserstein"):
        return -f.mean()
    return discriminator(name, f, r)


NAMES = ["minimax", "non_saturating", "least_squares", "hinge", "wasserstein", "relativistic",
         "relativistic_average", "relativistic_least_squares", "relativistic_hinge"]


def critic(w, x):
    return torch.tanh(x @ w[0].T + w[1]) @ w[2].T


def slope(w, x):
    x = x.detach().requires_grad_()
    return torch.autograd.grad(critic(w, x).sum(), x, create_graph=True)[0]


WEIGHTS = [[5, 3], [5], [1, 5]]
POINTS = wave([6, 3], 41)


def penalty(target, weight, one_sided=False):
    def run(*w):
        excess = slope(w, POINTS).norm(dim=1) - target
        return weight * ((F.relu(excess) if one_sided else excess) ** 2).mean()
    return run


def unrolled(steps, differentiable):
    """G's loss of the samples after D's updates; the inputs are the samples, then D's weights."""
    def run(fake, *w):
        w = [p.detach().requires_grad_() for p in w]
        for _ in range(steps):
            loss = discriminator("minimax", critic(w, POINTS), critic(w, fake))
            grads = torch.autograd.grad(loss, w, create_graph=differentiable, retain_graph=True)
            w = [p - 0.4 * g for p, g in zip(w, grads)]
            if not differentiable:
                w = [p.detach().requires_grad_() for p in w]
        return generator("non_saturating", critic(w, fake))
    return run


def semi_supervised(labelled, unlabelled, fake):
    def real(scores):
        return torch.logsumexp(scores, 1)
    adversarial = F.softplus(-real(unlabelled)).mean() + F.softplus(real(fake)).mean()
    return F.cross_entropy(labelled, torch.tensor([0, 2, 1])) + 0.7 * adversarial


def soft(sign, temperature, weights):
    def run(v):
        share = torch.softmax(sign * v / temperature + torch.log(torch.tensor(weights))[:, None], 0)
        return (share * v).sum(0).sin().sum()
    return run


def cases():
    pair = [[5, 1], [5, 1]]
    for name in NAMES:
        yield f"D.{name}", pair, lambda r, f, name=name: discriminator(name, r, f)
        if name.startswith("relativistic"):
            yield f"G.{name}", pair, lambda f, r, name=name: generator(name, f, r)
        else:
            yield f"G.{name}", pair[:1], lambda f, name=name: generator(name, f)
    for name in ["minimax", "relativistic_average"]:
        yield f"D.smooth.{name}", pair, lambda r, f, name=name: discriminator(name, r, f, 0.9, 0.2)
    yield "D.smooth.relativistic", pair, lambda r, f: discriminator("relativistic", r, f, 0.8)
    yield "D.labels.least_squares", pair, lambda r, f: discriminator("least_squares", r, f, 0.9, -1.0)
    yield "G.label.least_squares", pair[:1], lambda f: generator("least_squares", f, label=0.0)
    yield "G.label.non_saturating", pair[:1], lambda f: generator("non_saturating", f, label=0.9)
    yield "gradient_penalty", WEIGHTS, penalty(1.0, 10.0)
    yield "gradient_penalty.target", WEIGHTS, penalty(0.25, 3.0)
    yield "gradient_penalty.one_sided", WEIGHTS, penalty(0.9, 2.0, True)
    yield "r1", WEIGHTS, lambda *w: 0.5 * 10 * (slope(w, POINTS) ** 2).sum(1).mean()
    yield "r2", WEIGHTS, lambda *w: 0.5 * 0.3 * (slope(w, POINTS) ** 2).sum(1).mean()
    yield "consistency", [[4, 2], [4, 2]], lambda y, z: 10 * ((y - z) ** 2).sum(1).mean()
    yield "mode_seeking", [[4, 3], [4, 3]], lambda x, y: 1 / (
        (x - y).abs().mean() / (wave([4, 2], 42) - wave([4, 2], 43)).abs().mean() + 1e-5)
    yield "feature_matching", [[4, 3], [6, 3]], lambda x, y: 2 * ((x.mean(0) - y.mean(0)) ** 2).sum()
    yield "feature_matching.absolute", [[4, 3], [6, 3]], lambda x, y: (x.mean(0) - y.mean(0)).abs().sum()
    yield "auxiliary_classifier", [[3, 4]], lambda x: 0.5 * F.cross_entropy(x, torch.tensor([0, 3, 1]))
    yield "semi_supervised", [[3, 3], [4, 3], [5, 3]], semi_supervised
    yield "projection", [[3, 1], [3, 4], [3, 4]], lambda y, a, b: (
        y + (a * b).sum(1, keepdim=True)).sin().sum()
    yield "condition", [[2, 1, 2, 2], [2, 3]], lambda x, c: torch.cat(
        [x, c[:, :, None, None].expand(2, 3, 2, 2)], 1).mul(wave([2, 4, 2, 2], 44)).sin().sum()
    yield "pack", [[4, 2, 2]], lambda x: (x.reshape(2, 4, 2) * wave([2, 4, 2], 45)).sin().sum()
    yield "ensemble.mean", [[3, 2]], lambda v: (
        (v * torch.tensor([1.0, 2.0, 3.0])[:, None]).sum(0) / 6).sin().sum()
    yield "ensemble.min", [[3, 2]], lambda v: v.amin(0).sin().sum()
    yield "ensemble.max", [[3, 2]], lambda v: v.amax(0).sin().sum()
    yield "ensemble.softmin", [[3, 2]], soft(-1, 0.5, [1.0, 1.0, 1.0])
    yield "ensemble.softmax", [[3, 2]], soft(1, 2.0, [1.0, 2.0, 3.0])
    yield "unroll", [[6, 3]] + WEIGHTS, unrolled(3, True)
    yield "unroll.surrogate", [[6, 3]] + WEIGHTS, unrolled(3, False)


def gradients(value, inputs):
    """Gradients of a scalar, zeros where it does not depend on an input."""
    if not value.requires_grad:
        return [torch.zeros_like(x) for x in inputs]
    found = torch.autograd.grad(value, inputs, create_graph=True, allow_unused=True)
    return [torch.zeros_like(x) if g is None else g for x, g in zip(inputs, found)]


def listed(tensors):
    return "{ " + ", ".join(repr(v) for t in tensors for v in t.detach().reshape(-1).tolist()) + " }"


def main():
    lines = ["-- Written by Scripts/golden_objectives.py, by PyTorch in float64.", "return {"]
    for name, shapes, function in cases():
        inputs = [wave(shape, n + 1).requires_grad_() for n, shape in enumerate(shapes)]
        value = function(*inputs)
        first = gradients(value, inputs)
        flat = torch.cat([g.reshape(-1) for g in first])
        second = gradients((flat * torch.cos(0.7 * torch.arange(len(flat)) + 0.3)).sum(), inputs)
        shapes = ", ".join("{ " + ", ".join(map(str, shape)) + " }" for shape in shapes)
        lines += [f'  ["{name}"] = {{', f"    shapes = {{ {shapes} }},", f"    value = {value.item()!r},",
                  f"    first = {listed(first)},", f"    second = {listed(second)},", "  },"]
    TARGET.write_text("\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
