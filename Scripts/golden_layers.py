#!/usr/bin/env python3
"""Writes Tests/Lua/fixtures/layers.lua: values and derivatives of every layer, by PyTorch in float64.

    python3 Scripts/golden_layers.py        (needs PyTorch; the output is committed)

Element k of the n-th input is 1.2 cos(0.9 k + n), of the n-th parameter and buffer 0.6 cos(0.9 k + 10 + n), so
that a test in another language makes the same ones. With L = Σ cos(0.7 k + 0.3) y_k the fixture has y, the
gradients of L in all inputs and parameters, and those of S = Σ_n Σ_k cos(0.5 k + n) (∂L/∂x_n)_k.
Layers that PyTorch does not have are written out here, and so are those whose derivatives it has in float32 only
(Hardsigmoid's 1/6, CELU's 1/alpha).
"""

import pathlib

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import parametrizations

torch.set_default_dtype(torch.float64)
TARGET = pathlib.Path(__file__).parent.parent / "Tests/Lua/fixtures/layers.lua"


def wave(shape, rate, shift, scale=1.0):
    count = torch.Size(shape).numel()
    return (scale * torch.cos(rate * torch.arange(count) + shift)).reshape(shape)


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, *inputs):
        return self.function(*inputs)


class ConditionalBatchNorm(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(classes, features))
        self.bias = nn.Parameter(torch.zeros(classes, features))
        self.register_buffer("running_mean", torch.zeros(features))
        self.register_buffer("running_var", torch.ones(features))

    def forward(self, x, c):
        h = F.batch_norm(x, self.running_mean, self.running_var, training=self.training)
        rows = (lambda t: c @ t) if c.is_floating_point() else (lambda t: t[c])
        shape = x.shape[:2] + (1,) * (x.dim() - 2)
        return h * rows(self.weight).reshape(shape) + rows(self.bias).reshape(shape)


class ProjectionHead(nn.Module):
    def __init__(self, features, classes):
        super().__init__()
        self.linear, self.embed = nn.Linear(features, 1), nn.Embedding(classes, features)

    def forward(self, x, c=None):
        y = self.linear(x)
        return y if c is None else y + (self.embed(c) * x).sum(1, keepdim=True)


class WeightNorm(nn.Module):
    """PyTorch's own is fused for the first dimension, and its second derivative fails PyTorch's gradgradcheck."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.g = nn.Parameter(torch.zeros(outputs, 1))
        self.v = nn.Parameter(torch.zeros(outputs, inputs))

    def forward(self, x):
        return F.linear(x, self.v * (self.g / self.v.norm(dim=1, keepdim=True)), self.bias)


class MinibatchDiscrimination(nn.Module):
    def __init__(self, inputs, outputs, kernel):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(inputs, outputs, kernel))

    def forward(self, x):
        m = torch.einsum("ni,iok->nok", x, self.weight)
        distances = (m[:, None] - m[None]).abs().sum(3)
        others = 1 - torch.eye(len(x))
        return torch.cat([x, ((-distances).exp() * others[:, :, None]).sum(1)], 1)


def minibatch_std_dev(x, group, channels):
    """StyleGAN2's MinibatchStdLayer."""
    n, c = x.shape[:2]
    y = x.reshape(group, n // group, channels, c // channels, -1)
    y = y - y.mean(0)
    y = (y.square().mean(0) + 1e-8).sqrt().mean([2, 3])
    y = y.reshape(-1, channels, *[1] * (x.dim() - 2)).repeat(group, 1, *x.shape[2:])
    return torch.cat([x, y], 1)


class Reversed(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, scale):
        ctx.scale = scale
        return x.view_as(x)

    @staticmethod
    def backward(ctx, gradient):
        return gradient * -ctx.scale, None


class Ensemble(nn.Module):
    """K networks: parameters [K, ...], one network after the other."""

    def __init__(self, template, count, shared=False):
        super().__init__()
        self.template, self.shared = [template], shared
        self.stacked = nn.ParameterList(
            [nn.Parameter(torch.zeros(count, *p.shape)) for p in template.parameters()])

    def forward(self, *inputs):
        names = [name for name, _ in self.template[0].named_parameters()]
        outputs = []
        for k in range(len(self.stacked[0])):
            own = {name: p[k] for name, p in zip(names, self.stacked)}
            given = inputs if self.shared else [x[k] for x in inputs]
            outputs.append(torch.func.functional_call(self.template[0], own, tuple(given)))
        return torch.stack(outputs)


class Residual(nn.Module):
    def __init__(self, block, shortcut, scale):
        super().__init__()
        self.block, self.shortcut, self.scale = block, shortcut, scale

    def forward(self, x):
        return self.shortcut(x) + self.scale * self.block(x)


class Branches(nn.Module):
    def __init__(self, *branches, dim):
        super().__init__()
        self.branches, self.dim = nn.ModuleList(branches), dim

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], self.dim)


