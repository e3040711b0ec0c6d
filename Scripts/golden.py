#!/usr/bin/env python3
"""Writes Tests/PenumbraTensorTests/Fixtures/golden.txt: what PyTorch computes for each tensor operation.

    python3 Scripts/golden.py        (needs PyTorch; float64 throughout; the output is committed)

A case is a line `case <operation> <variant>` and what belongs to it: parameters, inputs (dtype, layout,
shape, values), outputs and, for floats, derivatives. With weights w_k = cos(0.7 k + 0.3) over the outputs
(k counts on through all of them), the first derivatives g are those of sum(w out); with weights
v_k = sin(1.3 k + 0.4) over the inputs, the second derivatives h are those of sum(v g). `smooth` marks
cases where finite differences hold too. The names are those of the Swift methods.
"""

import pathlib

from goldencases import elementwise, fixture, structure

TARGET = pathlib.Path(__file__).parent.parent / "Tests/PenumbraTensorTests/Fixtures/golden.txt"
GROUPS = [
    elementwise.unary_cases, elementwise.activation_cases, elementwise.binary_cases, elementwise.scalar_cases,
    elementwise.comparison_cases, structure.reduction_cases, structure.view_cases, structure.indexing_cases,
    structure.matrix_cases, structure.loss_cases, structure.creation_cases,
]


def main():
    for group in GROUPS:
        group()
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("\n".join(fixture.LINES) + "\n")
    count = sum(line.startswith("case ") for line in fixture.LINES)
    print(f"{count} cases, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
