"""Golden cases of functions of single elements, one or two operands, and numbers."""

import torch

from goldencases.fixture import INF, NAMES, NAN, Input, case, integers, tensor

SHAPES = [("matrix", [2, 3], "c"), ("transposed", [3, 2], "t"), ("strided", [2, 3], "s"),
          ("backwards", [5], "n"), ("empty", [0, 2], "c"), ("scalar", [], "c"), ("single", [1, 1], "c")]
SPECIAL = [NAN, INF, -INF, 0.0, -0.0, 1.0, -1.0, 1e300, -1e300, 1e-300, 40.0, -40.0]


def unary(operation, function, low=-1.5, high=1.5, special=True, **options):
    for variant, shape, layout in SHAPES:
        case(operation, variant, [tensor(shape, low, high, 1, layout)], function, **options)
    if special:
        case(operation, "special", [Input(SPECIAL)], function, grad=False,
             **{k: v for k, v in options.items() if k != "smooth"})


def unary_cases():
    unary("abs", torch.abs, 0.2, 1.5)
    case("abs", "negative", [tensor([4], -2, -0.2)], torch.abs)
    case("abs", "integers", [integers([-3, 0, 5])], torch.abs)
    unary("sign", torch.sign, 0.2, 1.5, special=False)
    case("sign", "mixed", [Input([-2.0, 0.0, 3.0])], torch.sign, grad=False)
    case("sign", "integers", [integers([-3, 0, 5])], torch.sign)
    unary("square", torch.square)
    case("square", "integers", [integers([-3, 0, 5])], torch.square)
    unary("sqrt", torch.sqrt, 0.2, 2)
    unary("rsqrt", torch.rsqrt, 0.3, 2)
    unary("reciprocal", torch.reciprocal, 0.4, 2)
    unary("exp", torch.exp)
    unary("expm1", torch.expm1)
    case("expm1", "tiny", [Input([1e-10, -1e-12, 3e-5])], torch.expm1)
    unary("log", torch.log, 0.3, 2)
    unary("log1p", torch.log1p, -0.5, 2)
    case("log1p", "tiny", [Input([1e-10, -1e-12, 3e-5])], torch.log1p)
    unary("sin", torch.sin, -3, 3, special=False)
    unary("cos", torch.cos, -3, 3, special=False)
    for name, function in [("sin", torch.sin), ("cos", torch.cos)]:
        case(name, "special", [Input([NAN, INF, -INF, 0.0, -0.0, 1e5, 1e-300])], function, grad=False)
    unary("tanh", torch.tanh, -2, 2)
    unary("sigmoid", torch.sigmoid, -3, 3)
    unary("erf", torch.erf, -2, 2)
    unary("softplus", torch.nn.functional.softplus, -3, 3, special=False)
    case("softplus", "special", [Input([NAN, INF, -INF, 800.0, -800.0])],
         torch.nn.functional.softplus, grad=False)
    for name, function in [("floor", torch.floor), ("ceil", torch.ceil), ("round", torch.round),
                           ("trunc", torch.trunc)]:
        unary(name, function, 1.1, 1.4)
        case(name, "halves", [Input([-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 2.4999])], function, grad=False)
        case(name, "integers", [integers([-3, 0, 5])], function)
    unary("negative", torch.neg)
    for name, function in [("isNaN", torch.isnan), ("isFinite", torch.isfinite),
                           ("isInfinite", torch.isinf)]:
        case(name, "special", [Input(SPECIAL, grad=False)], function)
        case(name, "integers", [integers([1, 2])], function)
        case(name, "empty", [Input([], [0], grad=False)], function)
    for name, function in [("sqrt", torch.sqrt), ("exp", torch.exp), ("sigmoid", torch.sigmoid)]:
        case(name, "integers", [integers([0, 1, 5])],
             lambda x, f=function: f(x.to(torch.float32)))


