"""Golden cases of views, joining, padding, scattering and `x[...]`."""

import itertools

import torch
import torch.nn.functional as F

from goldencases.fixture import INF, NAN, Input, case, integers, spread, tensor

LAYOUTS = ["c", "t", "s", "n"]


def layouts(name, extents, function, letters=LAYOUTS, **parameters):
    for layout in letters:
        case(name, f"{layout} {parameters}".replace(" ", ""), [tensor(extents, layout=layout)], function, **parameters)


def regrouping_cases():
    for layout, extents, shape in [
        ("c", [2, 6], [3, 4]), ("c", [2, 6], [-1]), ("t", [6], [2, -1]), ("t", [2, 3], [2, 1, 3, 1]),
        ("n", [2, 6], [2, 3, 2]), ("s", [2, 6], [1, 2, 2, 3]), ("s", [2, 4], [8]),
    ]:
        case("viewed.as", f"{layout} {extents} {shape}".replace(" ", ""), [tensor(extents, layout=layout)],
             lambda x: x.reshape(shape), shape=shape)
    case("viewed.as", "expanded", [Input(spread(4, -1.5, 1.5) * 2, [2, 4], "e", grad=False)],
         lambda x: x.reshape(2, 2, 2), shape=[2, 2, 2])
    case("viewed.as", "scalar", [tensor([])], lambda x: x.view(1, 1), shape=[1, 1])
    case("viewed.as", "empty", [Input([], [0, 3])], lambda x: x.view(3, 0), shape=[3, 0])
    for dim, sizes in [(1, [2, 3]), (-1, [-1, 2]), (0, [1, 2]), (0, [2])]:
        layouts("unflatten", [2, 6], lambda x: x.unflatten(dim, sizes), ["c", "t"], dim=dim, sizes=sizes)
    case("unflatten", "empty", [Input([], [2, 0])], lambda x: x.unflatten(1, [3, 0]), dim=1, sizes=[3, 0])
    for source, target in [([0], [2]), ([-1], [0]), ([0, 1], [1, -1]), ([2, 0], [0, 1]), ([], [])]:
        layouts("moveDimensions", [2, 3, 2], lambda x: x.movedim(source, target), ["c", "n"], source=source, target=target)
    for count, function in enumerate([torch.atleast_1d, torch.atleast_2d, torch.atleast_3d]):
        for extents in [[], [2], [2, 3], [2, 1, 2]]:
            case("atLeast", f"{count + 1} {len(extents)}", [tensor(extents)], function, count=count + 1)
    for dims in [[0], [1, 3], [0, 1, -1], []]:
        layouts("squeeze", [2, 1, 3, 1], lambda x: x.squeeze(dims), ["c", "t"], dims=dims)
    for dims in [[0, 2], [-1, 0], [1]]:
        places = sorted(d % (2 + len(dims)) for d in dims)

        def stretched(x):
            for d in places:
                x = x.unsqueeze(d)
            return x
        layouts("unsqueeze", [2, 3], stretched, ["c", "t"], dims=dims)
    case("static.broadcastTensors", "three", [tensor([3]), tensor([2, 1], seed=2, layout="t"), tensor([])],
         lambda *x: torch.broadcast_tensors(*x))
    case("static.broadcastTensors", "none", [], lambda: [])
    for dim, size, step in [(0, 2, 1), (0, 3, 2), (1, 2, 2), (-1, 3, 1), (0, 5, 1), (0, 1, 4), (1, 0, 1)]:
        layouts("unfold", [5, 3], lambda x: x.unfold(dim, size, step), ["c", "t"], dim=dim, size=size, step=step)
    case("unfold", "empty", [Input([], [0, 2])], lambda x: x.unfold(0, 0, 1), dim=0, size=0, step=1)
    case("unfold", "integers", [integers([1, 2, 3])], lambda x: x.unfold(0, 2, 1), dim=0, size=2, step=1)


