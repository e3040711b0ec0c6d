"""Golden cases of reductions, views, indexing, matrix products, losses and creation."""

import torch

from goldencases.fixture import INF, NAMES, NAN, Input, case, integers, spread, tensor


def reduction_cases():
    layouts = ["c", "t", "s", "n"]
    shape = [2, 3, 2]
    dims = [None, [0], [1], [2], [-1], [0, 1], [0, 2], [1, 2], [2, 0, 1]]

    def over(name, function, needs_elements=False, low=-1.5, high=1.5, int_sum=None, **options):
        for index, dim in enumerate(dims):
            for keep in [False, True]:
                given = {} if dim is None else {"dims": dim}
                case(name, f"dims {dim} {'kept' if keep else ''}".strip(),
                     [tensor(shape, low, high, 4, layouts[index % 4])],
                     lambda x: function(x, dim if dim is not None else [0, 1, 2], keep), keep=keep,
                     **given, **options)
        case(name, "scalar", [tensor([], low, high)], lambda x: function(x, [], False), keep=False, **options)
        case(name, "single", [tensor([1, 1], low, high)], lambda x: function(x, [0, 1], False), keep=False,
             **options)
        if not needs_elements:
            case(name, "empty", [Input([], [0, 2])], lambda x: function(x, [0], False), keep=False, dims=[0],
                 smooth=False, grad=name in ["sum", "product"])
            case(name, "empty rows", [Input([], [0, 2])], lambda x: function(x, [1], False), keep=False,
                 dims=[1], smooth=False)
        case(name, "special", [Input([NAN, 1, 2, INF, 1, 2, -INF, INF, 1], [3, 3])],
             lambda x: function(x, [1], False), keep=False, dims=[1], grad=False, smooth=False)

    def product(x, dim, keep):
        for d in sorted([d % x.dim() for d in dim] if x.dim() else [], reverse=True):
            x = x.prod(d, keepdim=keep)
        return x

    over("sum", lambda x, d, k: x.sum(d, keepdim=k) if d else x.sum())
    over("mean", lambda x, d, k: x.mean(d, keepdim=k) if d else x.mean())
    over("norm", lambda x, d, k: torch.linalg.vector_norm(x, dim=d if d else None, keepdim=k), low=0.3)
    over("product", product, low=0.4)
    over("minimum.over", lambda x, d, k: x.amin(d, keepdim=k) if d else x + 0, True)
    over("maximum.over", lambda x, d, k: x.amax(d, keepdim=k) if d else x + 0, True)
    for correction in [0, 1]:
        for index, dim in enumerate([[0], [1], [0, 2], [0, 1, 2]]):
            for name, function in [("variance", torch.var), ("standardDeviation", torch.std)]:
                case(name, f"dims {dim}", [tensor(shape, layout=layouts[index])],
                     lambda x: function(x, dim, correction=correction), dims=dim, correction=correction,
                     keep=False)
    case("variance", "one element", [tensor([1])], lambda x: (x * NAN).sum(), grad=False, dims=[0], correction=1,
         keep=False)
    case("norm", "zero", [Input([0.0, 0.0])], lambda x: torch.linalg.vector_norm(x), keep=False, smooth=False,
         grad=False)
    for count, zeros in [(3, [1]), (4, [0, 2]), (5, []), (1, [0]), (6, [5])]:
        values = [0.0 if k in zeros else v for k, v in enumerate(spread(count, 0.5, 1.5))]
        case("product", f"{count} with zeros at {zeros}", [Input(values)], lambda x: x.prod(), keep=False)
    case("product", "rows with zeros", [Input([1.5, 0.0, 2.0, 0.5, 0.7, 3.0], [2, 3], "t")],
         lambda x: x.prod(1), keep=False, dims=[1])
    for name, function in [("sum", torch.sum), ("product", torch.prod)]:
        case(name, "integers", [integers([1, 2, 3, 4], [2, 2])], lambda x: function(x, 1), dims=[1], keep=False)
        case(name, "integers first", [integers([1, 2, 3, 4], [2, 2])], lambda x: function(x, 0), dims=[0], keep=False)
        case(name, "booleans", [integers([1, 0, 1], dtype=torch.bool)], lambda x: function(x), keep=False)
        case(name, "bytes", [integers([200, 100], dtype=torch.uint8)], lambda x: function(x), keep=False)
    for name, function in [("minimum.over", torch.amin), ("maximum.over", torch.amax)]:
        case(name, "ties", [Input([1.0, 2.0, 2.0, 1.0], [2, 2])], lambda x: function(x, [0, 1]), keep=False,
             smooth=False)
        case(name, "integers", [integers([1, 5, -3, 4], [2, 2])], lambda x: function(x, 0), dims=[0], keep=False)
        case(name, "bytes", [integers([1, 255], dtype=torch.uint8)], lambda x: function(x, 0), dims=[0], keep=False)
    for name, function in [("argMinimum", torch.argmin), ("argMaximum", torch.argmax)]:
        for dim in [0, 1, -1]:
            for keep in [False, True]:
                case(name, f"dim {dim}", [tensor([3, 4], layout="t")],
                     lambda x: function(x, dim, keepdim=keep), dim=dim, keep=keep)
        case(name, "all", [tensor([3, 4])], function, keep=False)
        case(name, "nan", [Input([1.0, NAN, 3.0], grad=False)], function, keep=False)
        case(name, "integers", [integers([4, -1, 9])], function, keep=False)
        case(name, "first", [Input([2.0, 1.0, 1.0, 2.0], grad=False)],
             lambda x: torch.tensor(1 if name == "argMinimum" else 0), keep=False)
    for dim in [0, 1, -1]:
        for keep in [False, True]:
            case("logSumExp", f"dim {dim}", [tensor([2, 3, 2], layout="t")],
                 lambda x: torch.logsumexp(x, dim, keepdim=keep), dim=dim, keep=keep)
    case("logSumExp", "large", [Input([800.0, 801.0, -800.0])], lambda x: torch.logsumexp(x, 0), dim=0, keep=False)
    case("logSumExp", "special", [Input([-INF, -INF, 1.0, -INF, INF, 0.0], [3, 2])],
         lambda x: torch.logsumexp(x, 1), dim=1, keep=False, grad=False)
    for name, function in [("softmax", torch.softmax), ("logSoftmax", torch.log_softmax)]:
        for index, dim in enumerate([0, 1, 2, -1]):
            case(name, f"dim {dim}", [tensor([2, 3, 2], layout=layouts[index])], lambda x: function(x, dim), dim=dim)
        case(name, "large", [Input([800.0, 801.0, -800.0])], lambda x: function(x, 0), dim=0)
        case(name, "single", [tensor([1])], lambda x: function(x, 0), dim=0)
        case(name, "empty", [Input([], [0, 3])], lambda x: function(x, 1), dim=1)
        case(name, "special", [Input([-INF, 0.0, NAN, 1.0, -INF, -INF], [3, 2])], lambda x: function(x, 1),
             dim=1, grad=False)
    labels = integers([2, 0, 1, 2])
    case("crossEntropy", "plain", [tensor([4, 3]), labels], torch.nn.functional.cross_entropy)
    case("crossEntropy", "transposed", [tensor([4, 3], layout="t"), labels], torch.nn.functional.cross_entropy)
    case("crossEntropy", "one", [tensor([1, 2]), integers([1])], torch.nn.functional.cross_entropy)
    for dim in [0, 1, -1]:
        for layout in ["c", "t"]:
            case("cumulativeSum", f"dim {dim} {layout}", [tensor([2, 3, 2], layout=layout)],
                 lambda x: torch.cumsum(x, dim), dim=dim)
    case("cumulativeSum", "empty", [Input([], [0, 2])], lambda x: torch.cumsum(x, 0), dim=0)
    case("cumulativeSum", "integers", [integers([1, 2, 3])], lambda x: torch.cumsum(x, 0), dim=0)
    case("cumulativeSum", "booleans", [integers([1, 0, 1], dtype=torch.bool)], lambda x: torch.cumsum(x, 0), dim=0)


