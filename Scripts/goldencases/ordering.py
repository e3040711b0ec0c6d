"""Golden cases of sorting, order statistics, counting and running reductions."""

import math

import torch

from goldencases.fixture import INF, NAN, Input, case, integers, spread, tensor

LAYOUTS = "ctsn"


def rows(name, extents, function, dims=(0, 1, -1), low=-1.5, high=1.5, **parameters):
    """One case for each dimension and layout, with the dimension kept and not."""
    for index, dim in enumerate(dims):
        for keep in [False, True]:
            case(name, f"dim {dim} {'kept' if keep else ''}".strip(),
                 [tensor(extents, low, high, 4, LAYOUTS[(2 * index + keep) % 4])],
                 lambda x: function(x, dim, keep), dim=dim, keep=keep, **parameters)


def constant(values, shape=None, dtype=torch.float64):
    return Input(values, shape, dtype=dtype, grad=False)


def sorting_cases():
    numbers = [round(v * 4) / 4 for v in spread(540, -30, 30, 2)]
    numbers[5], numbers[530], numbers[7], numbers[8] = NAN, INF, -INF, -0.0
    numbers[100:140] = [0.5] * 40
    wide = [int(1000 * v) if math.isfinite(v) else 9 for v in numbers[:520]]
    for descending in [False, True]:
        given = {"dim": -1, "descending": descending}
        case("argSort", f"long {descending}", [constant(numbers)],
             lambda x: torch.argsort(x, stable=True, descending=descending), **given)
        case("argSort", f"long integers {descending}", [integers(wide)],
             lambda x: torch.argsort(x, stable=True, descending=descending), **given)
    case("argSort", "long float32", [constant(numbers, dtype=torch.float32)],
         lambda x: torch.argsort(x, stable=True), dim=-1, descending=False)
    case("argSort", "extremes", [constant([-1e308, 1e308, 5e-324, -5e-324, 0.0, -0.0, INF, -INF, NAN, 1e-310])],
         lambda x: torch.argsort(x, stable=True), dim=-1, descending=False)
    case("sort", "booleans", [integers([1, 0, 1, 0], dtype=torch.bool)],
         lambda x: torch.sort(x, stable=True), dim=-1, descending=False)
    for largest in [False, True]:
        for k, dim, layout in [(2, 0, "t"), (1, 1, "s"), (3, -1, "n"), (4, 1, "c"), (0, 1, "c")]:
            case("topK", f"{k} along {dim} {largest}", [tensor([3, 4], layout=layout, seed=3)],
                 lambda x: torch.topk(x, k, dim, largest), k=k, dim=dim, largest=largest, sorted=True)
        case("topK", f"nan {largest}", [constant([2.0, NAN, -INF, INF, 1.0])],
             lambda x: torch.topk(x, 3, 0, largest), k=3, dim=0, largest=largest, sorted=True)
        case("topK", f"ties {largest}", [constant([2.0, 1.0, 2.0, 1.0, 2.0])],
             lambda x: [v[:2] for v in torch.sort(x, stable=True, descending=largest)], k=2, dim=0,
             largest=largest, sorted=True)
        case("topK", f"integers {largest}", [integers([5, -7, 3, 9, 0, 2], [2, 3])],
             lambda x: torch.topk(x, 2, 1, largest), k=2, dim=1, largest=largest, sorted=True)
        case("topK", f"by position {largest}", [tensor([6], seed=5)],
             lambda x: [x[torch.topk(x, 3, 0, largest)[1].sort()[0]], torch.topk(x, 3, 0, largest)[1].sort()[0]],
             k=3, dim=0, largest=largest, sorted=False)
        case("topK", f"long {largest}", [constant(spread(200, -9, 9))],
             lambda x: torch.topk(x, 5, 0, largest), k=5, dim=0, largest=largest, sorted=True)
    case("topK", "no rows", [Input([], [0, 3])], lambda x: torch.topk(x, 2), k=2, dim=1, largest=True, sorted=True,
         smooth=False)