def splitting_cases():
    for size, dim in [(2, 0), (3, 0), (5, 0), (9, 0), (1, 1), (2, -1)]:
        layouts("split", [5, 3], lambda x: x.split(size, dim), ["t"], size=size, dim=dim)
    for sizes, dim in [([2, 3], 0), ([0, 5, 0], 0), ([1, 1, 1], 1)]:
        layouts("split", [5, 3], lambda x: x.split(sizes, dim), ["c", "n"], sizes=sizes, dim=dim)
    case("split", "empty", [Input([], [0, 2])], lambda x: x.split(3), size=3, dim=0)
    case("split", "empty by none", [Input([], [0, 2])], lambda x: x.split(0), size=0, dim=0)
    for count, dim in [(1, 0), (2, 0), (3, 0), (4, 0), (7, 0), (2, 1)]:
        layouts("chunk", [5, 3], lambda x: x.chunk(count, dim), ["s"], count=count, dim=dim)
        layouts("tensorSplit", [5, 3], lambda x: x.tensor_split(count, dim), ["t"], count=count, dim=dim)
    case("chunk", "empty", [Input([], [0])], lambda x: x.chunk(3), count=3, dim=0)
    for places, dim in [([2], 0), ([1, 3], 0), ([-2, 9], 0), ([3, 1], 0), ([], 0), ([-9, 2], 1)]:
        layouts("tensorSplit", [5, 3], lambda x: x.tensor_split(places, dim), ["n"], places=places, dim=dim)
    for dim in [0, 1, -1]:
        layouts("unbind", [2, 3], lambda x: x.unbind(dim), dim=dim)


def joining_cases():
    for name, function in [("hstack", torch.hstack), ("vstack", torch.vstack), ("dstack", torch.dstack),
                           ("columnStack", torch.column_stack)]:
        for extents in [[], [2], [2, 3], [2, 1, 2]]:
            if name == "columnStack" and len(extents) == 3:
                continue
            case(f"static.{name}", f"rank {len(extents)}",
                 [tensor(extents), tensor(extents, seed=3, layout="t")], lambda *x: function(x))
    case("static.columnStack", "mixed", [tensor([2]), tensor([2, 2], seed=1)], lambda *x: torch.column_stack(x))
    case("static.cat", "with nothing", [Input([], [0]), tensor([2, 2]), Input([], [0])],
         lambda *x: torch.cat(x, 1), dim=1, smooth=False)
    case("static.cat", "only nothing", [Input([], [0]), Input([], [0])], lambda *x: torch.cat(x), dim=0)


def repetition_cases():
    for count in [0, 1, 3]:
        for dim in [None, 0, 1, -1]:
            given = {} if dim is None else {"dim": dim}
            layouts("repeatInterleave", [2, 3], lambda x: x.repeat_interleave(count, dim),
                    ["t"], count=count, **given)
    for counts, dim in [([1, 0, 2], 1), ([2], 0), ([3, 1], 0), ([0, 0], 0)]:
        for layout in LAYOUTS:
            case("repeatInterleave", f"{counts} {dim} {layout}".replace(" ", ""),
                 [tensor([2, 3], layout=layout), integers(counts)],
                 lambda x, c: x.repeat_interleave(c, dim), dim=dim)
    case("repeatInterleave", "all", [tensor([2, 2]), integers([1, 0, 2, 1])], lambda x, c: x.repeat_interleave(c))
    for shifts, dims in [([1], []), ([-5], []), ([1], [0]), ([2], [1]), ([-1], [-1]), ([1, -1], [0, 1]),
                         ([1, 1], [0, 0]), ([0], [0]), ([700], [1])]:
        layouts("roll", [3, 4], lambda x: x.roll(shifts, dims if dims else None), ["n" if len(dims) == 1 else "t"], shifts=shifts, dims=dims)
    case("roll", "empty", [Input([], [0, 2])], lambda x: x.roll(1, 0), shifts=[1], dims=[0])
    case("roll", "scalar", [tensor([])], lambda x: x.roll(1), shifts=[1], dims=[])
    for count, dims in itertools.product([0, 1, 2, 3, -1, 6], [[0, 1], [1, 0], [-1, 0]]):
        layouts("rot90", [2, 3, 2], lambda x: x.rot90(count, dims), ["t" if count % 2 else "c"], count=count, dims=dims)


