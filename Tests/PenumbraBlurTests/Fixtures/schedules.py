#!/usr/bin/env python3
"""Writes ../TorchScheduleGolden.swift: what PyTorch's learning-rate schedulers give.

    python3 Tests/PenumbraBlurTests/Fixtures/schedules.py     (needs PyTorch; the output is committed)
"""

import pathlib
import random

import torch
from torch.optim import lr_scheduler as lrs

TARGET = pathlib.Path(__file__).parent.parent / "TorchScheduleGolden.swift"


def run(make, steps, lr=0.8):
    """The rates of epochs 0 to `steps` − 1."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=lr)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


def plateau(losses, **settings):
    """The rates after each loss."""
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.8)
    scheduler = lrs.ReduceLROnPlateau(optimizer, **settings)
    rates = []
    for loss in losses:
        scheduler.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    return rates


def swift(numbers):
    rows, row = [], "   "
    for number in numbers:
        text = repr(float(number)).replace("e-0", "e-")
        if len(row) + len(text) + 2 > 98:
            rows.append(row)
            row = "   "
        row += f" {text},"
    return "\n".join(rows + [row])


CASES = {
    "linear": run(lambda o: lrs.LinearLR(o, start_factor=1.0, end_factor=0.25, total_iters=9), 13),
    "warmUp": run(lambda o: lrs.LinearLR(o, start_factor=0.25, end_factor=1.0, total_iters=6), 9),
    "cosine": run(lambda o: lrs.CosineAnnealingLR(o, T_max=11, eta_min=0.05), 12),
    "restarts": run(lambda o: lrs.CosineAnnealingWarmRestarts(o, T_0=5, eta_min=0.1), 17),
    "growingRestarts": run(
        lambda o: lrs.CosineAnnealingWarmRestarts(o, T_0=3, T_mult=3, eta_min=0.1), 45
    ),
    "power": run(lambda o: lrs.PolynomialLR(o, total_iters=8, power=1.7), 11),
    "step": run(lambda o: lrs.StepLR(o, step_size=4, gamma=0.3), 15),
    "exponential": run(lambda o: lrs.ExponentialLR(o, gamma=0.9), 12),
    "multiStep": run(lambda o: lrs.MultiStepLR(o, milestones=[3, 5, 11], gamma=0.1), 14),
    "triangular": run(
        lambda o: lrs.CyclicLR(o, 0.1, 0.9, step_size_up=4, step_size_down=6, cycle_momentum=False), 27
    ),
    "triangularHalf": run(
        lambda o: lrs.CyclicLR(o, 0.1, 0.9, step_size_up=5, mode="triangular2", cycle_momentum=False), 33
    ),
    "triangularExponential": run(
        lambda o: lrs.CyclicLR(
            o, 0.1, 0.9, step_size_up=5, mode="exp_range", gamma=0.97, cycle_momentum=False
        ),
        24,
    ),
    "oneCycle": run(lambda o: lrs.OneCycleLR(o, 2.0, total_steps=40, cycle_momentum=False), 40),
    "oneCycleLinear": run(
        lambda o: lrs.OneCycleLR(
            o, 2.0, total_steps=25, pct_start=0.4, anneal_strategy="linear", div_factor=10,
            final_div_factor=100, cycle_momentum=False,
        ),
        25,
    ),
    "oneCycleThree": run(
        lambda o: lrs.OneCycleLR(
            o, 2.0, total_steps=30, pct_start=0.35, three_phase=True, cycle_momentum=False
        ),
        30,
    ),
    "sequence": run(
        lambda o: lrs.SequentialLR(
            o,
            [lrs.ConstantLR(o, factor=0.5, total_iters=100), lrs.ExponentialLR(o, gamma=0.8)],
            milestones=[4],
        ),
        9,
    ),
}

random.seed(5)
LOSSES = [round(3 * 0.9**k + random.gauss(0, 0.25), 3) for k in range(60)]
PLATEAUS = {
    "plateau": plateau(LOSSES, factor=0.5, patience=3),
    "plateauAbsolute": plateau(
        LOSSES, factor=0.3, patience=1, threshold=0.2, threshold_mode="abs", cooldown=4, min_lr=0.01
    ),
    "plateauMax": plateau(LOSSES, mode="max", factor=0.7, patience=5, threshold=0.05),
    "plateauMaxAbsolute": plateau(
        LOSSES, mode="max", factor=0.7, patience=2, threshold=0.1, threshold_mode="abs", cooldown=1
    ),
}


def main():
    text = '/// Reference values from PyTorch; written by Fixtures/schedules.py.\n\nenum TorchScheduleGolden {\n'
    for name, rates in {**CASES, "losses": LOSSES, **PLATEAUS}.items():
        text += f"  static let {name}: [Double] = [\n{swift(rates)}\n  ]\n"
    TARGET.write_text(text + "}\n")


main()
