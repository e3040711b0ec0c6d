"""Writes ../SciPyGolden.swift: Gaussian filters of SciPy, and quantiles, in float64.

Run from anywhere: python3 generate.py
"""

from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.special import ive, ndtri

HEADER = """/// Reference values from SciPy; written by Fixtures/generate.py.

enum SciPyGolden {
"""

MODES = {"reflect": "mirror", "replicate": "nearest", "circular": "wrap", "zero": "constant"}
CASES = [(0.6, 0.6, 4.0), (1.5, 1.5, 3.0), (0.8, 2.3, 3.0), (4.0, 4.0, 3.0)]


def wrapped(name, values, kind="[Double]", indent="  "):
    lines, line = [], indent + " "
    for value in values:
        item = f" {value!r},"
        if len(line) + len(item) > 100:
            lines.append(line)
            line = indent + " "
        line += item
    lines.append(line)
    return f"{indent}static let {name}: {kind} = [\n" + "\n".join(lines) + f"\n{indent}]\n"


def main():
    image = np.random.default_rng(7).normal(size=(6, 5))
    text = HEADER + "  /// Height 6, width 5.\n" + wrapped("image", image.ravel().tolist())
    text += """
  struct Case {
    let border: String
    let sigmas: (y: Double, x: Double)
    let truncate: Double
    let blurred: [Double]
  }

  static let cases: [Case] = [
"""
    for border, mode in MODES.items():
        for y, x, truncate in CASES:
            result = gaussian_filter(image, (y, x), mode=mode, cval=0.0, truncate=truncate)
            body = wrapped("", result.ravel().tolist(), indent="      ").split("\n")[1:-2]
            text += f'    Case(\n      border: "{border}", sigmas: ({y}, {x}), truncate: {truncate},\n'
            text += "      blurred: [\n" + "\n".join(body) + "\n      ]),\n"
    text += "  ]\n\n  /// exp(-t) I_k(t) for k = 0, ..., 5.\n  static let heat: [(t: Double, weights: [Double])] = [\n"
    for t in [1e-4, 0.3, 2.25, 100.0]:
        weights = ",\n        ".join(repr(float(ive(k, t))) for k in range(6))
        text += f"    (\n      {t!r},\n      [\n        {weights},\n      ]\n    ),\n"
    text += "  ]\n\n  static let quantiles: [(p: Double, x: Double)] = [\n"
    for p in [1e-300, 1e-20, 1e-9, 0.001, 0.07, 0.08, 0.3, 0.5, 0.6, 0.924, 0.926, 0.999999]:
        text += f"    ({p!r}, {float(ndtri(p))!r}),\n"
    text += "  ]\n}\n"
    Path(__file__).parent.parent.joinpath("SciPyGolden.swift").write_text(text)


main()