def padding_cases():
    for pads in [[1, 2], [2, 0, 1, 1], [-1, 2], [0, -1, -1, 0], [1, -1, -1, 1], [0, 0], [], [1, 0, 0, 1, 2, 1]]:
        for layout in ["c", "t"] if len(pads) < 6 else ["c"]:
            case("pad", f"constant {pads} {layout}".replace(" ", ""), [tensor([2, 3, 2], layout=layout)],
                 lambda x: F.pad(x, pads, value=0.5), pads=pads, mode=0, value=0.5)
    for mode, name in [(1, "reflect"), (2, "replicate"), (3, "circular")]:
        # PyTorch pads the last dimensions of a batch of channels.
        for pads in [[1, 2], [2, 2], [0, 1], [2, 0], [0, 0]]:
            for layout in LAYOUTS if pads == [1, 2] else ["c"]:
                case("pad", f"{name} {pads} {layout}".replace(" ", ""), [tensor([1, 2, 3], layout=layout)],
                     lambda x: F.pad(x, pads, mode=name), pads=pads, mode=mode, value=0.0)
        for pads in [[1, 1, 1, 1], [2, 0, 0, 1], [0, 2, 2, 1]]:
            for layout in ["c", "n"]:
                case("pad", f"{name} {pads} {layout}".replace(" ", ""), [tensor([1, 1, 3, 3], layout=layout)],
                     lambda x: F.pad(x, pads, mode=name), pads=pads, mode=mode, value=0.0)
        case("pad", f"{name} three", [tensor([1, 1, 2, 2, 2])], lambda x: F.pad(x, [1, 1, 1, 0, 0, 1], mode=name),
             pads=[1, 1, 1, 0, 0, 1], mode=mode, value=0.0)
    case("pad", "replicate wide", [tensor([1, 2])], lambda x: F.pad(x, [3, 4], mode="replicate"),
         pads=[3, 4], mode=2, value=0.0)
    case("pad", "empty", [Input([], [0, 2])], lambda x: F.pad(x, [1, 0, 2, 0]), pads=[1, 0, 2, 0], mode=0, value=0.0)
    case("pad", "integers", [integers([1, 2])], lambda x: F.pad(x, [1, 1], value=7), pads=[1, 1], mode=0, value=7.0)
    case("pad", "scalar", [tensor([])], lambda x: x + 0, pads=[], mode=0, value=0.0)