def activation_cases():
    f = torch.nn.functional
    unary("relu", torch.relu, 0.3, 1.5)
    case("relu", "mixed", [Input([-1.2, 0.7, -0.4, 2.0], [2, 2])], torch.relu)
    case("relu", "zero", [Input([0.0])], torch.relu, smooth=False)
    for slope in [0.2, 0.01]:
        unary("leakyReLU.slope", lambda x: f.leaky_relu(x, slope), 0.3, 1.5, slope=slope)
        case("leakyReLU.slope", "mixed", [Input([-1.2, 0.7, -0.4, 2.0], [2, 2], "t")],
             lambda x: f.leaky_relu(x, slope), slope=slope)
        case("leakyReLU.slope", "zero", [Input([0.0])], lambda x: f.leaky_relu(x, slope),
             smooth=False, slope=slope)
    for alpha in [1.0, 0.5]:
        unary("elu.alpha", lambda x: f.elu(x, alpha), 0.3, 1.5, alpha=alpha)
        case("elu.alpha", "mixed", [Input([-1.2, 0.7, -0.4, 2.0], [2, 2], "t")],
             lambda x: f.elu(x, alpha), alpha=alpha)
    case("elu.alpha", "zero", [Input([0.0])], f.elu, twice=False, smooth=False, alpha=1.0)
    unary("gelu", f.gelu, -2, 2, special=False)
    unary("silu", f.silu, -3, 3, special=False)


BINARY_SHAPES = [
    ("same", [2, 3], [2, 3], "c", "c"), ("transposed", [2, 3], [2, 3], "t", "c"),
    ("strided", [2, 3], [2, 3], "c", "s"), ("row", [2, 3], [3], "c", "c"),
    ("column", [2, 1], [2, 3], "c", "t"), ("both", [2, 1, 2], [3, 1], "c", "n"),
    ("scalar", [2, 2], [], "c", "c"), ("scalars", [], [], "c", "c"), ("ones", [1, 1], [1], "c", "c"),
    ("empty", [0, 3], [3], "c", "c"), ("expanded", [2, 3], [2, 3], "e", "c"),
]


def binary(operation, function, first=(-1.5, 1.5), second=(-1.5, 1.5), **options):
    for variant, a, b, la, lb in BINARY_SHAPES:
        x, y = tensor(a, *first, 1, la), tensor(b, *second, 2, lb)
        if la == "e":
            x.tensor = x.tensor[:1].expand(a).clone()
        case(operation, variant, [x, y], function, **options)


def binary_cases():
    binary("add", torch.add)
    binary("sub", torch.sub)
    binary("mul", torch.mul)
    binary("div", torch.div, second=(0.5, 1.5))
    binary("pow", torch.pow, first=(0.4, 1.6))
    case("pow", "zero base", [Input([0.0, 0.0, 0.0]), Input([2.0, 1.0, 0.0], grad=False)], torch.pow,
         smooth=False)
    case("pow", "negative base", [Input([-1.5, -0.5, -2.0]), Input([2.0, 3.0, -1.0], grad=False)],
         torch.pow)
    binary("maximum", torch.maximum, first=(-1.5, 1.4), second=(-1.4, 1.7))
    binary("minimum", torch.minimum, first=(-1.5, 1.4), second=(-1.4, 1.7))
    case("maximum", "tie", [Input([1.0, 2.0]), Input([1.0, 3.0])], torch.maximum, smooth=False)
    case("minimum", "tie", [Input([1.0, 2.0]), Input([1.0, 3.0])], torch.minimum, smooth=False)
    binary("remainder", torch.remainder, first=(1.1, 1.4), second=(0.75, 1.05))
    case("remainder", "signs", [Input([5.3, -5.3, 5.3, -5.3]), Input([3.0, 3.0, -3.0, -3.0])],
         torch.remainder)
    binary("floorDivide", lambda a, b: torch.floor_divide(a, b), first=(1.1, 1.4),
           second=(0.75, 1.05), grad=False)
    case("floorDivide", "signs", [Input([5.3, -5.3, 5.3, -5.3]), Input([3.0, 3.0, -3.0, -3.0])],
         torch.floor_divide, grad=False)
    binary("atan2", torch.atan2, first=(0.3, 1.5), second=(0.3, 1.5))
    case("atan2", "quadrants", [Input([1.0, 1.0, -1.0, -1.0, 0.1]), Input([2.0, -2.0, 2.0, -2.0, -1.0])],
         torch.atan2)
    pairs = [(a, b) for a in [NAN, INF, -INF, 0.0, -0.0, 1.5] for b in [NAN, INF, -INF, 0.0, -2.0, 3.0]]
    left, right = [p[0] for p in pairs], [p[1] for p in pairs]
    for name, function in [("add", torch.add), ("sub", torch.sub), ("mul", torch.mul),
                           ("div", torch.div), ("pow", torch.pow), ("maximum", torch.maximum),
                           ("minimum", torch.minimum), ("atan2", torch.atan2)]:
        case(name, "special", [Input(left), Input(right)], function, grad=False)
    a, b = [7, -7, 7, -7, 0], [3, 3, -3, -3, 5]
    for name, function in [("add", torch.add), ("sub", torch.sub), ("mul", torch.mul),
                           ("maximum", torch.maximum), ("minimum", torch.minimum),
                           ("remainder", torch.remainder), ("floorDivide", torch.floor_divide)]:
        case(name, "integers", [integers(a), integers(b)], function)
        case(name, "bytes", [integers([250, 3, 7], dtype=torch.uint8), integers([20, 5, 7], dtype=torch.uint8)],
             function)
    case("div", "integers", [integers(a), integers(b)],
         lambda x, y: torch.div(x, y).to(torch.float32))
    case("pow", "integers", [integers([2, -3, 0, 7]), integers([10, 3, 0, 1])], torch.pow)
    types = [torch.float32, torch.float64, torch.int64, torch.uint8, torch.bool]
    for x in types:
        for y in types:
            for variant, sx, sy in [("vectors", [2], [2]), ("vector scalar", [2], []), ("scalars", [], [])]:
                values = lambda s: [1, 0] if s else 1
                out = torch.promote_types(x, y) if len(sx) == len(sy) else torch.result_type(
                    torch.ones(sx, dtype=x), torch.ones(sy, dtype=y))
                if out == torch.bool:
                    continue  # arithmetic on booleans counts in int64 here
                case("add", f"{NAMES[x]} {NAMES[y]} {variant}",
                     [Input(values(sx), dtype=x, grad=False), Input(values(sy), dtype=y, grad=False)],
                     torch.add)


