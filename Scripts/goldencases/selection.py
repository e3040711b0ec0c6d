"""Golden cases of parts written, choices, rounded quotients, and the one dimension of a scalar."""

import itertools

import torch

from goldencases.fixture import Input, case, integers, tensor

LAYOUTS = ["c", "t", "s", "n"]


def part_cases():
    for layout, (dim, index) in itertools.product(LAYOUTS, [(0, 0), (1, 2), (-1, -2), (0, -1)]):
        shape = [3, 2] if dim == 0 else [2, 3]
        case("selectScatter", f"{layout} {dim} {index}",
             [tensor(shape, layout=layout), tensor([2], seed=5, layout="s")],
             lambda x, s: x.select_scatter(s, dim, index), dim=dim, index=index)
    for dim, first, last, step in [(0, 0, -1, 1), (0, 1, 2, 1), (0, 0, 4, 2), (1, 1, 1, 1), (-1, 0, -2, 1),
                                   (0, 3, 1, 1), (0, -2, 90, 1), (0, -90, 1, 3), (0, 9, 9, 1)]:
        full = torch.zeros([5, 3])
        end = None if last == -1 else last + 1
        extents = list(full.transpose(0, dim)[first:end:step].transpose(0, dim).shape)
        for layout in ["c", "t"]:
            case("sliceScatter", f"{layout} {dim} {first} {last} {step}",
                 [tensor([5, 3], layout=layout), tensor(extents, seed=5, layout=layout)],
                 lambda x, s: x.slice_scatter(s, dim, first, end, step), dim=dim, first=first, last=last, step=step,
                 smooth=0 not in extents)
    for shape, offset, first, second in [([3, 3], 0, 0, 1), ([2, 3], 1, 0, 1), ([3, 2], -1, 0, 1), ([2, 3, 2], 0, 0, 2),
                                         ([2, 3, 2], 1, -1, 1), ([2, 2], 5, 0, 1)]:
        part = list(torch.zeros(shape).diagonal(offset, first, second).shape)
        for layout in ["c", "n"]:
            case("diagonalScatter", f"{layout} {shape} {offset} {first} {second}".replace(", ", ","),
                 [tensor(shape, layout=layout), tensor(part, seed=5)],
                 lambda x, s: x.diagonal_scatter(s, offset, first, second),
                 offset=offset, first=first, second=second, smooth=0 not in part)
    case("selectScatter", "integers", [integers([1, 2, 3, 4], [2, 2]), integers([7, 8])],
         lambda x, s: x.select_scatter(s, 1, 0), dim=1, index=0)


def reduction_cases():
    kinds = ["sum", "prod", "mean", "amax", "amin"]
    for kind, own in itertools.product(kinds[1:], [True, False]):
        for layout, dim in [("c", 0), ("t", 1), ("n", -1)]:
            shape = [3, 2] if dim == 0 else [2, 3]
            part = [4, 2] if dim == 0 else [2, 4]
            case("indexReduce", f"{kind} {own} {dim}",
                 [tensor(shape, layout=layout), integers([2, 0, 2, 2]), tensor(part, seed=5, layout=layout)],
                 lambda x, i, s: x.index_reduce(dim, i, s, kind, include_self=own),
                 # PyTorch's second derivative of a product without the old value is 0 but for rounding.
                 twice=own or kind != "prod", dim=dim, reduce=kinds.index(kind), alone=not own)
    case("indexReduce", "scalar", [tensor([]), integers([0], []), tensor([], seed=5)],
         lambda x, i, s: x.index_reduce(0, i, s, "prod"), dim=0, reduce=1, alone=False)


def choice_cases():
    case("static.blockDiagonal", "several", [tensor([2, 2]), tensor([3], seed=1, layout="s"), tensor([], seed=2),
                                             tensor([1, 2], seed=3, layout="t")], torch.block_diag)
    case("static.blockDiagonal", "empty", [tensor([2, 0]), tensor([1, 2], seed=3), tensor([0, 1])], torch.block_diag,
         smooth=False)
    case("static.blockDiagonal", "integers", [integers([1, 2], [1, 2]), integers([3])], torch.block_diag)
    for lengths in [[2, 3], [3], [2, 1, 2], [2, 0]]:
        case("static.cartesianProduct", f"{lengths}".replace(" ", ""),
             [tensor([n], seed=k, layout="s") for k, n in enumerate(lengths)], torch.cartesian_prod,
             smooth=0 not in lengths)
    case("static.cartesianProduct", "integers", [integers([1, 2]), integers([3, 4])], torch.cartesian_prod)
    for n, count, again in itertools.product([0, 1, 4], [0, 1, 2, 3], [False, True]):
        case("combinations", f"{n} {count} {again}", [tensor([n])],
             lambda x: torch.combinations(x, count, again), smooth=n > 0 and (again or count <= n) and count > 0,
             count=count, again=again)
    case("combinations", "five", [integers([1, 2, 3, 4, 5, 6, 7])], lambda x: torch.combinations(x, 5), count=5, again=False)