def scatter_cases():
    columns, rows = integers([2, 0, 1, 2], [2, 2]), integers([0, 2, 1, 0], [2, 2])
    for layout in LAYOUTS:
        case("scatter", f"columns {layout}",
             [tensor([2, 3], layout=layout), columns, tensor([2, 2], layout=layout, seed=5)],
             lambda x, i, s: x.scatter(1, i, s), dim=1)
        case("scatter", f"rows {layout}", [tensor([3, 2], layout=layout), rows, tensor([2, 2], layout=layout, seed=5)],
             lambda x, i, s: x.scatter(0, i, s), dim=0)
        case("scatter", f"number {layout}", [tensor([3, 2], layout=layout), rows],
             lambda x, i: x.scatter(0, i, 2.5), dim=0, value=2.5)
    case("scatter", "larger source", [tensor([3, 2]), rows, tensor([3, 3], seed=5)],
         lambda x, i, s: x.scatter(0, i, s[:2, :2]), dim=0)
    case("scatter", "nothing", [tensor([2, 3]), integers([], [2, 0]), Input([], [2, 0])],
         lambda x, i, s: x.scatter(1, i, s), dim=1, smooth=False)
    # The last of two sources for one place stays and has the derivative.
    case("scatter", "last stays", [tensor([3]), integers([1, 1, 0, 1]), tensor([4], seed=5)],
         lambda x, i, s: x.index_put((torch.tensor([1, 0]),), s[[3, 2]]), dim=0)
    case("scatter", "integers", [integers([5, 6, 7]), integers([2, 0]), integers([1, 2])],
         lambda x, i, s: x.scatter(0, i, s), dim=0)
    meeting = integers([0, 0, 2, 0, 1, 1, 1, 0], [2, 4])
    for how, reduce in enumerate(["sum", "prod", "mean", "amax", "amin"]):
        for include in [True, False]:
            for layout in ["c", "t"]:
                case("scatterReduce", f"{reduce} {include} {layout}",
                     [tensor([2, 3], layout=layout), meeting, tensor([2, 4], layout=layout, seed=5)],
                     lambda x, i, s: x.scatter_reduce(1, i, s, reduce, include_self=include), dim=1, how=how,
                     include=include)
            case("scatterReduce", f"{reduce} {include} integers",
                 [integers([5, 6, -7]), integers([2, 0, 2, 2]), integers([1, -4, 9, 2])],
                 lambda x, i, s: x.scatter_reduce(0, i, s, reduce, include_self=include), dim=0, how=how,
                 include=include)
            case("scatterReduce", f"{reduce} {include} special",
                 [Input([1.0, INF, -2.0], grad=False), integers([2, 0, 2, 1]), Input([1, NAN, 9, 2.0], grad=False)],
                 lambda x, i, s: x.scatter_reduce(0, i, s, reduce, include_self=include), dim=0, how=how,
                 include=include)
            case("scatterReduce", f"{reduce} {include} nothing",
                 [tensor([2]), integers([], [0]), Input([], [0], grad=False)],
                 lambda x, i, s: x.scatter_reduce(0, i, s, reduce, include_self=include), dim=0, how=how,
                 include=include, smooth=False)
    for reduce, how in [("amax", 3), ("amin", 4)]:
        case("scatterReduce", f"{reduce} ties", [Input([2.0, 1.0]), integers([0, 0, 1]), Input([2.0, 2.0, 1.0])],
             lambda x, i, s: x.scatter_reduce(0, i, s, reduce), dim=0, how=how, include=True, smooth=False)

    def products(x, i, s):
        return torch.stack([x[0] * s[0] * s[2] * s[3], x[1] * s[1]])
    for zeros in [[0], [0, 2], [3]]:
        values = [0.0 if k in zeros else v for k, v in enumerate(spread(4, 0.5, 1.5))]
        case("scatterReduce", f"prod zeros {zeros}".replace(" ", ""),
             [tensor([2]), integers([0, 1, 0, 0]), Input(values)], products, dim=0, how=1, include=True)
    positive = torch.tensor([2, 0, 2])
    index = integers([2, 0, -1])
    unique = torch.tensor([2, 0])
    for layout in LAYOUTS:
        for scale in [1.0, -0.5]:
            case("indexAdd", f"rows {layout} {scale}",
                 [tensor([3, 2], layout=layout), index, tensor([3, 2], layout=layout, seed=4)],
                 lambda x, i, s: x.index_add(0, positive, s, alpha=scale), dim=0, scale=scale)
        case("indexAdd", f"columns {layout}",
             [tensor([2, 3, 2], layout=layout), index, tensor([2, 3, 2], layout=layout, seed=4)],
             lambda x, i, s: x.index_add(1, positive, s), dim=1, scale=1.0)
        case("indexCopy", f"rows {layout}", [tensor([3, 2], layout=layout), integers([2, 0]), tensor([2, 2], layout=layout, seed=4)],
             lambda x, i, s: x.index_copy(0, i, s), dim=0)
        case("indexCopy", f"columns {layout}",
             [tensor([2, 3, 2], layout=layout), integers([-1, 0]), tensor([2, 2, 2], layout=layout, seed=4)],
             lambda x, i, s: x.index_copy(1, unique, s), dim=1)
        case("indexFill", f"rows {layout}", [tensor([3, 2], layout=layout), index],
             lambda x, i: x.index_fill(0, positive, -2.5), dim=0, value=-2.5)
        case("indexFill", f"columns {layout}", [tensor([2, 3, 2], layout=layout), index],
             lambda x, i: x.index_fill(1, positive, 3), dim=1, value=3.0)
        for accumulate in [False, True]:
            case("put", f"{accumulate} {layout}",
                 [tensor([2, 3], layout=layout), integers([5, 0, -3]), tensor([3], seed=2)],
                 lambda x, i, s: x.put(i, s, accumulate), accumulate=accumulate)
        case("maskedScatter", layout,
             [tensor([2, 3], layout=layout), integers([1, 0, 0, 1, 1, 0], [2, 3], torch.bool), tensor([2, 2], layout=layout, seed=3)],
             lambda x, m, s: x.masked_scatter(m, s))
        case("take", layout, [tensor([2, 3], layout=layout), integers([5, 0, -1, 2], [2, 2])], torch.take)
        case("takeAlongDimension", f"columns {layout}", [tensor([2, 3], layout=layout), integers([1, 2, 0, 0], [1, 4])],
             lambda x, i: torch.take_along_dim(x, i, 1), dim=1)
        case("takeAlongDimension", f"broadcast {layout}",
             [tensor([1, 3], layout=layout), integers([1, 2, 0, 0], [2, 2])],
             lambda x, i: torch.take_along_dim(x, i, 1), dim=1)
        case("takeAlongDimension", f"all {layout}", [tensor([2, 3], layout=layout), integers([1, 5, 0, 0])],
             lambda x, i: torch.take_along_dim(x, i))
    case("indexAdd", "one slice", [tensor([3]), integers([1]), tensor([1], seed=3)],
         lambda x, i, s: x.index_add(0, i, s), dim=0, scale=1.0)
    case("indexAdd", "integers", [integers([1, 2]), integers([1, 1]), integers([5, 6])],
         lambda x, i, s: x.index_add(0, i, s, alpha=2), dim=0, scale=2.0)
    case("indexCopy", "nothing", [tensor([3, 2]), integers([], [0]), Input([], [0, 2])],
         lambda x, i, s: x.index_copy(0, i, s), dim=0, smooth=False)
    case("put", "last stays", [tensor([3]), integers([1, 1]), tensor([2], seed=3)],
         lambda x, i, s: x.index_put((torch.tensor([1]),), s[1:]), accumulate=False)
    case("maskedScatter", "broadcast", [tensor([2, 2]), integers([0, 1], [2], torch.bool), tensor([4], seed=3)],
         lambda x, m, s: x.masked_scatter(m, s))
    case("maskedSelect", "broadcast mask", [tensor([2, 2]), integers([0, 1], [2], torch.bool)],
         lambda x, m: x.masked_select(m))
    case("maskedSelect", "broadcast both", [tensor([2, 1]), integers([0, 1, 1], [3], torch.bool)],
         lambda x, m: x.masked_select(m))


