#!/usr/bin/env python3
"""Writes Tests/PenumbraMetricsTests/Fixtures/metrics.txt: figures of metrics by NumPy and SciPy, float64.

    python3 Scripts/golden_metrics.py        (needs NumPy and SciPy; the output is committed)

Samples are waves: element k of set s is 1.5 cos(0.7 k + s) + 0.3 cos(2.3 k + 0.5 s) for points in rows,
so that a test in another language makes the same ones. Each line is a name and its numbers.
Everything is written from the definitions, by other methods than the library's where there are some
(Fréchet by scipy.linalg.sqrtm, 1-D distances by scipy.stats).
"""

import pathlib

import numpy as np
import scipy.linalg
import scipy.spatial.distance
import scipy.special
import scipy.stats

TARGET = pathlib.Path(__file__).parent.parent / "Tests/PenumbraMetricsTests/Fixtures/metrics.txt"


def wave(n, d, s):
    k = np.arange(n * d)
    return (1.5 * np.cos(0.7 * k + s) + 0.3 * np.cos(2.3 * k + 0.5 * s)).reshape(n, d)


def distances(a, b):
    return scipy.spatial.distance.cdist(a, b)


def off_diagonal_mean(a):
    n = len(a)
    return (a.sum() - np.trace(a)) / (n * (n - 1))


def energy(x, y, unbiased):
    mean = off_diagonal_mean if unbiased else np.mean
    return 2 * distances(x, y).mean() - mean(distances(x, x)) - mean(distances(y, y))


def mmd(x, y, kernel, unbiased):
    mean = off_diagonal_mean if unbiased else np.mean
    return mean(kernel(x, x)) + mean(kernel(y, y)) - 2 * kernel(x, y).mean()


def gaussian(bandwidths):
    return lambda a, b: np.mean([np.exp(-(distances(a, b) ** 2) / (2 * h * h)) for h in bandwidths], axis=0)


def polynomial(degree, gamma, coef):
    return lambda a, b: (gamma * a @ b.T + coef) ** degree


def frechet(x, y):
    m1, m2, c1, c2 = x.mean(0), y.mean(0), np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    root = scipy.linalg.sqrtm(c1 @ c2)
    return ((m1 - m2) ** 2).sum() + np.trace(c1 + c2 - 2 * root.real)


def radii(x, k):
    return np.sort(distances(x, x), axis=1)[:, k]  # place 0 is the point itself


def neighbourhoods(real, fake, k):
    d = distances(real, fake)
    r, f = radii(real, k)[:, None], radii(fake, k)[None, :]
    return [
        (d <= r).any(0).mean(), (d <= f).any(1).mean(), (d < r).sum(0).mean() / k, (d.min(1) < r[:, 0]).mean(),
    ]


def parzen(samples, test, h):
    d = samples.shape[1]
    values = scipy.special.logsumexp(-(distances(test, samples) ** 2) / (2 * h * h), axis=1)
    values -= np.log(len(samples)) + d * np.log(h) + d / 2 * np.log(2 * np.pi)
    return [values.mean(), values.std(ddof=1) / np.sqrt(len(test))]


