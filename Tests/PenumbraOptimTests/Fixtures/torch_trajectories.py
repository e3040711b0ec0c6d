"""Writes torch_trajectories.txt: 100 float64 steps of PyTorch's optimisers on a known gradient.

Run with a Python that has PyTorch, in this folder:  python torch_trajectories.py

The parameter starts at theta_i = 1 - i/4 (i = 0 ... 5), and at step t = 1, 2, ... its gradient is
set to g_i = (i + 1)/2 * theta_i + sin(0.3 t + i). Each line is: case, step, the six parameters.
"""

import math

import torch

CASES = {
    "sgd": (torch.optim.SGD, dict(lr=0.05)),
    "sgd_decay": (torch.optim.SGD, dict(lr=0.05, weight_decay=0.1)),
    "sgd_momentum": (torch.optim.SGD, dict(lr=0.02, momentum=0.9, dampening=0.3, weight_decay=0.01)),
    "sgd_nesterov": (torch.optim.SGD, dict(lr=0.02, momentum=0.8, nesterov=True)),
    "adam": (torch.optim.Adam, dict(lr=0.03)),
    "adam_gan": (torch.optim.Adam, dict(lr=0.02, betas=(0.5, 0.9), eps=1e-6, weight_decay=0.05)),
    "rmsprop": (torch.optim.RMSprop, dict(lr=0.01)),
    "rmsprop_momentum": (
        torch.optim.RMSprop,
        dict(lr=0.01, alpha=0.9, eps=1e-6, weight_decay=0.02, momentum=0.7),
    ),
    "rmsprop_centered": (torch.optim.RMSprop, dict(lr=0.01, alpha=0.95, momentum=0.5, centered=True)),
}
STEPS = [1, 2, 3, 10, 50, 100]

with open("torch_trajectories.txt", "w") as out:
    for name, (make, options) in CASES.items():
        theta = torch.tensor([1 - i / 4 for i in range(6)], dtype=torch.float64, requires_grad=True)
        optimizer = make([theta], **options)
        for t in range(1, 101):
            with torch.no_grad():
                values = theta.tolist()
                theta.grad = torch.tensor(
                    [(i + 1) / 2 * values[i] + math.sin(0.3 * t + i) for i in range(6)],
                    dtype=torch.float64,
                )
            optimizer.step()
            if t in STEPS:
                print(name, t, *(repr(v) for v in theta.tolist()), file=out)