def listing():
    """(Lua, PyTorch, inputs as shapes or lists of labels, options)"""
    image, row = (2, 4, 3, 5), (3, 4)
    yield "nn.Linear(4, 3)", nn.Linear(4, 3), [row], {}
    yield "nn.Linear(4, 3, {bias = false})", nn.Linear(4, 3, bias=False), [(2, 3, 4)], {}
    yield "nn.Bilinear(3, 2, 4)", nn.Bilinear(3, 2, 4), [(5, 3), (5, 2)], {}
    yield "nn.Bilinear(3, 2, 2, {bias = false})", nn.Bilinear(3, 2, 2, bias=False), [(2, 2, 3), (2, 2, 2)], {}
    yield "nn.Conv1d(2, 3, 3, {stride = 2, padding = 1})", nn.Conv1d(2, 3, 3, 2, 1), [(2, 2, 5)], {}
    yield "nn.Conv2d(2, 4, 3, {padding = 1, groups = 2})", nn.Conv2d(2, 4, 3, padding=1, groups=2), [(2, 2, 3, 4)], {}
    yield "nn.Conv3d(1, 2, 2)", nn.Conv3d(1, 2, 2), [(1, 1, 3, 2, 3)], {}
    yield ("nn.ConvTranspose1d(2, 3, 3, {stride = 2, padding = 1, output_padding = 1})",
           nn.ConvTranspose1d(2, 3, 3, 2, 1, 1), [(2, 2, 3)], {})
    yield "nn.ConvTranspose2d(2, 2, {2, 3}, {stride = 2})", nn.ConvTranspose2d(2, 2, (2, 3), 2), [(1, 2, 2, 3)], {}
    yield "nn.ConvTranspose3d(1, 2, 2, {bias = false})", nn.ConvTranspose3d(1, 2, 2, bias=False), [(1, 1, 2, 2, 2)], {}

    for mode in ({}, {"eval": True}):
        yield "nn.BatchNorm1d(4)", nn.BatchNorm1d(4), [(5, 4)], mode
        yield "nn.BatchNorm2d(4, {eps = 1e-3, momentum = 0.3})", nn.BatchNorm2d(4, 1e-3, 0.3), [image], mode
        yield "nn.BatchNorm3d(2)", nn.BatchNorm3d(2), [(2, 2, 2, 2, 2)], mode
        yield ("nn.InstanceNorm2d(4, {affine = true, track_running_stats = true})",
               nn.InstanceNorm2d(4, affine=True, track_running_stats=True), [image], mode)
        yield "nn.ConditionalBatchNorm1d(4, 3)", ConditionalBatchNorm(4, 3), [(5, 4), [0, 2, 1, 2, 0]], dict(
            mode, names=["weight", "bias"], buffers=["norm.running_mean", "norm.running_var"])
        yield "nn.ConditionalBatchNorm2d(2, 3)", ConditionalBatchNorm(2, 3), [(3, 2, 2, 2), [2, 0, 2]], dict(
            mode, names=["weight", "bias"], buffers=["norm.running_mean", "norm.running_var"])
        for lua, layer, x in [
            ("nn.SpectralNorm(nn.Linear(4, 3))", parametrizations.spectral_norm(nn.Linear(4, 3)), row),
            ("nn.SpectralNorm(nn.Conv2d(2, 3, 2), {n_power_iterations = 3})",
             parametrizations.spectral_norm(nn.Conv2d(2, 3, 2), n_power_iterations=3), (2, 2, 3, 3)),
            ("nn.SpectralNorm(nn.ConvTranspose2d(2, 3, 2))",
             parametrizations.spectral_norm(nn.ConvTranspose2d(2, 3, 2)), (2, 2, 2, 2)),
        ]:
            yield lua, layer, [x], dict(mode, names=["module.bias", "module.weight"], buffers=["u", "v"])
    yield "nn.BatchNorm1d(4, {affine = false, track_running_stats = false})", nn.BatchNorm1d(
        4, affine=False, track_running_stats=False), [(3, 4, 2)], {}
    yield "nn.ConditionalBatchNorm1d(3, 2)", ConditionalBatchNorm(3, 2), [(4, 3), (4, 2)], dict(
        names=["weight", "bias"], buffers=["norm.running_mean", "norm.running_var"])
    yield "nn.InstanceNorm1d(3)", nn.InstanceNorm1d(3), [(2, 3, 4)], {}
    yield "nn.InstanceNorm3d(2, {affine = true})", nn.InstanceNorm3d(2, affine=True), [(1, 2, 2, 2, 2)], {}
    yield "nn.LayerNorm({4, 3})", nn.LayerNorm([4, 3]), [(2, 4, 3)], {}
    yield "nn.LayerNorm(4, {affine = false})", nn.LayerNorm(4, elementwise_affine=False), [row], {}
    yield "nn.RMSNorm(4, {eps = 1e-4})", nn.RMSNorm(4, 1e-4), [row], {}
    yield "nn.GroupNorm(2, 4)", nn.GroupNorm(2, 4), [(2, 4, 3)], {}
    yield "nn.GroupNorm(4, 4, {affine = false})", nn.GroupNorm(4, 4, affine=False), [image], {}

    yield "nn.Embedding(4, 3)", nn.Embedding(4, 3), [[3, 0, 3, 1]], {}
    head = ["linear.weight", "linear.bias", "embed.weight"]
    yield "nn.ProjectionHead(4, 3)", ProjectionHead(4, 3), [row, [2, 0, 2]], {"names": head}
    yield "nn.ProjectionHead(4, 3)", ProjectionHead(4, 3), [row], {"names": head}

    for lua, layer in [
        ("ReLU()", nn.ReLU()), ("ReLU6()", nn.ReLU6()), ("Tanh()", nn.Tanh()), ("Sigmoid()", nn.Sigmoid()),
        ("SiLU()", nn.SiLU()), ("SELU()", nn.SELU()), ("Mish()", nn.Mish()), ("Softsign()", nn.Softsign()),
        ("LogSigmoid()", nn.LogSigmoid()), ("Tanhshrink()", nn.Tanhshrink()), ("Hardsigmoid()", Function(lambda x: F.relu6(x + 3) / 6)),
        ("Hardswish()", nn.Hardswish()), ("LeakyReLU(0.2)", nn.LeakyReLU(0.2)), ("ELU(0.7)", nn.ELU(0.7)),
        ("CELU(0.7)", Function(lambda x: torch.where(x > 0, x, 0.7 * torch.expm1(x / 0.7)))), ("Softshrink(0.3)", nn.Softshrink(0.3)), ("Hardshrink(0.3)", nn.Hardshrink(0.3)),
        ("Sine(3)", Function(lambda x: (3 * x).sin())), ("Softplus()", nn.Softplus()),
        ("Softplus(2, 1)", nn.Softplus(2, 1)), ("GELU()", nn.GELU()), ('GELU("tanh")', nn.GELU("tanh")),
        ("Hardtanh(-0.5, 0.8)", nn.Hardtanh(-0.5, 0.8)), ("Threshold(0.1, -2)", nn.Threshold(0.1, -2)),
        ("Softmax(2)", nn.Softmax(1)), ("LogSoftmax()", nn.LogSoftmax(-1)), ("Softmin(1)", nn.Softmin(0)),
        ("GLU()", nn.GLU()), ("PReLU()", nn.PReLU()), ("PReLU(4)", nn.PReLU(4)), ("RReLU(0.3, 0.3)", nn.RReLU(0.3, 0.3)),
        ("Maxout(2)", Function(lambda x: x.unflatten(-1, (-1, 2)).amax(-1))), ("Identity()", nn.Identity()),
    ]:
        yield "nn." + lua, layer, [row], {}

    yield "nn.MaxPool1d(2)", nn.MaxPool1d(2), [(2, 2, 5)], {}
    yield "nn.MaxPool2d(2, {stride = 1, padding = 1})", nn.MaxPool2d(2, 1, 1), [(1, 2, 3, 3)], {}
    yield "nn.MaxPool3d(2)", nn.MaxPool3d(2), [(1, 1, 2, 4, 2)], {}
    yield "nn.AvgPool1d(2, {ceil_mode = true})", nn.AvgPool1d(2, ceil_mode=True), [(2, 2, 5)], {}
    yield ("nn.AvgPool2d(3, {padding = 1, count_include_pad = false})",
           nn.AvgPool2d(3, padding=1, count_include_pad=False), [(1, 2, 4, 4)], {})
    yield "nn.AvgPool3d(2)", nn.AvgPool3d(2), [(1, 1, 2, 4, 2)], {}
    yield "nn.AdaptiveAvgPool1d(3)", nn.AdaptiveAvgPool1d(3), [(2, 2, 5)], {}
    yield "nn.AdaptiveAvgPool2d({2, 3})", nn.AdaptiveAvgPool2d((2, 3)), [(1, 2, 3, 5)], {}
    yield "nn.AdaptiveAvgPool3d(1)", nn.AdaptiveAvgPool3d(1), [(1, 2, 2, 3, 2)], {}
    yield "nn.AdaptiveMaxPool1d(2)", nn.AdaptiveMaxPool1d(2), [(2, 2, 5)], {}
    yield "nn.AdaptiveMaxPool2d(2)", nn.AdaptiveMaxPool2d(2), [(1, 2, 3, 5)], {}
    yield "nn.AdaptiveMaxPool3d(1)", nn.AdaptiveMaxPool3d(1), [(1, 2, 2, 3, 2)], {}
    yield "nn.GlobalAvgPool()", Function(lambda x: x.mean((2, 3))), [image], {}
    yield "nn.GlobalMaxPool()", Function(lambda x: x.amax((2, 3))), [image], {}
    yield "nn.GlobalSumPool()", Function(lambda x: x.sum((2, 3))), [image], {}

    small = (1, 2, 2, 3)
    yield "nn.Upsample{scale_factor = 2}", nn.Upsample(scale_factor=2), [small], {}
    yield 'nn.Upsample{size = 5, mode = "linear"}', nn.Upsample(5, mode="linear"), [(1, 2, 3)], {}
    for corners in (False, True):
        word = str(corners).lower()
        yield (f'nn.Upsample{{size = {{3, 5}}, mode = "bilinear", align_corners = {word}}}',
               nn.Upsample((3, 5), mode="bilinear", align_corners=corners), [small], {})
        yield (f'nn.Upsample{{scale_factor = 2, mode = "bicubic", align_corners = {word}}}',
               nn.Upsample(scale_factor=2, mode="bicubic", align_corners=corners), [small], {})
    yield "nn.PixelShuffle(2)", nn.PixelShuffle(2), [(1, 4, 2, 3)], {}
    yield "nn.PixelUnshuffle(2)", nn.PixelUnshuffle(2), [(1, 1, 2, 4)], {}
    yield "nn.Flatten()", nn.Flatten(), [(2, 3, 2)], {}
    yield "nn.Flatten(1, 2)", nn.Flatten(0, 1), [(2, 3, 2)], {}
    yield "nn.Unflatten(2, {2, -1})", nn.Unflatten(1, (2, 2)), [row], {}
    yield "nn.Reshape(2, -1)", nn.Unflatten(1, (2, 2)), [row], {}
    for stem in ("ZeroPad", "ReflectionPad", "ReplicationPad", "CircularPad"):
        yield f"nn.{stem}1d(1)", getattr(nn, stem + "1d")(1), [(1, 2, 3)], {}
        yield f"nn.{stem}2d{{1, 0, 1, 1}}", getattr(nn, stem + "2d")((1, 0, 1, 1)), [small], {}
        if stem != "CircularPad":
            yield f"nn.{stem}3d(1)", getattr(nn, stem + "3d")(1), [(1, 1, 2, 2, 2)], {}
    yield "nn.CircularPad3d(1)", nn.CircularPad3d(1), [(1, 1, 1, 2, 2)], {}
    yield "nn.ConstantPad1d(1, 0.5)", nn.ConstantPad1d(1, 0.5), [(1, 2, 3)], {}
    yield "nn.ConstantPad2d(1, 0.5)", nn.ConstantPad2d(1, 0.5), [small], {}
    yield "nn.ConstantPad3d({0, 1, 1, 0, 1, 1}, 0.5)", nn.ConstantPad3d((0, 1, 1, 0, 1, 1), 0.5), [(1, 1, 1, 2, 2)], {}

    yield "nn.WeightNorm(nn.Linear(4, 3))", WeightNorm(4, 3), [row], {"names": ["module.bias", "g", "module.weight"]}
    yield "nn.WeightNorm(nn.Conv1d(2, 3, 2), {dim = 2})", parametrizations.weight_norm(
        nn.Conv1d(2, 3, 2), dim=1), [(2, 2, 3)], {"names": ["module.bias", "g", "module.weight"]}
    yield "nn.MinibatchDiscrimination(3, 2, 2)", MinibatchDiscrimination(3, 2, 2), [(4, 3)], {}
    yield "nn.MinibatchStdDev()", Function(lambda x: minibatch_std_dev(x, 4, 1)), [(4, 2, 2, 2)], {}
    yield "nn.MinibatchStdDev{group = 2, channels = 2}", Function(lambda x: minibatch_std_dev(x, 2, 2)), [
        (4, 4, 3)], {}
    yield "nn.MinibatchStdDev{group = 8}", Function(lambda x: minibatch_std_dev(x, 3, 1)), [(3, 4)], {}
    yield "nn.GradientReversal(0.7)", Function(lambda x: Reversed.apply(x.sin(), 0.7)), [row], {
        "wrap": "nn.Sequential(nn.Sine(), %s)"}

    yield "nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2))", nn.Sequential(
        nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 2)), [row], {
        "names": ["1.weight", "1.bias", "3.weight", "3.bias"]}
    yield "nn.Residual(nn.Linear(4, 4), {scale = 0.5})", Residual(nn.Linear(4, 4), nn.Identity(), 0.5), [row], {}
    yield "nn.Residual(nn.Linear(4, 2), {shortcut = nn.Linear(4, 2)})", Residual(
        nn.Linear(4, 2), nn.Linear(4, 2), 1), [row], {}
    yield "nn.Concat(nn.Linear(4, 2), nn.Tanh())", Branches(nn.Linear(4, 2), nn.Tanh(), dim=1), [row], {
        "names": ["1.weight", "1.bias"]}
    yield "nn.Concat{nn.ReLU(), nn.Tanh(), dim = -1}", Branches(nn.ReLU(), nn.Tanh(), dim=-1), [(1, 2, 3)], {}

    inner = "nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.2), nn.Linear(4, 2))"
    names = ["member." + name for name in ("1.weight", "1.bias", "3.weight", "3.bias")]
    perceptron = nn.Sequential(nn.Linear(3, 4), nn.LeakyReLU(0.2), nn.Linear(4, 2))
    yield f"nn.Ensemble({inner}, 2)", Ensemble(perceptron, 2), [(2, 3, 3)], {"names": names}
    yield (f"nn.Ensemble(function() return {inner} end, 2, {{shared = true}})",
           Ensemble(perceptron, 2, shared=True), [(3, 3)], {"names": names})
    yield "nn.Ensemble(nn.Sequential(nn.Conv2d(1, 2, 2), nn.Flatten(), nn.Concat(nn.ReLU(), nn.Softmax())), 2)", Ensemble(
        nn.Sequential(nn.Conv2d(1, 2, 2), nn.Flatten(), Branches(nn.ReLU(), nn.Softmax(-1), dim=1)), 2), [
        (2, 1, 1, 3, 3)], {"names": ["member.1.weight", "member.1.bias"]}
    yield "nn.Ensemble{nn.Residual(nn.Linear(2, 2)), nn.Residual(nn.Linear(2, 2))}", Ensemble(
        Residual(nn.Linear(2, 2), nn.Identity(), 1), 2), [(2, 3, 2)], {
        "names": ["member.block.weight", "member.block.bias"]}
    yield "nn.Ensemble(nn.GroupNorm(1, 2), 2)", Ensemble(nn.GroupNorm(1, 2), 2), [(2, 2, 2, 2)], {
        "names": ["member.weight", "member.bias"]}