def sliced(x, y, directions, p):
    total = 0
    for v in directions:
        a, b = np.sort(x @ v), np.sort(y @ v)
        # Quantile functions on a grid that both sizes divide.
        n = np.lcm(len(a), len(b))
        total += (np.abs(np.repeat(a, n // len(a)) - np.repeat(b, n // len(b))) ** p).mean()
    return (total / len(directions)) ** (1 / p)


x, y = wave(40, 3, 1), 0.8 * wave(30, 3, 2) + 0.4
u, v = wave(25, 1, 3), 1.3 * wave(35, 1, 4) - 0.2
median = np.sort(scipy.spatial.distance.pdist(np.concatenate([x, y])))
median = median[len(median) // 2]
wide = wave(6, 9, 5)  # fewer points than dimensions: a singular covariance
wider = 0.7 * wave(8, 9, 6)
labels = np.arange(40) % 3
p, q = np.arange(1.0, 9), np.array([4.0, 0, 1, 7, 2, 2, 0, 9])

figures = {
    "energy_biased": energy(x, y, False),
    "energy_unbiased": energy(x, y, True),
    "energy_line_scipy_squared": scipy.stats.energy_distance(u[:, 0], v[:, 0]) ** 2,
    "wasserstein_line": scipy.stats.wasserstein_distance(u[:, 0], v[:, 0]),
    "wasserstein_line_2": sliced(u, v, np.ones((1, 1)), 2),
    "wasserstein_line_3": sliced(u, v, np.ones((1, 1)), 3),
    "mmd_gaussian_unbiased": mmd(x, y, gaussian([0.5, 1, 2]), True),
    "mmd_gaussian_biased": mmd(x, y, gaussian([0.5, 1, 2]), False),
    "mmd_median": mmd(x, y, gaussian(np.array([0.25, 0.5, 1, 2, 4]) * median), True),
    "mmd_polynomial_unbiased": mmd(x, y, polynomial(3, 1 / 3, 1), True),
    "mmd_polynomial_biased": mmd(x, y, polynomial(2, 0.5, 0.25), False),
    "frechet": frechet(x, y),
    "frechet_mean": x.mean(0),
    "frechet_covariance": np.cov(x, rowvar=False).ravel(),
    # On the span of the data the covariances are regular, and the formula's terms are those of the whole.
    "frechet_singular": None,
    "neighbourhoods_5": neighbourhoods(x, y, 5),
    "neighbourhoods_10": neighbourhoods(x, y, 10),
    "neighbourhoods_15": neighbourhoods(x, y, 15),
    "parzen_small": parzen(x, y, 0.2),
    "parzen_large": parzen(x, y, 0.7),
    "diversity": [scipy.spatial.distance.pdist(x[labels == c]).mean() for c in range(3)],
    "jensen_shannon": scipy.spatial.distance.jensenshannon(p, q) ** 2,
    "jensen_shannon_samples": scipy.spatial.distance.jensenshannon(
        *[np.histogramdd(z, bins=4, range=[(-3, 3)] * 3)[0].ravel() for z in (x, y)]) ** 2,
}


def precise_frechet(a, b):
    """The formula at 60 digits, by the eigenvalues of C1 C2."""
    import mpmath

    mpmath.mp.dps = 60
    def moments(z):
        z = mpmath.matrix(z.tolist())
        n, d = z.rows, z.cols
        mean = [mpmath.fsum(z[i, j] for i in range(n)) / n for j in range(d)]
        centred = mpmath.matrix(n, d)
        for i in range(n):
            for j in range(d):
                centred[i, j] = z[i, j] - mean[j]
        return mean, centred, n
    m1, z1, n1 = moments(a)
    m2, z2, n2 = moments(b)
    # tr (C1^½ C2 C1^½)^½ is the sum of singular values of z1 z2ᵀ, over √((n1−1)(n2−1)).
    s = mpmath.svd_r(z1 * z2.T, compute_uv=False)
    overlap = mpmath.fsum(s) / mpmath.sqrt((n1 - 1) * (n2 - 1))
    trace = mpmath.fsum(t * t for t in z1) / (n1 - 1) + mpmath.fsum(t * t for t in z2) / (n2 - 1)
    return float(mpmath.fsum((s - t) ** 2 for s, t in zip(m1, m2)) + trace - 2 * overlap)


figures["frechet_singular"] = precise_frechet(wide, wider)

TARGET.parent.mkdir(exist_ok=True, parents=True)
with TARGET.open("w") as file:
    for name, numbers in figures.items():
        file.write(" ".join([name] + [repr(float(z)) for z in np.ravel(numbers)]) + "\n")