def range_of(first, last, step=1):
    """The positions first ... last, both included, as a list: PyTorch has no negative steps."""
    return list(range(first, last + (1 if step > 0 else -1), step))


# A key of `x[...]` as the fixture spells it, and as PyTorch takes it. Words are joined by ";": a number, first:last:step, "*" for
# all, "~" for an ellipsis, "+" for a new dimension, "i" for the next index tensor or mask among the inputs.
KEYS = [
    ("2", [], lambda x: x[2]), ("-1;0", [], lambda x: x[-1, 0]), ("*;1", [], lambda x: x[:, 1]),
    ("0:1:1", [], lambda x: x[:2]), ("0:2:2", [], lambda x: x[::2]), ("2:0:-1", [], lambda x: x.flip(0)),
    ("-1:0:-2", [], lambda x: x[[2, 0]]), ("2:1:1", [], lambda x: x[:0]), ("3:2:1", [], lambda x: x[:0]),
    ("~", [], lambda x: x[...]), ("~;0", [], lambda x: x[..., 0]), ("1;~;0", [], lambda x: x[1, ..., 0]),
    ("1;~", [], lambda x: x[1, ...]), ("0;1;1;~", [], lambda x: x[0, 1, 1, ...]),
    ("+", [], lambda x: x[None]), ("*;+;0", [], lambda x: x[:, None, 0]), ("~;+", [], lambda x: x[..., None]),
    ("+;1;+;0:1:1", [], lambda x: x[None, 1, None, :2]),
    ("i", [("i", [2, 0, 2, -1], [4])], lambda x, i: x[i]),
    ("i", [("i", [2, 0, 1, 1], [2, 2])], lambda x, i: x[i]),
    ("i", [("i", [1], [])], lambda x, i: x[i]), ("i", [("i", [], [0])], lambda x, i: x[i]),
    ("*;i", [("i", [1, 0, 1], [3])], lambda x, i: x[:, i]), ("~;i", [("i", [1, 0], [2])], lambda x, i: x[..., i]),
    ("i;i", [("i", [0, 2], [2]), ("i", [1, 0], [2])], lambda x, i, j: x[i, j]),
    ("i;i", [("i", [0, 2], [2, 1]), ("i", [1, 0, 1], [3])], lambda x, i, j: x[i, j]),
    ("i;*;i", [("i", [0, 2], [2]), ("i", [1, 0], [2])], lambda x, i, j: x[i, :, j]),
    ("i;*;i", [("i", [0, 2], [2, 1]), ("i", [1, 0], [2])], lambda x, i, j: x[i, :, j]),
    ("i;1;i", [("i", [0, 2], [2]), ("i", [1, 0], [2])], lambda x, i, j: x[i, 1, j]),
    ("i;+;i", [("i", [0, 2], [2]), ("i", [1, 0], [2])], lambda x, i, j: x[i, None, j]),
    ("1;*;i", [("i", [1, 0, 0], [3])], lambda x, i: x[1, :, i]), ("0:1:1;i", [("i", [1, 0, 0], [3])], lambda x, i: x[:2, i]),
    ("2:0:-1;*;i", [("i", [1, 0, 0], [3])], lambda x, i: x.flip(0)[:, :, i]),
    ("i;i;i", [("i", [0, 2], [2]), ("i", [1], [1]), ("i", [1, 0], [2])], lambda x, i, j, k: x[i, j, k]),
    ("i", [("m", [1, 0, 1], [3])], lambda x, m: x[m]), ("*;i", [("m", [1, 0], [2])], lambda x, m: x[:, m]),
    ("i", [("m", [1, 0, 1, 1, 0, 0], [3, 2])], lambda x, m: x[m]), ("*;i", [("m", [1, 0, 1, 1], [2, 2])], lambda x, m: x[:, m]),
    ("i", [("m", [1, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1], [3, 2, 2])], lambda x, m: x[m]),
    ("i", [("m", [0, 0, 0], [3])], lambda x, m: x[m]), ("i;i", [("m", [1, 0, 1], [3]), ("i", [1, 0], [2])], lambda x, m, i: x[m, i]),
    ("i;*;i", [("m", [1, 0, 1], [3]), ("i", [1, 0], [2])], lambda x, m, i: x[m, :, i]),
    ("i;0", [("m", [1, 0, 1], [3])], lambda x, m: x[m, 0]),
]