def view_cases():
    def each(name, extents, function, **parameters):
        for layout in ["c", "t", "s", "n"]:
            case(name, f"{layout} {parameters}".replace(" ", ""), [tensor(extents, layout=layout)], function, **parameters)

    each("reshape", [2, 6], lambda x: x.reshape(3, 4), shape=[3, 4])
    each("reshape", [2, 6], lambda x: x.reshape(-1, 2, 2), shape=[-1, 2, 2])
    case("reshape", "scalar", [tensor([])], lambda x: x.reshape(1, 1), shape=[1, 1])
    case("reshape", "empty", [Input([], [0, 3])], lambda x: x.reshape(3, 0), shape=[3, 0])
    each("flatten", [2, 3, 2], lambda x: x.flatten(0, 1), first=0, last=1)
    each("flatten", [2, 3, 2], lambda x: x.flatten(1, -1), first=1, last=-1)
    case("flatten", "scalar", [tensor([])], lambda x: x.flatten(), first=0, last=-1)
    each("squeeze", [2, 1, 3, 1], lambda x: x.squeeze())
    each("squeeze", [2, 1, 3, 1], lambda x: x.squeeze(1), dim=1)
    each("squeeze", [2, 1, 3], lambda x: x.squeeze(2), dim=2)
    for dim in [0, 1, 2, -1]:
        each("unsqueeze", [2, 3], lambda x: x.unsqueeze(dim), dim=dim)
    each("permute", [2, 3, 2], lambda x: x.permute(2, 0, 1), order=[2, 0, 1])
    each("permute", [2, 3, 2], lambda x: x.permute(-1, 1, 0), order=[-1, 1, 0])
    each("transpose", [2, 3, 2], lambda x: x.transpose(0, -1), first=0, second=-1)
    for start, count, step in [(1, 2, 1), (0, 3, 2), (4, 3, -2), (4, 5, -1), (2, 0, 1)]:
        index = [start + k * step for k in range(count)]
        each("narrow", [5, 2], lambda x: x[index] if count else x[:0], dim=0, start=start, count=count, step=step)
    each("select", [3, 2], lambda x: x.select(0, -1), dim=0, index=-1)
    each("select", [3, 2], lambda x: x.select(1, 1), dim=1, index=1)
    each("expand.to", [1, 3], lambda x: x.expand(2, 2, 3), shape=[2, 2, 3])
    case("expand.to", "scalar", [tensor([])], lambda x: x.expand(2), shape=[2])
    case("expand.to", "to nothing", [tensor([1])], lambda x: x.expand(0), shape=[0])
    each("repeated", [2, 2], lambda x: x.repeat(2, 3), counts=[2, 3])
    each("repeated", [3], lambda x: x.repeat(2, 1), counts=[2, 1])
    case("repeated", "none", [tensor([2])], lambda x: x.repeat(0), counts=[0])
    case("repeated", "once", [tensor([2])], lambda x: x.repeat(1), counts=[1])
    case("repeated", "scalar", [tensor([])], lambda x: x.repeat(2), counts=[2])
    each("flip", [2, 3], lambda x: x.flip(0), dims=[0])
    each("flip", [2, 3], lambda x: x.flip(0, 1), dims=[0, 1])
    case("flip", "none", [tensor([2])], lambda x: x.flip([]), dims=[])
    each("contiguous", [2, 3], lambda x: x.contiguous() + 0)
    each("clone", [2, 3], lambda x: x.clone())
    each("detached", [2, 3], lambda x: x.detach())


