#!/usr/bin/env python3
"""Writes Tests/PenumbraBlurTests/Fixtures/signals.txt: signal filters of SciPy and PyTorch in float64.

    python3 Scripts/golden_blur.py        (needs SciPy and PyTorch; the output is committed)

A line `x SHAPE VALUES` is an input of the cases after it. A line `FILTER BORDER SIGMAS VALUES` is the
filtered input, with one sigma for all axes or one for each, `a,b`; filters may have an option, as
`gaussian/4` (truncate). A line `gradient BORDER SIGMA DSIGMA D2SIGMA VALUES` has the first and second
derivatives with respect to sigma, and the first with respect to x, of sum(w * y^2) for Gaussian blur, with
w = 1, -1, 1, ... in the input's order.
"""

import pathlib

import numpy as np
import scipy.fft
import scipy.linalg
import scipy.ndimage
import scipy.optimize
import torch
import torch.nn.functional as F

TARGET = pathlib.Path(__file__).parent.parent / "Tests/PenumbraBlurTests/Fixtures/signals.txt"
MODES = {
    "reflect": "mirror", "replicate": "nearest", "circular": "wrap", "zero": "constant",
    "symmetric": "reflect", "renormalised": "constant",
}
SHAPES = [(2, 1, 11), (1, 1, 6, 5), (2, 2, 3, 4), (1, 1, 4, 2, 3)]
lines = []


def shown(values):
    return " ".join(repr(float(v)) for v in np.ravel(values))


def case(name, border, sigmas, values):
    lines.append(f"{name} {border} {','.join(repr(s) for s in sigmas)} {shown(values)}")


def each_axis(x, sigmas, along):
    """Applies along(x, axis, sigma) to every axis after the first two."""
    sigmas = sigmas if len(sigmas) > 1 else sigmas * (x.ndim - 2)
    for axis, sigma in zip(range(2, x.ndim), sigmas):
        x = along(x, axis, sigma)
    return x


def extended(x, axis, border, along):
    y = along(x, axis, MODES[border])
    return y / along(np.ones_like(x), axis, MODES[border]) if border == "renormalised" else y


def gaussian(x, border, sigmas, truncate):
    def along(x, axis, sigma):
        return extended(
            x, axis, border,
            lambda x, axis, mode: scipy.ndimage.gaussian_filter1d(x, sigma, axis, mode=mode, truncate=truncate))
    return each_axis(x, sigmas, along)


def box_weights(sigma):
    """(f, 1, ..., 1, f) of the first length that can reach the variance, f by bisection."""
    for j in range(1000):
        k = np.arange(-j - 1, j + 2)

        def excess(f):
            w = np.where(abs(k) <= j, 1.0, f)
            return (w * k**2).sum() / w.sum() - sigma**2
        if excess(1.0) >= 0:
            w = np.where(abs(k) <= j, 1.0, scipy.optimize.brentq(excess, 0, 1, xtol=1e-16, rtol=1e-15))
            return w / w.sum()


def binomial_weights(sigma):
    whole = int(2 * sigma**2)
    a = (sigma**2 - whole / 2) / 2
    w = np.array([a, 1 - 2 * a, a])
    for _ in range(whole):
        w = np.convolve(w, [0.25, 0.5, 0.25])
    return w


def weighted(weights):
    def apply(x, border, sigmas):
        def along(x, axis, sigma):
            w = weights(sigma)
            return extended(
                x, axis, border, lambda x, axis, mode: scipy.ndimage.correlate1d(x, w, axis, mode=mode))
        return each_axis(x, sigmas, along)
    return apply


def along_matrix(x, axis, matrix):
    return np.moveaxis(np.tensordot(matrix, x, (1, axis)), 0, axis)


def heat_lattice(x, sigmas):
    """By the matrix exponential of the neighbours' Laplacian whose ends let nothing through."""
    def along(x, axis, sigma):
        n = x.shape[axis]
        laplacian = -2 * np.eye(n) + np.eye(n, k=1) + np.eye(n, k=-1)
        laplacian[0, 0] += 1
        laplacian[-1, -1] += 1
        return along_matrix(x, axis, scipy.linalg.expm(sigma**2 / 2 * laplacian))
    return each_axis(x, sigmas, along)


def heat_continuous(x, sigmas):
    def along(x, axis, sigma):
        n = x.shape[axis]
        shape = [1] * x.ndim
        shape[axis] = n
        fading = np.exp(-(sigma * np.pi * np.arange(n) / n) ** 2 / 2).reshape(shape)
        return scipy.fft.idct(scipy.fft.dct(x, axis=axis) * fading, axis=axis)
    return each_axis(x, sigmas, along)


def pooled(x, axis, k, mode):
    """PyTorch's average pooling and interpolation along one axis."""
    if k == 1:
        return x
    y = torch.from_numpy(np.moveaxis(x, axis, -1).copy())
    n, lead = y.shape[-1], y.shape[:-1]
    y = F.avg_pool1d(y.reshape(1, -1, n), k, ceil_mode=True, count_include_pad=False)
    options = dict(align_corners=False) if mode == "linear" else {}
    y = F.interpolate(y, scale_factor=k, mode=mode, **options)[..., :n]
    return np.moveaxis(y.reshape(*lead, n).numpy(), -1, axis)