def sum_cases():
    for a, b, alpha in [([2, 3], [3], 0.5), ([2], [2, 2], -2.0), ([], [2], 1.0), ([2], [], 3.0)]:
        case("addScaled", f"{a} {b} {alpha}".replace(", ", ","), [tensor(a, layout="t"), tensor(b, seed=1)],
             lambda x, y: torch.add(x, y, alpha=alpha), alpha=alpha)
        case("subScaled", f"{a} {b} {alpha}".replace(", ", ","), [tensor(a, layout="t"), tensor(b, seed=1)],
             lambda x, y: torch.sub(x, y, alpha=alpha), alpha=alpha)
    case("addScaled", "integers", [integers([1, -5]), integers([3, 4])], lambda x, y: torch.add(x, y, alpha=3), alpha=3.0)
    case("subScaled", "mixed", [tensor([2]), integers([3, 4])], lambda x, y: torch.sub(x, y, alpha=0.5), alpha=0.5)
    values, divisors = [7, -7, 8, -8, 0, -1], [2, 2, -3, -3, 5, 4]
    for rounding in ["floor", "trunc"]:
        def quotient(x, y):
            return torch.div(x, y, rounding_mode=rounding)
        code = ["floor", "trunc"].index(rounding)
        case("divided.by", f"{rounding} floats", [Input([v + 0.5 for v in values]), Input(divisors)], quotient,
             rounding=code, smooth=False)
        case("divided.by", f"{rounding} broadcast", [tensor([2, 3], layout="t"), tensor([3], seed=4)], quotient,
             rounding=code, smooth=False)
        case("divided.by", f"{rounding} integers", [integers(values), integers(divisors)], quotient, rounding=code)
        case("divided.by", f"{rounding} mixed", [integers(values), Input(divisors, grad=False)], quotient, rounding=code)
    mask = Input([True, False, True], dtype=torch.bool)
    for layout in LAYOUTS:
        case("maskedFill", f"tensor {layout}", [tensor([2, 3], layout=layout), mask, tensor([], seed=3)],
             lambda x, m, v: x.masked_fill(m, v))


def scalar_cases():
    """Dimension 0 or −1 of a scalar."""
    for dim in [0, -1]:
        for name, function in {
            "sum": lambda x: x.sum(dim), "mean": lambda x: x.mean(dim), "product": lambda x: x.prod(dim),
            "norm": lambda x: x.norm(2, dim), "minimum.over": lambda x: x.amin(dim),
            "maximum.over": lambda x: x.amax(dim), "nanSum": lambda x: x.nansum(dim), "nanMean": lambda x: x.nanmean(dim),
        }.items():
            case(name, f"scalar {dim}", [tensor([], low=0.5)], function, dims=[dim], keep=False)
        for name, function in {
            "softmax": lambda x: x.softmax(dim), "logSoftmax": lambda x: x.log_softmax(dim),
            "cumulativeSum": lambda x: x.cumsum(dim), "cumulativeProduct": lambda x: x.cumprod(dim),
            "logCumulativeSumExp": lambda x: x.logcumsumexp(dim), "cumulativeMaximum": lambda x: x.cummax(dim),
            "cumulativeMinimum": lambda x: x.cummin(dim),
        }.items():
            case(name, f"scalar {dim}", [tensor([])], function, dim=dim)
        case("argMaximum", f"scalar {dim}", [tensor([])], lambda x: x.argmax(dim), dim=dim)
        case("sort", f"scalar {dim}", [tensor([])], lambda x: x.sort(dim), dim=dim)
        case("indexSelect", f"scalar {dim}", [tensor([]), integers([0])], lambda x, i: x.index_select(dim, i), dim=dim)
        case("gather", f"scalar {dim}", [tensor([]), integers([0], [])], lambda x, i: x.gather(dim, i), dim=dim)
        case("gather", f"scalar by vector {dim}", [tensor([]), integers([0])], lambda x, i: x.gather(dim, i), dim=dim)
        case("gather", f"vector by scalar {dim}", [tensor([3]), integers([1], [])], lambda x, i: x.gather(dim, i), dim=dim)
        case("scatter", f"scalar {dim}", [tensor([]), integers([0], []), tensor([], seed=3)],
             lambda x, i, s: x.scatter(dim, i, s), dim=dim)
        case("scatterAdd", f"scalar {dim}", [tensor([]), integers([0], []), tensor([], seed=3)],
             lambda x, i, s: x.scatter_add(dim, i, s), dim=dim)
        case("indexAdd", f"scalar {dim}", [tensor([]), integers([0], []), tensor([], seed=3)],
             lambda x, i, s: x.index_add(dim, i, s), dim=dim, scale=1.0)
        case("indexCopy", f"scalar {dim}", [tensor([]), integers([0], []), tensor([], seed=3)],
             lambda x, i, s: x.index_copy(dim, i, s), dim=dim)
        case("squeeze", f"scalar {dim}", [tensor([])], lambda x: x.squeeze(dim), dims=[dim])
        case("flip", f"scalar {dim}", [tensor([])], lambda x: x.flip(dim), dims=[dim])
        case("moveDimensions", f"scalar {dim}", [tensor([])], lambda x: x.movedim(dim, dim), source=[dim], target=[dim])
        case("unfold", f"scalar {dim}", [tensor([])], lambda x: x.unfold(dim, 1, 1), dim=dim, size=1, step=1)
        case("vecdot", f"scalar {dim}", [tensor([]), tensor([], seed=3)],
             lambda x, y: torch.linalg.vecdot(x, y, dim=dim), dim=dim)


def cases():
    part_cases()
    reduction_cases()
    choice_cases()
    sum_cases()
    scalar_cases()