def order_statistic_cases():
    for k in [1, 2, 3]:
        rows("kthValue", [3, 4], lambda x, d, keep: torch.kthvalue(x, k, d, keep), k=k)
    case("kthValue", "nan last", [constant([2.0, NAN, 1.0])], lambda x: torch.kthvalue(x, 3, 0), k=3, dim=0, keep=False)
    case("kthValue", "integers", [integers([4, 2, 9, 1])], lambda x: torch.kthvalue(x, 2, 0), k=2, dim=0, keep=False)
    case("kthValue", "ties", [constant([2.0, 1.0, 2.0, 1.0])],
         lambda x: [torch.tensor(1.0), torch.tensor(3)], k=2, dim=0, keep=False)
    case("kthValue", "long", [constant(spread(200, -9, 9))], lambda x: torch.kthvalue(x, 123, 0), k=123, dim=0,
         keep=False)
    for name, function in [("median", torch.median), ("nanMedian", torch.nanmedian)]:
        along = name + ".along"
        rows(along, [3, 4], lambda x, d, keep: function(x, d, keep))
        rows(along, [2, 1, 5], lambda x, d, keep: function(x, d, keep), dims=(0, 1, 2))
        case(along, "nan", [constant([1.0, NAN, 3.0, 2.0, 5.0, 4.0, NAN, 7.0, NAN], [3, 3])],
             lambda x: function(x, 1), dim=1, keep=False)
        case(along, "integers", [integers([3, 1, 2, 9, 8, 7], [2, 3])], lambda x: function(x, 1), dim=1, keep=False)
        for layout in LAYOUTS:
            case(name, layout, [tensor([2, 3], layout=layout)], lambda x: function(x))
        case(name, "one", [tensor([1])], lambda x: function(x))
        case(name, "scalar", [tensor([])], lambda x: function(x))
        case(name, "ties", [Input([1.0, 2.0, 2.0, 3.0, 2.0])], lambda x: function(x), smooth=False)
        case(name, "nan", [Input([1.0, NAN, 3.0, 2.0])], lambda x: function(x), smooth=False)
        case(name, "all nan", [Input([NAN, NAN])], lambda x: function(x), smooth=False)
        case(name, "empty", [constant([], [0])], lambda x: function(x))
        case(name, "integers", [integers([3, 1, 2, 9])], lambda x: function(x))
    rows("mode", [3, 4], lambda x, d, keep: torch.mode(x, d, keep), dims=(1, -1))
    case("mode", "frequent", [Input([1.0, 2.0, 2.0, 3.0, 3.0, 2.0, 5.0, 5.0], [2, 4])], lambda x: torch.mode(x, 1),
         dim=1, keep=False, smooth=False)
    case("mode", "columns", [Input([1.0, 2.0, 1.0, 3.0, 3.0, 3.0], [3, 2], "t")],
         lambda x: [torch.mode(x, 0)[0], torch.tensor([1, 2])], dim=0, keep=False, smooth=False)
    case("mode", "integers", [integers([4, 4, 2, 2])], lambda x: [torch.tensor(2), torch.tensor(3)], dim=0, keep=False)
    kinds = ["linear", "lower", "higher", "nearest", "midpoint"]
    for kind, interpolation in enumerate(kinds):
        for name, function in [("quantile", torch.quantile), ("nanQuantile", torch.nanquantile)]:
            levels = [0.0, 0.3, 0.5, 1.0]
            if kind == 0:
                many = [k / 10 for k in range(11)]
                case(name, "many levels", [tensor([2, 7], layout="t"), constant(many)],
                     lambda x, q: function(x, q, 1), dim=1, keep=False, kind=0)
            for index, dim in enumerate([0, 1, -1]):
                for keep in [(index + kind) % 2 == 0]:
                    case(name, f"dim {dim} {keep} {interpolation}",
                         [tensor([3, 4], layout=LAYOUTS[index], seed=2), constant(levels)],
                         lambda x, q: function(x, q, dim, keep, interpolation=interpolation), dim=dim, keep=keep,
                         kind=kind)
            case(name, f"all {interpolation}", [tensor([2, 3]), constant(0.4)],
                 lambda x, q: function(x, q, interpolation=interpolation), keep=False, kind=kind)
            case(name, f"all kept {interpolation}", [tensor([2, 3]), constant([0.4, 0.1])],
                 lambda x, q: function(x, q, keepdim=True, interpolation=interpolation), keep=True, kind=kind)
            case(name, f"nan {interpolation}",
                 [constant([1.0, NAN, 3.0, 2.0, 5.0, 4.0, NAN, 7.0, NAN, NAN, NAN, NAN], [4, 3]), constant([0.3, 0.8])],
                 lambda x, q: function(x, q, 1, interpolation=interpolation), dim=1, keep=False, kind=kind)
        for level in [0.0, 0.25, 0.7, 1.0]:
            case("quantile.value", f"{level} {interpolation}", [tensor([5], seed=6)],
                 lambda x: torch.quantile(x, level, interpolation=interpolation), value=level, kind=kind, keep=False)
    case("quantile.value", "one element", [tensor([1])], lambda x: torch.quantile(x, 0.3), value=0.3, kind=0, keep=False)
    case("quantile.value", "row", [tensor([2, 3])], lambda x: torch.quantile(x, 0.3, 1, True), value=0.3, kind=0,
         dim=1, keep=True)