def scalar_cases():
    for value in [0.7, -2.0, 0.0]:
        unary("add.value", lambda x: x + value, value=value, special=value == 0.7)
        unary("sub.value", lambda x: x - value, value=value, special=value == 0.7)
        unary("mul.value", lambda x: x * value, value=value, special=value == 0.7)
        unary("subtracted.from", lambda x: value - x, value=value, special=value == 0.7)
    unary("div.value", lambda x: x / 0.7, value=0.7)
    for value in [1.0, 2.0, 0.5, -1.0, 3.0, 0.0, 1.7, -0.5]:
        unary("pow.value", lambda x: x ** value, 0.4, 1.5, value=value, special=False)
    case("pow.value", "zero", [Input([0.0, 1.0])], lambda x: x ** 3, value=3.0, smooth=False)
    unary("maximum.value", lambda x: x.clamp(min=0.1), 0.3, 1.5, value=0.1, special=False)
    unary("minimum.value", lambda x: x.clamp(max=0.1), 0.3, 1.5, value=0.1, special=False)
    for name, low, high in [("both", -0.5, 0.5), ("low", -0.5, None), ("high", None, 0.5)]:
        bounds = {k: v for k, v in [("low", low), ("high", high)] if v is not None}
        case("clamp.minimum", name, [Input([-1.0, -0.2, 0.3, 0.9], [2, 2], "t")],
             lambda x: x.clamp(low, high), **bounds)
        case("clamp.minimum", name + " special", [Input(SPECIAL)], lambda x: x.clamp(low, high),
             grad=False, **bounds)
    case("clamp.minimum", "bounds", [Input([-0.5, 0.5])], lambda x: x.clamp(-0.5, 0.5), smooth=False,
         low=-0.5, high=0.5)
    case("clamp.minimum", "empty", [Input([], [0])], lambda x: x.clamp(-0.5, 0.5), low=-0.5, high=0.5)
    case("add.value", "integers", [integers([1, 2])], lambda x: x + 3, value=3.0)
    case("mul.value", "integers by a fraction", [integers([1, 2])],
         lambda x: (x * 1.5).to(torch.float32), value=1.5)
    case("sub.value", "booleans", [integers([1, 0], dtype=torch.bool)], lambda x: x.to(torch.int64) - 1,
         value=1.0)
    case("subtracted.from", "integers", [integers([1, 2])], lambda x: 3 - x, value=3.0)