def numbers(tensor):
    """A table of the elements; an empty one for no tensor, and for zeros."""
    if tensor is None or not tensor.any():
        return "{}"
    return "{ " + ", ".join(repr(v) for v in tensor.detach().reshape(-1).tolist()) + " }"


def integers(values):
    return "{ " + ", ".join(map(str, values)) + " }"


def case(lua, layer, inputs, options):
    layer.train(not options.get("eval", False))
    values, shown = [], []
    for n, given in enumerate(inputs, 1):
        if isinstance(given, list):
            values.append(torch.tensor(given))
            shown.append("{ labels = " + integers(label + 1 for label in given) + " }")
        else:
            values.append(wave(given, 0.9, n, 1.2).requires_grad_())
            shown.append(integers(given))
    parameters = list(layer.parameters())
    names = options.get("names", [name for name, _ in layer.named_parameters()])
    assert len(names) == len(parameters), (lua, names, len(parameters))
    buffers = [(n, b) for n, b in layer.named_buffers() if b.is_floating_point()]
    slots = options.get("buffers", [name for name, _ in buffers])
    with torch.no_grad():
        for n, p in enumerate(parameters, 1):
            p.copy_(wave(p.shape, 0.9, 10 + n, 0.6))
        for n, (_, b) in enumerate(buffers, 1):
            b.copy_(wave(b.shape, 0.9, 20 + n, 0.6).abs() + 0.3)
    wanted = [v for v in values if v.is_floating_point()] + parameters
    y = layer(*values)
    loss = (y * wave(y.shape, 0.7, 0.3)).sum()
    first = torch.autograd.grad(loss, wanted, create_graph=True, allow_unused=True)
    probe = sum((g * wave(g.shape, 0.5, n)).sum() for n, g in enumerate(first, 1) if g is not None)
    second = [None] * len(wanted)
    if probe.requires_grad:
        try:
            second = torch.autograd.grad(probe, wanted, allow_unused=True)
        except RuntimeError as error:
            # PyTorch has no second derivative of some piecewise linear functions.
            assert "not implemented" in str(error), error
            second = None
    fields = [
        f"layer = {repr(options.get('wrap', '%s') % lua)}", "inputs = { " + ", ".join(shown) + " }",
        "parameters = { " + ", ".join(f'"{name}"' for name in names) + " }",
        "size = " + integers(y.shape), "value = " + numbers(y),
        "first = { " + ", ".join(map(numbers, first)) + " }",
    ]
    if second:
        fields.append("second = { " + ", ".join(map(numbers, second)) + " }")
    if slots:
        fields.append("buffers = { " + ", ".join(f'"{name}"' for name in slots) + " }")
        fields.append("after = { " + ", ".join(numbers(b) for _, b in buffers) + " }")
    if options.get("eval"):
        fields.append("eval = true")
    return "  {\n" + "".join(f"    {field},\n" for field in fields) + "  },"


def main():
    cases = [case(*row) for row in listing()]
    head = "-- Written by Scripts/golden_layers.py: layers' values and derivatives, by PyTorch in float64.\nreturn {\n"
    TARGET.write_text(head + "\n".join(cases) + "\n}\n")
    print(len(cases), "cases")


if __name__ == "__main__":
    main()