def given(indices):
    return [integers(v, s, torch.bool if kind == "m" else torch.int64) for kind, v, s in indices]


def key_cases():
    for number, (key, indices, function) in enumerate(KEYS):
        variant = f"{number} {key}"
        layout = LAYOUTS[number % 4]
        case("part", variant, [tensor([3, 2, 2], layout=layout)] + given(indices), function, key=[key])
        whole = torch.arange(12).reshape(3, 2, 2)
        places = function(whole, *[i.tensor for i in given(indices)])
        shapes = [list(places.shape)]
        if number % 3 == 0:
            shapes.append([1] * (places.dim() + 1))
        elif places.dim() > 0:
            shapes.append(list(places.shape[1:]))
        for shape in shapes:
            if number % 2 == 1 and shape == list(places.shape) and "i" in key[2:]:
                continue  # reading has these keys, too
            if 0 in shape and shape != list(places.shape):
                continue

            def fitted(value):
                return (value[0] if value.dim() > places.dim() else value).expand(places.shape)

            def written(x, *rest):
                value = fitted(rest[-1])
                # The last value for a place stays, as one after the other would have it.
                last = {p: k for k, p in enumerate(places.reshape(-1).tolist())}
                flat = x.reshape(-1)
                if last:
                    flat = flat.index_put((torch.tensor(list(last)),), value.reshape(-1)[list(last.values())])
                return flat.reshape(x.shape)

            def added(x, *rest):
                value = fitted(rest[-1])
                return x.reshape(-1).index_add(0, places.reshape(-1), value.reshape(-1)).reshape(x.shape)
            text = f"{variant} {shape}".replace("[", "").replace("]", "").replace(",", "x")
            value = Input([], shape) if 0 in shape else tensor(shape, seed=5)
            inputs = [tensor([3, 2, 2], layout=layout)] + given(indices) + [value]
            case("assign.indices", text, inputs, written, key=[key], smooth=0 not in shape)
            if shape == list(places.shape) and number % 2 == 0:
                if number % 8 == 4:
                    case("indexPut", text, inputs, written, key=[key], accumulate=False, smooth=0 not in shape)
                case("indexPut", text + " added", inputs, added, key=[key], accumulate=True, smooth=0 not in shape)
    case("part", "scalar mask", [tensor([]), integers([1], [], torch.bool)], lambda x, m: x[m], key=["i"])
    case("part", "scalar mask false", [tensor([]), integers([0], [], torch.bool)], lambda x, m: x[m], key=["i"])
    case("part", "scalar", [tensor([])], lambda x: x[...], key=["~"])
    case("part", "empty", [Input([], [0, 2]), integers([1, 0, 1])], lambda x, i: x[:, i], key=["*;i"])
    case("part", "integers", [integers([5, 6, 7]), integers([2, 0])], lambda x, i: x[i], key=["i"])


def cases():
    regrouping_cases()
    splitting_cases()
    joining_cases()
    repetition_cases()
    padding_cases()
    scatter_cases()
    key_cases()
