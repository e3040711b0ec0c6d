"""Writes Tests/PenumbraTensorTests/Fixtures/printing.txt: tensors and PyTorch's text of their elements.

A case is a line `case dtype shape options`, a line with the values (`list ...` or `range start step`) and
the text's lines, each after `|`.
"""
import pathlib
import random

import torch

path = pathlib.Path(__file__).parent.parent / "Tests/PenumbraTensorTests/Fixtures/printing.txt"
lines = []
random.seed(1)
nan, inf = float("nan"), float("inf")


def case(dtype, shape, values, **options):
    if isinstance(values, tuple):
        start, step = values
        n = 1
        for extent in shape:
            n *= extent
        numbers = [start + step * i for i in range(n)]
        source = f"range {start!r} {step!r}"
    else:
        numbers = values
        source = "list " + " ".join(repr(v) for v in values)
    x = torch.tensor(numbers, dtype=torch.float64 if "f" in dtype[:1] else torch.int64)
    x = x.to(getattr(torch, dtype)).reshape(shape)
    torch.set_printoptions(profile="default", sci_mode=None)
    torch.set_printoptions(**options)
    text = torch._tensor_str._tensor_str(x, len("tensor("))
    torch.set_printoptions(profile="default", sci_mode=None)
    flags = " ".join(f"{k}={v}" for k, v in options.items())
    lines.append(f"case {dtype} {','.join(map(str, shape)) or '-'} {flags}".strip())
    lines.append(source)
    lines.extend("|" + line.replace("True", "true").replace("False", "false") for line in text.split("\n"))


F = "float32"
for value in [0.0, -0.0, 1.0, -1.5, 3.14159265, 1e-7, 1e8, 1e9, 12345678.9, 0.1, nan, inf, -inf, 99999.5]:
    case(F, [], [value])
    case("float64", [], [value])
for values in [
    [0, 0], [1, -20, 300], [1, 1001], [1, 1000], [0.001, 1000.5], [0.5, 500.5], [1e-4, 0.05], [9e-5, 0.05],
    [nan, 1], [nan, inf, 0], [nan, -inf, 1.5, -2], [inf, 1e9], [1e8, 1], [1e8, 2e8], [1.5e8, 0.5], [0.99995, 2],
    [0, 1e-5], [-0.0, 0.25], [123456, 7], [0.1 + 0.2, 1 / 3], [1e30, nan], [5e-45, 1e-44], [2.5, -2.5, 1e3],
]:
    case(F, [len(values)], values)
    case("float64", [len(values)], values)
for shape in [[30], [2, 15], [3, 2, 7], [2, 2, 2, 3], [1, 1], [7, 1], [1001], [1000], [40, 30], [9, 9, 13], [7, 8, 9, 10]]:
    case(F, shape, (0, 1))
    case(F, shape, (-3.25, 0.37))
    case("int64", shape, (-5, 7))
    n = min(24, 10**9)
for values in [[0], [1, -1], [2**62, -5], [10, 200, 3000]]:
    case("int64", [len(values)], values)
case("uint8", [2, 3], [0, 1, 2, 100, 200, 255])
case("bool", [2, 3], [0, 1, 1, 0, 0, 1])
case("bool", [2], [1, 1])
case("bool", [], [1])
for options in [
    dict(precision=2), dict(precision=0), dict(precision=8), dict(linewidth=40), dict(linewidth=120), dict(sci_mode=True),
    dict(sci_mode=False), dict(threshold=5), dict(threshold=5, edgeitems=2), dict(threshold=5, edgeitems=1, precision=6),
]:
    case(F, [3, 8], (-3.25, 0.37), **options)
    case("float64", [2, 4], [0.5, 1e-3, 2e4, -7, 0, nan, 1e-9, 3], **options)
    case(F, [8], (1, 1), **options)
path.parent.mkdir(exist_ok=True)
path.write_text("\n".join(lines) + "\n")
print(sum(line.startswith("case") for line in lines), "cases,", path.stat().st_size, "bytes")