def unique_cases():
    def sorted_unique(x, dim=None):
        return torch.unique(x, True, True, True, dim)

    def consecutive(x, dim=None):
        return torch.unique_consecutive(x, True, True, dim)

    for name, function in [("unique", sorted_unique), ("uniqueConsecutive", consecutive)]:
        case(name, "floats", [constant([2.0, 1.0, 1.0, 2.0, 0.5, 0.5], [2, 3])], function)
        case(name, "integers", [integers([3, 3, -1, 3])], function)
        case(name, "bytes", [integers([3, 3, 255, 3], dtype=torch.uint8)], function)
        case(name, "booleans", [integers([1, 0, 0], dtype=torch.bool)], function)
        case(name, "one", [constant([2.0])], function)
        case(name, "infinite", [constant([INF, -INF, INF, 0.0])], function)
        rows_ = [1, 2, 0, 2, 1, 2, 1, 2, 0, 0, 5, 1]
        case(name, "rows", [constant([float(v) for v in rows_], [4, 3])], lambda x: function(x, 0), dim=0)
        case(name, "columns", [integers([1, 1, 2, 1, 1, 2], [2, 3])], lambda x: function(x, 1), dim=1)
        case(name, "layout", [Input([2.0, 1.0, 1.0, 2.0], [2, 2], "t", grad=False)], function)
        many = [v % 7 for v in range(520)]
        case(name, "long", [integers(many)], function)
    case("unique", "nan", [constant([NAN, 1.0, NAN])],
         lambda x: [torch.tensor([1.0, NAN, NAN]), torch.tensor([1, 0, 2]), torch.tensor([1, 1, 1])])
    case("unique", "empty", [constant([], [0])],
         lambda x: [torch.empty(0), torch.empty(0, dtype=torch.int64), torch.empty(0, dtype=torch.int64)])