def comparison_cases():
    values = [NAN, INF, -INF, 0.0, 1.0]
    a = [x for x in values for _ in values]
    b = [y for _ in values for y in values]
    for name in ["eq", "ne", "lt", "le", "gt", "ge"]:
        function = getattr(torch, name)
        case(name, "special", [Input(a, grad=False), Input(b, grad=False)], function)
        case(name, "broadcast", [tensor([2, 1], layout="t"), tensor([3], seed=3)], function)
        case(name, "mixed types", [integers([1, 2, 3]), Input([1.0, 2.5, 3.0], grad=False)], function)
        case(name, "integers", [integers([1, 2, 3]), integers([3, 2, 1])], function)
        case(name, "bytes", [integers([1, 200], dtype=torch.uint8), integers([1, 0], dtype=torch.bool)], function)
        case(name, "empty", [Input([], [0], grad=False), Input([1.0], grad=False)], function)
        case(f"{name}.value", "float", [Input(values, grad=False)], lambda x: function(x, 0.0), value=0.0)
        case(f"{name}.value", "integers", [integers([0, 1, 2])], lambda x: function(x, 0.5), value=0.5)
        case(f"{name}.value", "bytes", [integers([0, 1, 255], dtype=torch.uint8)],
             lambda x: function(x.to(torch.int64), 300), value=300.0)
    for name, function in [("logicalAnd", torch.logical_and), ("logicalOr", torch.logical_or),
                           ("logicalXor", torch.logical_xor)]:
        case(name, "floats", [Input([0.0, 0.5, NAN, 0.0], grad=False), Input([1.0, 2.0, 0.0, 0.0], grad=False)],
             function)
        case(name, "broadcast", [integers([1, 0], [2, 1], torch.bool), integers([1, 0, 1], dtype=torch.bool)],
             function)
    case("logicalNot", "floats", [Input([0.0, 0.5, NAN], grad=False)], torch.logical_not)
    mask = integers([1, 0, 0, 1, 1, 0], [2, 3], torch.bool)
    case("static.select", "same", [mask, tensor([2, 3]), tensor([2, 3], seed=1, layout="t")], torch.where)
    case("static.select", "broadcast", [mask, tensor([3]), tensor([2, 1], seed=1)], torch.where)
    case("static.select", "scalar", [mask, tensor([2, 3]), tensor([])], torch.where)
    case("static.select", "wide mask", [mask, tensor([1]), tensor([])], torch.where)
    case("static.select", "empty", [integers([], [0], torch.bool), tensor([1]), tensor([])], torch.where)
    case("static.select", "nan", [mask, Input([NAN] * 3), tensor([3])], torch.where, smooth=False)
    case("maskedFill", "plain", [tensor([2, 3]), mask], lambda x, m: x.masked_fill(m, 0.7), value=0.7)
    case("maskedFill", "strided", [tensor([2, 3], layout="t"), mask],
         lambda x, m: x.masked_fill(m, -INF), value=-INF, smooth=False)
    for name in ["all", "any"]:
        function = lambda x: getattr(torch, name)(x).to(torch.bool)
        for variant, values in [("mixed", [0.0, 1.0]), ("none", [0.0, 0.0]), ("every", [2.0, NAN]), ("empty", [])]:
            case(name, variant, [Input(values, grad=False)], function)
    case("isEqual.to", "same", [Input([1.0, 2.0], grad=False), Input([1.0, 2.0], grad=False)],
         lambda a, b: torch.tensor(torch.equal(a, b)))
    case("isEqual.to", "nan", [Input([1.0, NAN], grad=False), Input([1.0, NAN], grad=False)],
         lambda a, b: torch.tensor(torch.equal(a, b)))
    case("isEqual.to", "shape", [Input([1.0], grad=False), Input([[1.0]], grad=False)],
         lambda a, b: torch.tensor(torch.equal(a, b)))


def cases():
    unary_cases()
    activation_cases()
    binary_cases()
    scalar_cases()
    comparison_cases()
