#!/usr/bin/env python3
"""Writes Tests/PenumbraOptimTests/Fixtures/torch_trajectories.txt: 100 float64 steps of PyTorch's optimisers.

    python3 Scripts/golden_optimisers.py        (needs PyTorch; the output is committed)

The parameter starts at theta_i = 1 - i/4 (i = 0 ... 5), and at step t = 1, 2, ... its gradient is set to
g_i = (i + 1)/2 * theta_i + sin(0.3 t + i). In the case `groups` its parts are groups. LBFGS minimises a
function of six variables: a quartic without line search, where that is well-conditioned (on Rosenbrock's
function PyTorch's own trajectories part by 1e-8 after a change of one unit in the last place), else
Rosenbrock's. The averages follow an SGD run. Each line is: case, step, the six parameters.
"""

import math
import pathlib

import torch

OPTIM = torch.optim
# NAdam keeps a product of momenta in the default dtype.
torch.set_default_dtype(torch.float64)
TARGET = pathlib.Path(__file__).parent.parent / "Tests/PenumbraOptimTests/Fixtures/torch_trajectories.txt"
CASES = {
    "sgd": (OPTIM.SGD, dict(lr=0.05)),
    "sgd_decay": (OPTIM.SGD, dict(lr=0.05, weight_decay=0.1)),
    "sgd_momentum": (OPTIM.SGD, dict(lr=0.02, momentum=0.9, dampening=0.3, weight_decay=0.01)),
    "sgd_nesterov": (OPTIM.SGD, dict(lr=0.02, momentum=0.8, nesterov=True)),
    "sgd_maximize": (OPTIM.SGD, dict(lr=0.004, momentum=0.5, weight_decay=0.1, maximize=True)),
    "adam": (OPTIM.Adam, dict(lr=0.03)),
    "adam_gan": (OPTIM.Adam, dict(lr=0.02, betas=(0.5, 0.9), eps=1e-6, weight_decay=0.05)),
    "adam_amsgrad": (OPTIM.Adam, dict(lr=0.02, betas=(0.8, 0.6), weight_decay=0.03, amsgrad=True)),
    "adam_maximize": (OPTIM.Adam, dict(lr=0.01, maximize=True)),
    "adamw": (OPTIM.AdamW, dict(lr=0.03)),
    "adamw_decay": (OPTIM.AdamW, dict(lr=0.03, betas=(0.7, 0.95), weight_decay=0.3)),
    "adamw_amsgrad": (OPTIM.AdamW, dict(lr=0.03, betas=(0.7, 0.6), weight_decay=0.1, amsgrad=True)),
    "adamax": (OPTIM.Adamax, dict()),
    "adamax_decay": (OPTIM.Adamax, dict(lr=0.03, betas=(0.8, 0.9), eps=1e-3, weight_decay=0.1)),
    "nadam": (OPTIM.NAdam, dict()),
    "nadam_decay": (OPTIM.NAdam, dict(lr=0.02, betas=(0.8, 0.9), weight_decay=0.1, momentum_decay=0.02)),
    "nadam_decoupled": (OPTIM.NAdam, dict(lr=0.02, weight_decay=0.2, decoupled_weight_decay=True)),
    "rmsprop": (OPTIM.RMSprop, dict(lr=0.01)),
    "rmsprop_momentum": (OPTIM.RMSprop, dict(lr=0.01, alpha=0.9, eps=1e-6, weight_decay=0.02, momentum=0.7)),
    "rmsprop_centered": (OPTIM.RMSprop, dict(lr=0.01, alpha=0.95, momentum=0.5, centered=True)),
    "adagrad": (OPTIM.Adagrad, dict(lr=0.1)),
    "adagrad_decay": (
        OPTIM.Adagrad,
        dict(lr=0.2, lr_decay=0.05, weight_decay=0.1, initial_accumulator_value=0.3, eps=1e-4),
    ),
    "adadelta": (OPTIM.Adadelta, dict()),
    "adadelta_decay": (OPTIM.Adadelta, dict(lr=0.7, rho=0.8, eps=1e-3, weight_decay=0.1)),
    "rprop": (OPTIM.Rprop, dict()),
    "rprop_options": (OPTIM.Rprop, dict(lr=0.05, etas=(0.4, 1.5), step_sizes=(1e-3, 0.1))),
}
LBFGS = {
    "lbfgs": dict(lr=0.1, max_iter=4),
    "lbfgs_short": dict(lr=0.2, max_iter=5, history_size=3),
    "lbfgs_wolfe": dict(max_iter=2, line_search_fn="strong_wolfe"),
    "lbfgs_wolfe_short": dict(
        lr=0.5, max_iter=3, max_eval=4, history_size=2, line_search_fn="strong_wolfe", tolerance_grad=1e-3
    ),
}
STEPS = [1, 2, 3, 10, 50, 100]