def counting_cases():
    zeros = [0.0, 1.5, 0.0, NAN, -2.0, 0.0]
    for dims in [None, [0], [1], [0, 1]]:
        given = {} if dims is None else {"dims": dims}
        case("countNonzero", f"{dims}", [constant(zeros, [2, 3])],
             lambda x: torch.count_nonzero(x, dims), keep=False, **given)
        for keep in [False, True]:
            if dims is not None:
                for name, function in [("all.over", torch.all), ("any.over", torch.any)]:
                    case(name, f"{dims} {keep}", [constant(zeros, [2, 3])], lambda x: function(x, dims, keep),
                         keep=keep, dims=dims)
    for name, function in [("all.over", torch.all), ("any.over", torch.any)]:
        case(name, "empty", [constant([], [2, 0])], lambda x: function(x, 1), dims=[1], keep=False)
        case(name, "integers", [integers([0, 3, 1, 1], [2, 2])], lambda x: function(x, 1), dims=[1], keep=False)
    case("binCount.weights", "plain", [integers([1, 3, 1, 0])], torch.bincount, length=0)
    case("binCount.weights", "longer", [integers([1, 3, 1])], lambda x: torch.bincount(x, minlength=6), length=6)
    case("binCount.weights", "empty", [integers([])], lambda x: torch.bincount(x, minlength=2), length=2)
    case("binCount.weights", "bytes", [integers([1, 3, 1], dtype=torch.uint8)], torch.bincount, length=0)
    case("binCount.weights", "weights", [integers([1, 3, 1, 0]), tensor([4])],
         lambda x, w: torch.zeros(4).index_add(0, x, w), length=0)
    case("binCount.weights", "integer weights", [integers([1, 0, 1]), integers([2, 3, 4])],
         lambda x, w: torch.bincount(x, w), length=0)
    values = [0.0, 0.1, 0.25, 0.5, 0.5, 0.99, 1.0, -0.2, 1.7]
    for bins in [1, 4, 7]:
        case("histogramCounts.bins", f"{bins} given", [constant(values)], lambda x: torch.histc(x, bins, 0, 1),
             bins=bins, low=0.0, high=1.0)
        case("histogramCounts.bins", f"{bins} of the elements", [constant(values, [3, 3])],
             lambda x: torch.histc(x, bins), bins=bins, low=0.0, high=0.0)
        for density in [False, True]:
            case("histogram", f"{bins} {density}", [constant(values)],
                 lambda x: torch.histogram(x, bins, density=density), bins=bins, density=density)
            case("histogram", f"{bins} range {density}", [constant(values), constant(spread(9, 0, 1))],
                 lambda x, w: torch.histogram(x, bins, range=(0.0, 1.0), weight=w, density=density), bins=bins,
                 density=density, low=0.0, high=1.0)
    case("histogramCounts.bins", "equal", [constant([2.0, 2.0])], lambda x: torch.histc(x, 3), bins=3, low=0.0, high=0.0)
    case("histogramCounts.bins", "empty", [constant([], [0])], lambda x: torch.histc(x, 3, 0, 1), bins=3, low=0.0,
         high=1.0)
    for density in [False, True]:
        case("histogram.edges", f"{density}", [constant([0.0, 0.2, 1.0]), constant(values)],
             lambda e, x: torch.histogram(x, e, density=density), density=density)


