#!/usr/bin/env python3
"""Writes Tests/PenumbraTensorTests/Fixtures/golden/*.txt: what PyTorch computes for each tensor operation.

    python3 Scripts/golden.py [GROUP...]     (needs PyTorch; float64 throughout; the output is committed)

A group is a module of Scripts/goldencases whose `cases()` records them; each has a file of its own.
A case is a line `case <operation> <variant>` and what belongs to it: parameters, inputs (dtype, layout,
shape, values), outputs and, for floats, derivatives. With weights w_k = cos(0.7 k + 0.3) over the outputs
(k counts on through all of them), the first derivatives g are those of sum(w out); with weights
v_k = sin(1.3 k + 0.4) over the inputs, the second derivatives h are those of sum(v g). `smooth` marks
cases where finite differences hold too. The names are those of the Swift methods.
"""

import importlib
import pathlib
import sys

from goldencases import fixture

FOLDER = pathlib.Path(__file__).parent.parent / "Tests/PenumbraTensorTests/Fixtures/golden"
GROUPS = [
    "elementwise", "structure", "pointwise", "arrangement", "ordering", "linear_algebra", "convolution",
    "normalization", "selection", "factors",
]


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    for group in sys.argv[1:] or GROUPS:
        fixture.LINES.clear()
        importlib.import_module("goldencases." + group).cases()
        target = FOLDER / f"{group}.txt"
        target.write_text("".join(line + "\n" for line in fixture.LINES))
        count = sum(line.startswith("case ") for line in fixture.LINES)
        print(f"{group}: {count} cases, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