def indexing_cases():
    index = integers([2, 0, 2, -1])
    positive = torch.tensor([2, 0, 2, 2])
    for layout in ["c", "t", "s", "n"]:
        case("indexSelect", f"rows {layout}", [tensor([3, 2], layout=layout), index],
             lambda x, i: x.index_select(0, positive), dim=0)
        case("indexSelect", f"columns {layout}", [tensor([2, 3, 2], layout=layout), index],
             lambda x, i: x.index_select(1, positive), dim=1)
        case("gather", f"columns {layout}", [tensor([2, 3], layout=layout), integers([0, 2, 2, 1, 1, 1, 0, 0], [2, 4])],
             lambda x, i: x.gather(1, i), dim=1)
        case("gather", f"rows {layout}", [tensor([3, 2], layout=layout), integers([0, 2, 1, 1], [2, 2])],
             lambda x, i: x.gather(0, i), dim=0)
        case("scatterAdd", f"columns {layout}",
             [tensor([2, 3], layout=layout), integers([0, 2, 2, 1, 1, 1, 0, 0], [2, 4]), tensor([2, 4], layout=layout, seed=5)],
             lambda x, i, s: x.scatter_add(1, i, s), dim=1)
        case("scatterAdd", f"larger source {layout}",
             [tensor([3, 2], layout=layout), integers([0, 2, 1, 1], [2, 2]), tensor([3, 3], layout=layout, seed=5)],
             lambda x, i, s: x.scatter_add(0, i, s[:2, :2]), dim=0)  # whose own derivative fails
        case("maskedSelect", f"mixed {layout}", [tensor([2, 3], layout=layout), integers([1, 0, 0, 1, 1, 0], [2, 3], torch.bool)],
             lambda x, m: x.masked_select(m))
        for descending in [False, True]:
            for dim in [0, 1, -1]:
                case("sort", f"dim {dim} {layout}", [tensor([3, 4], layout=layout)],
                     lambda x: torch.sort(x, dim=dim, descending=descending, stable=True), dim=dim,
                     descending=descending)
    case("indexSelect", "none", [tensor([3, 2]), integers([], [0])], lambda x, i: x.index_select(0, i), dim=0)
    case("indexSelect", "integers", [integers([5, 6, 7]), integers([2, 0])], lambda x, i: x[i], dim=0)
    case("scatterAdd", "integers", [integers([5, 6, 7]), integers([2, 0, 2]), integers([1, 2, 3])],
         lambda x, i, s: x.scatter_add(0, i, s), dim=0)
    case("maskedSelect", "none", [tensor([2]), integers([0, 0], dtype=torch.bool)], lambda x, m: x.masked_select(m))
    for descending in [False, True]:
        values = [3.0, NAN, 1.0, 3.0, -INF, INF, NAN, 1.0]
        case("sort", "ties and nan", [Input(values)],
             lambda x: torch.sort(x, descending=descending, stable=True), dim=-1, descending=descending,
             smooth=False, grad=False)
        case("argSort", "ties and nan", [Input(values, grad=False)],
             lambda x: torch.argsort(x, descending=descending, stable=True), dim=-1, descending=descending)
        case("argSort", "integers", [integers([3, 1, 2, 1, 9, -4], [2, 3])],
             lambda x: torch.argsort(x, dim=0, descending=descending, stable=True), dim=0, descending=descending)
    case("sort", "empty", [Input([], [0])], lambda x: torch.sort(x), dim=-1, descending=False)
    case("nonzeroPositions", "floats", [Input([0.0, 2.0, NAN, 0.0], grad=False)],
         lambda x: x.nonzero().reshape(-1))
    case("oneHot", "labels", [integers([2, 0], [2, 1])],
         lambda x: torch.nn.functional.one_hot(x, 3).to(torch.float32), classes=3)
    for layouts in ["cc", "tn", "st"]:
        for dim in [0, 1, -1]:
            case("static.cat", f"dim {dim} {layouts}",
                 [tensor([2, 2], layout=layouts[0]), tensor([2, 2], seed=7, layout=layouts[1]), tensor([2, 2], seed=9)],
                 lambda *x: torch.cat(x, dim), dim=dim)
            case("static.stack", f"dim {dim} {layouts}",
                 [tensor([2, 3], layout=layouts[0]), tensor([2, 3], seed=7, layout=layouts[1])],
                 lambda *x: torch.stack(x, dim), dim=dim)
    case("static.cat", "uneven", [tensor([2, 1]), Input([], [2, 0]), tensor([2, 3])], lambda *x: torch.cat(x, 1), dim=1)
    case("static.cat", "types", [integers([1, 2]), Input([0.5], grad=False)], lambda *x: torch.cat(x), dim=0)
    case("static.stack", "scalars", [tensor([]), tensor([], seed=2)], lambda *x: torch.stack(x), dim=0)
    part = {"dim": 0, "start": 1, "count": 2}

    def assigned(x, y):
        x = x.clone()
        x[1:3] = y
        return x
    for layouts in ["cc", "tc", "sn", "nt"]:
        case("assign", f"rows {layouts}", [tensor([4, 2], layout=layouts[0]), tensor([2, 2], seed=3, layout=layouts[1])],
             assigned, **part)
        case("assign", f"broadcast {layouts}", [tensor([4, 2], layout=layouts[0]), tensor([2], seed=3, layout=layouts[1])],
             assigned, **part)
    case("assign", "number", [tensor([4, 2]), tensor([])], assigned, **part)