def running_cases():
    extents = [2, 3, 2]
    for dim, layouts in [(0, "ct"), (1, "sc"), (-1, "nt")]:
        for layout in layouts:
            given = {"dim": dim}
            x = tensor(extents, layout=layout, seed=3)
            case("cumulativeProduct", f"dim {dim} {layout}", [tensor(extents, 0.4, 1.6, 3, layout)],
                 lambda x: torch.cumprod(x, dim), **given)
            case("cumulativeMaximum", f"dim {dim} {layout}", [x], lambda x: torch.cummax(x, dim), **given)
            case("cumulativeMinimum", f"dim {dim} {layout}", [x], lambda x: torch.cummin(x, dim), **given)
            case("logCumulativeSumExp", f"dim {dim} {layout}", [x], lambda x: torch.logcumsumexp(x, dim), **given)
    for zeros in [[0], [2], [1, 3], [0, 1], [4]]:
        values = [0.0 if k in zeros else v for k, v in enumerate(spread(5, 0.5, 1.5))]
        case("cumulativeProduct", f"zeros at {zeros}", [Input(values)],
             lambda x: torch.stack([x[:k + 1].prod() for k in range(5)]), dim=0)
    case("cumulativeProduct", "rows with zeros", [Input([1.5, 0.0, 2.0, 0.5, 0.7, 0.0], [2, 3], "t")],
         lambda x: torch.stack([x[:, :k + 1].prod(1) for k in range(3)], 1), dim=1)
    case("cumulativeProduct", "one", [Input([0.0])], lambda x: x.clone(), dim=0)
    case("cumulativeProduct", "integers", [integers([2, 3, -1])], lambda x: torch.cumprod(x, 0), dim=0)
    case("cumulativeProduct", "booleans", [integers([1, 1, 0], dtype=torch.bool)], lambda x: torch.cumprod(x, 0), dim=0)
    for name, function in [("cumulativeMaximum", torch.cummax), ("cumulativeMinimum", torch.cummin)]:
        case(name, "special", [constant([1.0, -INF, 1.0, INF, NAN, 2.0, NAN])], lambda x: function(x, 0), dim=0)
        case(name, "ties", [constant([1.0, 2.0, 2.0, 1.0, 1.0])], lambda x: function(x, 0), dim=0)
        case(name, "integers", [integers([3, 1, 4, 1, 5])], lambda x: function(x, 0), dim=0)
        case(name, "empty", [Input([], [0, 2])], lambda x: function(x, 0), dim=0, smooth=False)
    case("logCumulativeSumExp", "large", [Input([800.0, -800.0, 801.0, -5.0])], lambda x: torch.logcumsumexp(x, 0), dim=0)
    case("logCumulativeSumExp", "falling", [Input([5.0, -40.0, 3.0, -2.0, 60.0])],
         lambda x: torch.logcumsumexp(x, 0), dim=0)
    case("logCumulativeSumExp", "special", [constant([-INF, -INF, 1.0, INF, 2.0, NAN, 1.0])],
         lambda x: torch.logcumsumexp(x, 0), dim=0)
    case("logCumulativeSumExp", "nothing first", [Input([-INF, 1.0, 2.0])],
         lambda x: torch.cat([x[:1].detach(), torch.logcumsumexp(x[1:], 0)]), dim=0, smooth=False)
    case("logCumulativeSumExp", "one", [tensor([1])], lambda x: torch.logcumsumexp(x, 0), dim=0)
    case("logCumulativeSumExp", "empty", [constant([], [0])], lambda x: torch.logcumsumexp(x, 0), dim=0)
    for order in [0, 1, 2, 3, 9]:
        for dim, layout in [(0, "c"), (1, "t"), (-1, "s")]:
            case("difference", f"{order} along {dim}", [tensor([4, 3], layout=layout)],
                 lambda x: torch.diff(x, order, dim), order=order, dim=dim)
    case("difference", "with ends", [tensor([2, 3]), tensor([2, 1], seed=3), tensor([2, 2], seed=4)],
         lambda x, a, b: torch.diff(x, 1, 1, a, b), order=1, dim=1)
    case("difference", "booleans", [integers([1, 0, 0, 1], dtype=torch.bool)], torch.diff, order=1, dim=-1)
    case("difference", "integers", [integers([1, 5, 2])], torch.diff, order=1, dim=-1)
    for name, function in [("trapezoid", torch.trapezoid), ("cumulativeTrapezoid", torch.cumulative_trapezoid)]:
        for dim, layout in [(0, "t"), (1, "c"), (-1, "n")]:
            extent = [3, 4][dim]
            y = tensor([3, 4], layout=layout)
            case(name, f"dim {dim}", [y], lambda y: function(y, dim=dim), dim=dim, spacing=1.0)
            case(name, f"spacing {dim}", [y], lambda y: function(y, dx=0.3, dim=dim), dim=dim, spacing=0.3)
            case(name, f"places {dim}", [y, tensor([extent], seed=8)], lambda y, x: function(y, x, dim=dim), dim=dim,
                 spacing=1.0)
            case(name, f"all places {dim}", [y, tensor([3, 4], seed=8)], lambda y, x: function(y, x, dim=dim), dim=dim,
                 spacing=1.0)
        case(name, "one", [tensor([1])], lambda y: function(y), dim=0, spacing=1.0)