def start():
    return torch.tensor([1 - i / 4 for i in range(6)], dtype=torch.float64)


def gradient(theta, t):
    return torch.tensor(
        [(i + 1) / 2 * value + math.sin(0.3 * t + i) for i, value in enumerate(theta.tolist())],
        dtype=torch.float64,
    )


def quartic(theta):
    return (torch.arange(1, 7) / 2 * theta**2).sum() + ((theta[1:] - theta[:-1] - 1) ** 4).sum()


def rosenbrock(theta):
    return (10 * (theta[1:] - theta[:-1] ** 2) ** 2 + (1 - theta[:-1]) ** 2).sum()


def show(out, name, t, theta):
    if t in STEPS:
        print(name, t, *(repr(v) for v in theta.tolist()), file=out)


def grouped(out):
    """Two groups with settings of their own, one of which changes on the way; a third comes at step 20."""
    values = start()
    parts = [values[:2].clone(), values[2:5].clone(), values[5:].clone()]
    for part in parts:
        part.requires_grad_()
    groups = [dict(params=[parts[0]], lr=0.01), dict(params=[parts[1]], weight_decay=0.1, betas=(0.5, 0.9))]
    optimizer = OPTIM.Adam(groups, lr=0.03)
    for t in range(1, 101):
        if t == 20:
            optimizer.add_param_group(dict(params=[parts[2]], eps=1e-3))
        if t == 30:
            optimizer.param_groups[0]["lr"] = 0.005
        whole = torch.cat([part.detach() for part in parts])
        for part, slope in zip(parts, gradient(whole, t).split([2, 3, 1])):
            part.grad = slope
        optimizer.step()
        show(out, "groups", t, torch.cat([part.detach() for part in parts]))


def averaged(out):
    """AveragedModel: the mean of all, an exponential mean, and one that starts after ten steps."""
    model = torch.nn.Linear(5, 1, dtype=torch.float64)
    theta = start()
    average = OPTIM.swa_utils.AveragedModel
    means = {
        "average_swa": average(model),
        "average_ema": average(model, multi_avg_fn=OPTIM.swa_utils.get_ema_multi_avg_fn(0.9)),
    }
    for t in range(1, 101):
        theta -= 0.05 * gradient(theta, t)
        with torch.no_grad():
            model.weight.copy_(theta[:5])
            model.bias.copy_(theta[5:])
        for name, mean in means.items():
            mean.update_parameters(model)
            show(out, name, t, torch.cat([mean.module.weight.detach().flatten(), mean.module.bias.detach()]))


def main():
    with open(TARGET, "w") as out:
        for name, (make, options) in CASES.items():
            theta = start().requires_grad_()
            optimizer = make([theta], **options)
            for t in range(1, 101):
                theta.grad = gradient(theta.detach(), t)
                optimizer.step()
                show(out, name, t, theta.detach())
        for name, options in LBFGS.items():
            theta = (start() - 0.6).requires_grad_()
            optimizer = OPTIM.LBFGS([theta], **options)

            def closure():
                optimizer.zero_grad()
                loss = (rosenbrock if "wolfe" in name else quartic)(theta)
                loss.backward()
                return loss

            for t in range(1, 101):
                optimizer.step(closure)
                show(out, name, t, theta.detach())
        grouped(out)
        averaged(out)


if __name__ == "__main__":
    main()