def matrix_cases():
    for variant, a, b in [
        ("matrices", [2, 3], [3, 4]), ("vectors", [3], [3]), ("matrix vector", [2, 3], [3]),
        ("vector matrix", [3], [3, 2]), ("batched", [2, 2, 3], [2, 3, 2]), ("flat", [2, 2, 3], [3, 2]),
        ("broadcast", [2, 1, 2, 3], [3, 3, 2]), ("broadcast left", [2, 3], [2, 3, 2]),
        ("batched vector", [2, 2, 3], [3]), ("vector batched", [3], [2, 3, 2]), ("ones", [1, 1], [1, 1]),
        ("column", [3, 1], [1, 2]), ("row", [1, 3], [3, 1]),
        ("no rows", [0, 3], [3, 2]), ("no columns", [2, 3], [3, 0]), ("inner empty", [2, 0], [0, 3]),
        ("batch empty", [0, 2, 3], [3, 2]), ("flat inner empty", [2, 2, 0], [0, 2]),
    ]:
        for layouts in ["cc", "tt", "sn", "ns"]:
            case("matmul", f"{variant} {layouts}",
                 [tensor(a, layout=layouts[0]), tensor(b, seed=3, layout=layouts[1])], torch.matmul)
    f = torch.nn.functional
    for variant, x, w in [("matrix", [3, 2], [4, 2]), ("vector", [2], [3, 2]), ("batched", [2, 2, 3], [2, 3]),
                          ("no rows", [0, 2], [3, 2]), ("no outputs", [3, 2], [0, 2]), ("no inputs", [2, 0], [3, 0]),
                          ("one", [1, 1], [1, 1])]:
        for layouts in ["cc", "tt", "sn"]:
            case("linear", f"{variant} {layouts}",
                 [tensor(x, layout=layouts[0]), tensor(w, seed=2, layout=layouts[1]), tensor(w[:1], seed=4)], f.linear)
        case("linear", f"{variant} without bias", [tensor(x), tensor(w, seed=2)], f.linear)