def norm_cases():
    every = [None, [0], [1], [0, 2], [-1]]
    points = [v if abs(v - 0.9) > 0.15 else v + 0.3 for v in spread(12, 0.3, 1.5, 4)]
    for p in [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, -1.0, -2.5, INF, -INF]:
        for index, dim in enumerate(every if p in [1.0, 3.0] else every[:4:3]):
            given = {} if dim is None else {"dims": dim}
            keep = index % 2 == 0
            case("norm.order", f"{p} {dim} {keep}", [Input(points, [2, 3, 2], LAYOUTS[index % 4])],
                 lambda x: torch.linalg.vector_norm(x - 0.9, p, dim, keep) + 0 * x.sum(), p=p, keep=keep,
                 grad=p != 0, **given)
        case("norm.order", f"{p} zeros", [constant([0.0, 0.0, 1.0, 0.0], [2, 2])],
             lambda x: torch.linalg.vector_norm(x - 0.9, p, 1), p=p, keep=False, dims=[1])
    case("norm.order", "large", [constant([0.9 + 3e200, 0.9 - 4e200])], lambda x: torch.tensor(5e200), p=2.0, keep=False)
    case("norm.order", "small", [constant([3e-200, 4e-200])], lambda x: torch.tensor(5e-200), p=2.0, keep=False, shift=0.0)
    case("norm.order", "infinite", [constant([INF, 1.0, -INF, NAN], [2, 2])],
         lambda x: torch.linalg.vector_norm(x, 3, 1), p=3.0, keep=False, dims=[1])
    for p in [1.0, 1.5, 2.0, 3.0]:
        case("norm.order", f"gradient at 0, {p}", [Input([0.0, 0.0, 1.0, 2.0], [2, 2])],
             lambda x: torch.linalg.vector_norm(x, p, 1), p=p, keep=False, dims=[1], shift=0.0, smooth=False,
             twice=False)
        case("distance.to", f"{p}", [tensor([2, 3]), tensor([3], seed=5)], lambda x, y: torch.dist(x, y, p), p=p)
        case("renormalized.value", f"{p}", [tensor([3, 2, 2])], lambda x: torch.renorm(x, p, 0, 2.0), value=p, dim=0,
             limit=2.0)
        case("renormalized.value", f"columns {p}", [tensor([2, 3], layout="t")], lambda x: torch.renorm(x, p, -1, 1.0),
             value=p, dim=-1, limit=1.0)
    for p in [0.0, 1.0, 2.0, 3.0, INF]:
        for x, y in [([3, 2], [2, 2]), ([2, 2, 2], [2, 1, 2]), ([1, 3], [2, 2, 3]), ([1, 9], [1, 9])]:
            case("pairwiseDistances.to", f"{p} {x} {y}".replace(" ", ""), [tensor(x, layout="t"), tensor(y, seed=3)],
                 lambda x, y: (x.unsqueeze(-2) - y.unsqueeze(-3)).norm(p, -1) + 0 * x.sum(), p=p, grad=p != 0,
                 smooth=p != INF)
        for x, y in [([0, 2], [3, 2]), ([2, 0], [3, 0]), ([2, 2], [0, 2])]:
            case("pairwiseDistances.to", f"{p} empty {x} {y}".replace(" ", ""),
                 [constant([], x) if 0 in x else constant(spread(math.prod(x), 0, 1), x),
                  constant([], y) if 0 in y else constant(spread(math.prod(y), 0, 1), y)],
                 lambda x, y: torch.cdist(x, y, p), p=p)
    case("pairwiseDistances.to", "at 0", [Input([1.0, 2.0, 3.0, 4.0], [2, 2]), Input([1.0, 2.0, 0.0, 0.0], [2, 2])],
         lambda x, y: torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist"), p=2.0, smooth=False, twice=False)


def correlation(x):
    """torch.corrcoef without its clamp, which cuts the derivatives of what rounds to above 1."""
    covariance = torch.cov(x)
    deviations = covariance.diagonal().sqrt()
    return covariance / deviations.unsqueeze(1) / deviations


def moment_cases():
    values = [1.0, NAN, 2.5, -1.0, 0.5, NAN, NAN, 3.0, NAN]
    for dims in [None, [0], [1], [0, 1]]:
        given = {} if dims is None else {"dims": dims}
        for keep in [False, True]:
            for name, function in [("nanSum", torch.nansum), ("nanMean", torch.nanmean)]:
                case(name, f"{dims} {keep}", [Input(values, [3, 3])], lambda x: function(x, dims, keep), keep=keep,
                     smooth=False, **given)
                case(name, f"smooth {dims} {keep}", [tensor([3, 2], layout="t")], lambda x: function(x, dims, keep),
                     keep=keep, **given)
        for correction in [0, 1]:
            for name, function in [("varianceAndMean", torch.var_mean), ("standardDeviationAndMean", torch.std_mean)]:
                case(name, f"{dims} {correction}", [tensor([3, 2], layout="s")],
                     lambda x: function(x, dims, correction=correction, keepdim=True), correction=correction,
                     keep=True, **given)
    case("nanSum", "integers", [integers([1, 2])], torch.nansum, keep=False)
    case("nanMean", "none", [constant([NAN])], torch.nanmean, keep=False)
    case("standardDeviation", "constant", [Input([2.0, 2.0, 1.0, 4.0], [2, 2])], lambda x: torch.std(x, 1), dims=[1],
         correction=1, smooth=False, twice=False)
    for layout in LAYOUTS:
        case("covariance", layout, [tensor([3, 4], layout=layout)], lambda x: torch.cov(x), correction=1.0)
        case("correlation", layout, [tensor([3, 4], layout=layout)], correlation)
    case("covariance", "biased", [tensor([2, 4])], lambda x: torch.cov(x, correction=0), correction=0.0)
    case("covariance", "one row", [tensor([5])], lambda x: torch.cov(x), correction=1.0)
    for correction in [0, 1]:
        f, a = integers([1, 2, 0, 3]), constant([0.5, 1.0, 0.2, 0.7])
        case("covariance", f"frequencies {correction}", [tensor([2, 4]), f],
             lambda x, f: torch.cov(x, correction=correction, fweights=f), correction=float(correction))
        case("covariance", f"importances {correction}", [tensor([2, 4]), a],
             lambda x, a: torch.cov(x, correction=correction, aweights=a), correction=float(correction))
        case("covariance", f"both {correction}", [tensor([2, 4]), f, a],
             lambda x, f, a: torch.cov(x, correction=correction, fweights=f, aweights=a), correction=float(correction))
    case("correlation", "one row", [constant([1.0, 2.0, 4.0])], lambda x: torch.corrcoef(x))
    for dims in [[0], [0, 1], [1, 2], [0, 1, 2], [-1, 0]]:
        for keep in [False, True]:
            case("logSumExp.several", f"{dims} {keep}", [tensor([2, 3, 2], layout="t")],
                 lambda x: torch.logsumexp(x, dims, keep), dims=dims, keep=keep)
    case("logSumExp.several", "empty", [constant([], [2, 0])], lambda x: torch.logsumexp(x, [1]), dims=[1], keep=False)
    case("logSumExp.several", "extreme", [Input([-1e4, -1e4, 1e4, -1e4], [2, 2])],
         lambda x: torch.logsumexp(x, [1]), dims=[1], keep=False)
    for dim in [0, 1, -1]:
        case("softmin", f"{dim}", [tensor([2, 3], layout="t")], lambda x: torch.nn.functional.softmin(x, dim), dim=dim)


def extreme_cases():
    for name, function in [("minimum.along", torch.min), ("maximum.along", torch.max)]:
        rows(name, [3, 4], lambda x, d, keep: function(x, d, keep))
        case(name, "ties", [Input([1.0, 2.0, 2.0, 1.0])], lambda x: function(x, 0), dim=0, keep=False, smooth=False)
        case(name, "nan", [constant([1.0, NAN, 3.0])], lambda x: function(x, 0), dim=0, keep=False)
        case(name, "integers", [integers([3, 1, 2, 9], [2, 2])], lambda x: function(x, 1), dim=1, keep=False)
        case(name, "bytes", [integers([3, 255, 2, 9], [2, 2], torch.uint8)], lambda x: function(x, 1), dim=1, keep=False)
        case(name, "booleans", [integers([0, 1, 1, 0], [2, 2], torch.bool)], lambda x: function(x, 1), dim=1, keep=False)
        case(name, "no rows", [Input([], [0, 3])], lambda x: function(x, 1), dim=1, keep=False, smooth=False)
    for dims in [None, [0], [1], [0, 1], [0, 2]]:
        given = {} if dims is None else {"dims": dims}
        case("extrema", f"{dims}", [tensor([2, 3, 2], layout="t")],
             lambda x: [x.amin(dims or [0, 1, 2]), x.amax(dims or [0, 1, 2])], keep=False, **given)
    big = [float(v % 11) for v in range(128)]
    for dims in [[0], [1], [2], [0, 1], [1, 2], [0, 2]]:
        for layout in "ct":
            case("sum", f"blocks {dims} {layout}", [Input(big, [4, 8, 4], layout, grad=False)],
                 lambda x: x.sum(dims), dims=dims, keep=False)
            case("maximum.over", f"blocks {dims} {layout}", [Input(big, [4, 8, 4], layout, grad=False)],
                 lambda x: x.amax(dims, True), dims=dims, keep=True)


def search_cases():
    row = [1.0, 3.0, 3.0, 5.0]
    for right in [False, True]:
        case("searchSorted", f"row {right}", [constant(row), constant([0.0, 1.0, 3.0, 4.0, 9.0, NAN], [2, 3])],
             lambda x, v: torch.searchsorted(x, v, right=right), right=right)
        case("searchSorted", f"scalar {right}", [constant(row), constant(3.0)],
             lambda x, v: torch.searchsorted(x, v, right=right), right=right)
        case("searchSorted", f"rows {right}", [constant(row + [2.0, 4.0, 6.0, 8.0], [2, 4]),
                                               constant([1.0, 3.0, 9.0, 4.0], [2, 2])],
             lambda x, v: torch.searchsorted(x, v, right=right), right=right)
        case("searchSorted", f"layout {right}",
             [Input([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [3, 2], "t", grad=False),
              Input([1.0, 3.5, 9.0], [3, 1], "s", grad=False)],
             lambda x, v: torch.searchsorted(x.contiguous(), v.contiguous(), right=right), right=right)
        case("searchSorted", f"integers {right}", [integers([1, 2, 2, 9]), integers([2, 3, 9])],
             lambda x, v: torch.searchsorted(x, v, right=right), right=right)
        case("searchSorted", f"empty row {right}", [constant([], [0]), constant([1.0])],
             lambda x, v: torch.searchsorted(x, v, right=right), right=right)
        case("searchSorted", f"no values {right}", [constant(row), constant([], [0])],
             lambda x, v: torch.searchsorted(x, v, right=right), right=right)
    case("isIn", "floats", [constant([1.0, 2.0, NAN, -0.0], [2, 2]), constant([0.0, 2.0, NAN])], torch.isin)
    case("isIn", "integers", [integers([1, 2, 3, 4]), integers([2, 4, 8])], torch.isin)
    case("isIn", "mixed", [integers([1, 2]), constant([2.0, 2.5])], torch.isin)
    case("isIn", "none", [integers([1, 2]), integers([])], torch.isin)


def cases():
    sorting_cases()
    order_statistic_cases()
    unique_cases()
    counting_cases()
    running_cases()
    norm_cases()
    moment_cases()
    extreme_cases()
    search_cases()
