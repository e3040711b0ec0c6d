#!/usr/bin/env python3
"""Writes Tests/Lua/fixtures/gan_steps.lua: gradients of three GAN steps that differentiate derivatives.

    python3 Scripts/golden_gan.py        (needs PyTorch; float64; the output is committed)

An unrolled-GAN step (G's loss after three updates of D), a WGAN-GP critic step and an R1 step of
networks 2-6-5-2 and 2-6-5-1, whose weights and data are waves: element k of the n-th tensor is
0.6 cos(0.9 k + n), so that a test in another language makes the same ones.
"""

import pathlib

import torch

torch.set_default_dtype(torch.float64)
TARGET = pathlib.Path(__file__).parent.parent / "Tests/Lua/fixtures/gan_steps.lua"
BATCH, RATE = 7, 0.3


def wave(shape, n):
    count = torch.Size(shape).numel()
    return (0.6 * torch.cos(0.9 * torch.arange(count) + n)).reshape(shape)


def network(sizes, first):
    """Weight and bias of each layer, as leaves."""
    parameters = []
    for n, (fan_in, fan_out) in enumerate(zip(sizes, sizes[1:])):
        parameters += [wave([fan_out, fan_in], first + 2 * n), wave([fan_out], first + 2 * n + 1)]
    return [p.requires_grad_() for p in parameters]


def run(p, x):
    x = torch.nn.functional.leaky_relu(x @ p[0].T + p[1], 0.2)
    x = torch.tanh(x @ p[2].T + p[3])
    return x @ p[4].T + p[5]


def fresh():
    return network([2, 6, 5, 2], 1), network([2, 6, 5, 1], 11), wave([BATCH, 2], 21) * 3, wave([BATCH, 2], 22)


def bce(logits, target):
    return torch.nn.functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, target))


def unrolled():
    g, d, real, z = fresh()
    fake = run(g, z)
    for _ in range(3):
        loss = bce(run(d, real), 1.0) + bce(run(d, fake), 0.0)
        d = [p - RATE * dp for p, dp in zip(d, torch.autograd.grad(loss, d, create_graph=True))]
    loss = bce(run(d, fake), 1.0)
    return loss, torch.autograd.grad(loss, g)


def wgan_gp():
    g, d, real, z = fresh()
    fake = run(g, z).detach()
    mix = wave([BATCH, 1], 23).abs()
    between = (mix * real + (1 - mix) * fake).requires_grad_()
    slope, = torch.autograd.grad(run(d, between).sum(), between, create_graph=True)
    penalty = ((slope.norm(dim=1) - 1) ** 2).mean()
    loss = run(d, fake).mean() - run(d, real).mean() + 10 * penalty
    return loss, torch.autograd.grad(loss, d, allow_unused=True)


def r1():
    _, d, real, z = fresh()
    x = real.requires_grad_()
    logits = run(d, x)
    slope, = torch.autograd.grad(logits.sum(), x, create_graph=True)
    loss = bce(logits, 1.0) + 0.5 * 0.8 * (slope ** 2).sum(1).mean()
    return loss, torch.autograd.grad(loss, d, allow_unused=True)


def main():
    lines = ["-- Written by Scripts/golden_gan.py: loss and gradients, by PyTorch in float64.", "return {"]
    for name, step in [("unrolled", unrolled), ("wgan_gp", wgan_gp), ("r1", r1)]:
        loss, gradients = step()
        lines += [f"  {name} = {{", f"    loss = {loss.item()!r},", "    gradients = {"]
        for gradient in gradients:
            values = [] if gradient is None else gradient.reshape(-1).tolist()
            lines.append("      { " + ", ".join(map(repr, values)) + " },")
        lines += ["    },", "  },"]
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text("\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