def loss_cases():
    f = torch.nn.functional.binary_cross_entropy_with_logits
    for kind, reduction in enumerate(["mean", "sum", "none"]):
        for layouts in ["cc", "tc", "sn"]:
            case("bceWithLogits", f"{reduction} {layouts}",
                 [tensor([2, 3], -3, 3, layout=layouts[0]), tensor([2, 3], 0, 1, 2, layout=layouts[1])],
                 lambda x, t: f(x, t, reduction=reduction), reduction=kind)
        case("bceWithLogits", f"{reduction} number", [tensor([2, 3], -3, 3), Input(0.9)],
             lambda x, t: f(x, t.expand(2, 3), reduction=reduction), reduction=kind)
        case("bceWithLogits", f"{reduction} label", [tensor([4], -3, 3), Input(1.0, grad=False)],
             lambda x, t: f(x, t.expand(4), reduction=reduction), reduction=kind)
        case("bceWithLogits", f"{reduction} scalar", [tensor([]), Input(0.3)],
             lambda x, t: f(x, t, reduction=reduction), reduction=kind)
    case("bceWithLogits", "large", [Input([800.0, -800.0, 800.0, -800.0]), Input([1.0, 1.0, 0.0, 0.0], grad=False)],
         lambda x, t: f(x, t, reduction="none"), reduction=2)


def creation_cases():
    case("static.zeros", "plain", [], lambda: torch.zeros(2, 2), shape=[2, 2])
    case("static.ones", "plain", [], lambda: torch.ones(2), shape=[2])
    case("static.full", "plain", [], lambda: torch.full([2, 1], 0.3), shape=[2, 1], value=0.3)
    case("static.scalar", "plain", [], lambda: torch.tensor(0.3), value=0.3)
    for rows, columns in [(3, 3), (2, 4), (4, 2), (0, 2)]:
        case("static.eye", f"{rows} {columns}", [], lambda: torch.eye(rows, columns), rows=rows, columns=columns)
    for start, end, step in [(0, 5, 1), (1, 2, 0.25), (5, 0, -2), (0, 0, 1), (0.5, 3.2, 0.7)]:
        case("static.arange", f"{start} {end} {step}", [], lambda: torch.arange(start, end, step, dtype=torch.float64),
             start=float(start), end=float(end), step=float(step))
    for start, end, count in [(0, 1, 5), (3, -2, 4), (2, 2, 3), (0, 1, 1), (0, 1, 0)]:
        case("static.linspace", f"{start} {end} {count}", [], lambda: torch.linspace(start, end, count),
             start=float(start), end=float(end), count=count)
    for source in NAMES:
        for target in NAMES:
            values = [0, 1, 3, 200] if source != torch.bool else [0, 1, 1, 0]
            if source.is_floating_point:
                values = [0.0, 1.5, 2.75, 200.5]
            case("to", f"{NAMES[source]} {NAMES[target]}", [Input(values, [2, 2], "t", dtype=source)],
                 lambda x: x.to(target), dtype=list(NAMES).index(target),
                 smooth=source == torch.float64 and target == torch.float64)


def cases():
    reduction_cases()
    view_cases()
    indexing_cases()
    matrix_cases()
    loss_cases()
    creation_cases()