def mixed(x, sigmas, variance, rung):
    """Between the two rungs whose variances enclose sigma^2."""
    def along(x, axis, sigma):
        j = 0
        while variance(j + 1) <= sigma**2 + 1e-14:
            j += 1
        a = (sigma**2 - variance(j)) / (variance(j + 1) - variance(j))
        return (1 - a) * rung(x, axis, j) + a * rung(x, axis, j + 1)
    return each_axis(x, sigmas, along)


def pyramid_rung(x, axis, level):
    weights = np.array([1, 4, 6, 4, 1]) / 16
    sizes = []
    for _ in range(level):
        sizes.append(x.shape[axis])
        if x.shape[axis] > 1:
            x = scipy.ndimage.correlate1d(x, weights, axis, mode="mirror")
            x = np.take(x, range(0, x.shape[axis], 2), axis)
    for size in reversed(sizes):
        if size > 1:
            shape = list(x.shape)
            shape[axis] = size
            stuffed = np.zeros(shape)
            np.moveaxis(stuffed, axis, 0)[::2] = np.moveaxis(x, axis, 0)
            x = scipy.ndimage.correlate1d(stuffed, 2 * weights, axis, mode="mirror")
    return x


def torch_gradients(x, border, value):
    """Derivatives of PyTorch's convolutions of a padded image with weights that depend on sigma."""
    modes = {"reflect": "reflect", "replicate": "replicate", "circular": "circular", "zero": "constant"}
    x = torch.from_numpy(x.copy()).requires_grad_()
    sigma = torch.tensor(value, dtype=torch.float64, requires_grad=True)
    r = int(3 * value + 0.5)
    taps = torch.exp(-torch.arange(-r, r + 1, dtype=torch.float64) ** 2 / (2 * sigma**2))
    taps = taps / taps.sum()
    y = F.conv2d(F.pad(x, (0, 0, r, r), mode=modes[border]), taps.view(1, 1, -1, 1))
    y = F.conv2d(F.pad(y, (r, r, 0, 0), mode=modes[border]), taps.view(1, 1, 1, -1))
    signs = torch.tensor([1.0, -1.0] * y.numel(), dtype=torch.float64)[: y.numel()].view(y.shape)
    loss = (signs * y**2).sum()
    first, dx = torch.autograd.grad(loss, (sigma, x), create_graph=True)
    second, = torch.autograd.grad(first, sigma)
    lines.append(f"gradient {border} {value!r} {first.item()!r} {second.item()!r} {shown(dx.detach())}")


def main():
    random = np.random.default_rng(7)
    for shape in SHAPES:
        x = random.normal(size=shape).round(3)
        lines.append(f"x {','.join(map(str, shape))} {shown(x)}")
        is_image = shape == (1, 1, 6, 5)
        for border in MODES:
            for sigmas in [(0.6,), (1.3,)] + [(0.8, 2.3), (4.0,)] * is_image:
                case("gaussian/3", border, sigmas, gaussian(x, border, sigmas, 3.0))
            if is_image:
                case("gaussian/4.5", border, (1.1,), gaussian(x, border, (1.1,), 4.5))
            for sigmas in [(1.3,)] + [(0.4,), (0.9, 3.1)] * is_image:
                case("box", border, sigmas, weighted(box_weights)(x, border, sigmas))
                case("binomial", border, sigmas, weighted(binomial_weights)(x, border, sigmas))
        for sigmas in [(1.3,)] + [(0.2,), (0.9, 8.0)] * is_image:
            case("heat/lattice", "-", sigmas, heat_lattice(x, sigmas))
            case("heat/continuous", "-", sigmas, heat_continuous(x, sigmas))
        for sigmas in [(1.0,)] + [(0.3,), (0.5**0.5, 1.5)] * is_image:
            case("average_pool/nearest", "-", sigmas, mixed(
                x, sigmas, lambda j: ((j + 1) ** 2 - 1) / 6, lambda x, a, j: pooled(x, a, j + 1, "nearest")))
            case("average_pool/linear", "-", sigmas, mixed(
                x, sigmas, lambda j: (j + 1) ** 2 // 4, lambda x, a, j: pooled(x, a, j + 1, "linear")))
            case("pyramid", "-", sigmas, mixed(x, sigmas, lambda j: 2 * (4**j - 1) / 3, pyramid_rung))
        if is_image:
            case("pyramid", "-", (2.0, 4.0), mixed(x, (2.0, 4.0), lambda j: 2 * (4**j - 1) / 3, pyramid_rung))
            for border in ["reflect", "replicate", "circular", "zero"]:
                torch_gradients(x, border, 1.1)
    TARGET.write_text("\n".join(lines) + "\n")


main()
