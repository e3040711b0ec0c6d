"""Golden cases of the elementwise functions beyond the first set, and of creation."""

import math

import mpmath
import torch

from goldencases.elementwise import SPECIAL, binary, unary
from goldencases.fixture import INF, NAN, Input, case, integers, tensor

f = torch.nn.functional
mpmath.mp.dps = 40


def exact(derivative):
    """A function of tensors from derivative(order, x), evaluated with 40 digits: where PyTorch's own
    values have fewer than 12 correct digits, or no second derivative."""
    class Exact(torch.autograd.Function):
        @staticmethod
        def forward(context, x, order):
            context.save_for_backward(x)
            context.order = order
            values = [float(mpmath.re(derivative(order, mpmath.mpf(v)))) for v in x.reshape(-1).tolist()]
            return torch.tensor(values, dtype=x.dtype).reshape(x.shape)

        @staticmethod
        def backward(context, gradient):
            x, = context.saved_tensors
            return gradient * Exact.apply(x, context.order + 1), None
    return lambda x: Exact.apply(x, 0)


def inverse_error_function(order, x):
    y = mpmath.erfinv(x)
    slope = mpmath.sqrt(mpmath.pi) / 2 * mpmath.exp(y * y)
    return [y, slope, 2 * y * slope**2][order]


def transcendental_cases():
    unary("exp2", torch.exp2)
    unary("log2", torch.log2, 0.3, 2)
    unary("log10", torch.log10, 0.3, 2)
    unary("tan", torch.tan, -1.2, 1.2, special=False)
    case("tan", "special", [Input([NAN, INF, -INF, 0.0, -0.0, 1e5, 1e-300])], torch.tan, grad=False)
    unary("asin", torch.asin, -0.9, 0.9)
    unary("acos", torch.acos, -0.9, 0.9)
    unary("atan", torch.atan, -2, 2)
    unary("sinh", torch.sinh, -2, 2)
    unary("cosh", torch.cosh, -2, 2)
    unary("asinh", torch.asinh, -2, 2)
    unary("acosh", torch.acosh, 1.2, 3)
    unary("atanh", torch.atanh, -0.8, 0.8)
    # PyTorch's asinh loses digits far out and near 0.
    case("asinh", "wide", [Input([1e-9, -1e-4, 30.0, -1e5])],
         exact(lambda k, x: [mpmath.asinh(x), 1 / mpmath.sqrt(1 + x * x), -x / mpmath.sqrt(1 + x * x)**3][k]),
         smooth=False)
    case("atanh", "tiny", [Input([1e-9, -1e-6, 0.25])],
         exact(lambda k, x: [mpmath.atanh(x), 1 / (1 - x * x), 2 * x / (1 - x * x)**2][k]), smooth=False)
    case("asin", "near the end", [Input([1 - 1e-9, -1 + 1e-6])],
         exact(lambda k, x: [mpmath.asin(x), 1 / mpmath.sqrt(1 - x * x), x / mpmath.sqrt(1 - x * x)**3][k]),
         smooth=False)
    for name, function in [("exp2", torch.exp2), ("atan", torch.atan), ("asinh", torch.asinh), ("tan", torch.tan)]:
        case(name, "integers", [integers([-1, 0, 2])], lambda x, g=function: g(x.to(torch.float32)))
    unary("frac", torch.frac, 1.1, 1.9)
    case("frac", "signs", [Input([-2.25, 2.25, -0.5, 7.0])], torch.frac, smooth=False)
    unary("rad2deg", torch.rad2deg)
    unary("deg2rad", torch.deg2rad)
    case("rad2deg", "integers", [integers([1, 2])], lambda x: torch.rad2deg(x.float()))


def special_cases():
    unary("erfc", torch.erfc, -2, 2)
    case("erfc", "tail", [Input([5.0, 12.0, 26.0, -6.0])], torch.erfc, smooth=False)
    unary("erfinv", torch.erfinv, -0.85, 0.85)
    case("erfinv", "tails", [Input([1e-12, -1e-300, 0.999999, -0.5, 0.5, 1 - 1e-12, -1 + 1e-15])],
         exact(inverse_error_function), smooth=False)
    unary("lgamma", exact(lambda k, x: mpmath.polygamma(k - 1, x) if k else mpmath.loggamma(x)), 0.3, 4,
          special=False)
    case("lgamma", "special", [Input(SPECIAL)], torch.lgamma, grad=False)
    case("lgamma", "wide", [Input([1e-10, -2.5, -0.3, 100.5, 1e10])],
         exact(lambda k, x: mpmath.polygamma(k - 1, x) if k else mpmath.loggamma(x)), smooth=False)
    unary("digamma", exact(mpmath.polygamma), 0.3, 4, special=False)
    case("digamma", "special", [Input(SPECIAL)], torch.digamma, grad=False)
    case("digamma", "wide", [Input([1e-10, -2.5, -0.3, -40.25, 9.9999, 100.5, 1e10])], exact(mpmath.polygamma),
         smooth=False)
    for order in [1, 2, 3]:
        function = exact(lambda k, x: mpmath.polygamma(order + k, x))
        unary("polygamma", function, 0.4, 4, special=False, order=order)
        case("polygamma", "wide", [Input([1e-3, -2.5, -0.3, -40.25, 9.9999, 100.5, 1e10])], function,
             smooth=False, order=order)
        case("polygamma", "poles", [Input([NAN])], lambda x: torch.polygamma(order, x), grad=False, order=order)
    case("polygamma", "zeroth", [tensor([3], 0.5, 3)], exact(mpmath.polygamma), order=0)
    case("polygamma", "high", [Input([0.7, 3.5, 30.0, -1.3])], exact(lambda k, x: mpmath.polygamma(20 + k, x)),
         smooth=False, order=20)

    def sine_quotient(order, x):
        return mpmath.diff(mpmath.sincpi, x, order) if order else mpmath.sincpi(x)
    unary("sinc", exact(sine_quotient), -2.3, 2.3, special=False)
    case("sinc", "near zero", [Input([0.0, 1e-9, -1e-3, 0.1, -0.4, 0.6, 1.1, 7.3])], exact(sine_quotient),
         smooth=False)
    case("sinc", "special", [Input([NAN, 0.0, -0.0])], torch.sinc, grad=False)
    unary("logit.margin", torch.logit, 0.1, 0.9)
    case("logit.margin", "margin", [Input([0.0, 0.05, 0.3, 0.95, 1.0])], lambda x: torch.logit(x, 0.1), twice=False,
         margin=0.1)
    case("logit.margin", "half", [Input([0.5, 0.5 + 1e-9, 1e-9, 1 - 1e-9])],
         exact(lambda k, x: [mpmath.log(x / (1 - x)), 1 / (x * (1 - x)), (2 * x - 1) / (x * (1 - x))**2][k]),
         smooth=False)
    for name, function in [("lgamma", torch.lgamma), ("digamma", torch.digamma), ("erfc", torch.erfc)]:
        case(name, "integers", [integers([1, 2, 5])], lambda x, g=function: g(x.to(torch.float32)))


PIECES = [-4.0, -2.3, -0.9, -0.2, 0.3, 0.8, 2.4, 3.7, 6.5, 7.0]


def activation(operation, function, edges=(), special=True, twice=True, **options):
    """Cases on both sides of the kinks, and at `edges`, where the derivative is a convention."""
    for variant, shape, layout in [("plain", [10], "c"), ("matrix", [5, 2], "t"), ("strided", [2, 5], "s")]:
        case(operation, variant, [Input(PIECES, shape, layout)], function, twice=twice, **options)
    case(operation, "empty", [Input([], [0, 2])], function, twice=twice, **options)
    case(operation, "scalar", [Input(0.45)], function, twice=twice, **options)
    if len(edges):
        case(operation, "edges", [Input(list(edges))], function, twice=False, smooth=False, **options)
    if special:
        case(operation, "special", [Input([NAN, INF, -INF, 0.0, -0.0, 1e300, -1e300])], function, grad=False, **options)


def activation_cases():
    activation("hardTanh", lambda x: f.hardtanh(x, -1.0, 2.0), [-1.0, 2.0, 0.0], low=-1.0, high=2.0)
    activation("relu6", f.relu6, [0.0, 6.0])
    # PyTorch's derivative of hardsigmoid and celu has the digits of a float32 constant.
    activation("hardSigmoid", lambda x: f.relu6(x + 3) / 6, [-3.0, 3.0])
    activation("hardSwish", f.hardswish, [-3.0, 3.0], special=False)
    activation("softShrink", lambda x: f.softshrink(x, 0.4), [-0.4, 0.4], value=0.4)
    activation("hardShrink", lambda x: f.hardshrink(x, 0.4), [-0.4, 0.4], value=0.4)
    activation("threshold.value", lambda x: f.threshold(x, 0.5, -7.0), [0.5], limit=0.5, value=-7.0)
    activation("selu", torch.selu, [0.0])
    activation("celu.alpha", lambda x: torch.where(x > 0, x, 0.7 * torch.expm1(x.clamp(max=0) / 0.7)), [0.0], alpha=0.7)
    activation("softSign", f.softsign, special=False)
    activation("tanhShrink", f.tanhshrink, special=False)
    case("tanhShrink", "near zero", [Input([0.0, 1e-9, -1e-4, 0.01, 0.5, -0.99, 1.01])],
         exact(lambda k, x: [x - mpmath.tanh(x), mpmath.tanh(x)**2, 2 * mpmath.tanh(x) * mpmath.sech(x)**2][k]),
         smooth=False)
    activation("mish", f.mish, special=False)
    activation("logSigmoid", f.logsigmoid, special=False)
    activation("geluTanh", lambda x: f.gelu(x, approximate="tanh"), special=False)
    case("geluTanh", "tail", [Input([-6.0, -9.0])],
         exact(lambda k, x: mpmath.diff(lambda t: t / 2 * (1 + mpmath.tanh(mpmath.sqrt(2 / mpmath.pi) * (t + mpmath.mpf("0.044715") * t**3))), x, k)),
         twice=False, smooth=False)
    case("gelu", "tail", [Input([-4.0, -8.0, -20.0])],
         exact(lambda k, x: mpmath.diff(lambda t: t * mpmath.ncdf(t), x, k) if k else x * mpmath.ncdf(x)),
         twice=False, smooth=False)
    activation("softplus.beta", lambda x: f.softplus(x, 2.0, 10.0), special=False, beta=2.0, threshold=10.0)
    activation("softplus.beta", lambda x: f.softplus(x, -0.5, 1e9), special=False, beta=-0.5)
    case("softplus.beta", "default", [tensor([3])], lambda x: f.softplus(x, 3.0, 1e9), beta=3.0)
    for variant, shape, weight in [("one", [2, 3], [1]), ("channels", [2, 3], [3]), ("image", [2, 3, 2], [3]),
                                   ("vector", [4], [1]), ("scalar", [], []), ("empty", [0, 3], [3]),
                                   ("bare weight", [2, 3], [])]:
        for layout in ["c", "t"]:
            case("prelu", f"{variant} {layout}", [tensor(shape, layout=layout), tensor(weight, 0.1, 0.9, 3)], f.prelu)
    case("prelu", "zero", [Input([0.0, -0.0]), Input([0.3])], f.prelu, twice=False, smooth=False)
    for dim, shape, layout in [(-1, [2, 4], "c"), (0, [4, 3], "t"), (1, [2, 2, 3], "s"), (-2, [2, 0], "c"), (-1, [4], "n")]:
        case("glu", f"{dim} {shape} {layout}", [tensor(shape, layout=layout)], lambda x: f.glu(x, dim), dim=dim)


def binary_cases():
    binary("fmod", torch.fmod, first=(1.1, 1.4), second=(0.75, 1.05))
    case("fmod", "signs", [Input([5.3, -5.3, 5.3, -5.3]), Input([3.0, 3.0, -3.0, -3.0])], torch.fmod)
    binary("fmax", torch.fmax, first=(-1.5, 1.4), second=(-1.4, 1.7))
    binary("fmin", torch.fmin, first=(-1.5, 1.4), second=(-1.4, 1.7))
    for name, function in [("fmax", torch.fmax), ("fmin", torch.fmin)]:
        case(name, "tie", [Input([1.0, 2.0]), Input([1.0, 3.0])], function, smooth=False)
    binary("hypot", torch.hypot, first=(-1.5, 1.5), second=(0.3, 1.5))
    case("hypot", "large", [Input([3e200, 3e-200, 0.0]), Input([4e200, 4e-200, -2.0])], torch.hypot, grad=False)
    binary("logAddExp", torch.logaddexp)
    binary("logAddExp2", torch.logaddexp2)
    for name, function in [("logAddExp", torch.logaddexp), ("logAddExp2", torch.logaddexp2)]:
        case(name, "large", [Input([1000.0, -1000.0, 700.0]), Input([1001.0, -1000.0, -700.0])], function, twice=False)
    binary("xlogy", torch.xlogy, second=(0.4, 1.5))
    case("xlogy", "zero", [Input([0.0, 0.0, 0.0]), Input([0.0, -1.0, 2.0], grad=False)], torch.xlogy, smooth=False)
    binary("copySign", torch.copysign, first=(0.2, 1.5))
    case("copySign", "zeros", [Input([0.0, -0.0, 1.0, -2.0]), Input([-0.0, 0.0, -0.0, 0.0])], torch.copysign,
         twice=False, smooth=False)
    pairs = [(a, b) for a in [NAN, INF, -INF, 0.0, -0.0, 1.5] for b in [NAN, INF, -INF, 0.0, -0.0, -2.0, 3.0]]
    left, right = [p[0] for p in pairs], [p[1] for p in pairs]
    for name, function in [("fmod", torch.fmod), ("fmax", torch.fmax), ("fmin", torch.fmin), ("hypot", torch.hypot),
                           ("logAddExp", torch.logaddexp), ("logAddExp2", torch.logaddexp2), ("xlogy", torch.xlogy),
                           ("copySign", torch.copysign)]:
        case(name, "special", [Input(left), Input(right)], function, grad=False)
    a, b = [7, -7, 7, -7, 0, -9], [3, 3, -3, -3, 5, 3]
    for name, function in [("fmod", torch.fmod), ("fmax", torch.fmax), ("fmin", torch.fmin)]:
        case(name, "integers", [integers(a), integers(b)], function)
        case(name, "bytes", [integers([250, 3, 7], dtype=torch.uint8), integers([20, 5, 7], dtype=torch.uint8)], function)
    case("fmax", "booleans", [integers([0, 0, 1, 1], dtype=torch.bool), integers([0, 1, 0, 1], dtype=torch.bool)], torch.fmax)
    case("xlogy", "integers", [integers([2, 0]), integers([3, 0])], lambda x, y: torch.xlogy(x.float(), y.float()))
    case("copySign", "integers", [integers([2, -3]), integers([-1, 0])], lambda x, y: torch.copysign(x.float(), y.float()))
    heaviside = lambda x, v: torch.heaviside(x.detach(), v.detach())
    for variant, x, v in [("plain", Input([-1.0, 0.0, -0.0, 2.0], [2, 2], "t", grad=False), Input(0.3, grad=False)),
                          ("broadcast", Input([[-1.0], [0.0]], grad=False), Input([0.1, 0.9], grad=False)),
                          ("special", Input([NAN, INF, -INF], grad=False), Input(0.5, grad=False)),
                          ("integers", integers([-2, 0, 3]), integers(7)), ("empty", Input([], [0], grad=False), Input(1.0, grad=False))]:
        case("heaviside", variant, [x, v], heaviside)
    case("heaviside", "derivative", [Input([-1.0, 0.0, 2.0], grad=False), Input([0.1, 0.2, 0.3])],
         lambda x, v: torch.where(x == 0, v, (x > 0).to(v.dtype)))


def compound_cases():
    for weight in [0.0, 0.3, 0.5, 0.7, 1.0, -1.5]:
        for variant, a, b, layout in [("same", [2, 3], [2, 3], "t"), ("row", [2, 1], [3], "c")]:
            case("lerp", f"{variant} {weight}", [tensor(a, layout=layout), tensor(b, seed=2)],
                 lambda x, y: torch.lerp(*torch.broadcast_tensors(x, y), weight), weight=weight)
    case("lerp", "exact ends", [Input([0.1, 1e16]), Input([0.7, -3.0])], lambda x, y: torch.lerp(x, y, 1.0), weight=1.0)
    for variant, shapes, layouts in [("same", [[2, 3]] * 3, "tcs"), ("broadcast", [[2, 1], [3], [2, 3]], "cnc"),
                                     ("scalars", [[], [], []], "ccc"), ("scalar weight", [[2, 2], [2, 2], []], "sct"),
                                     ("empty", [[0, 2], [2], [1]], "ccc")]:
        x, y, w = [tensor(shape, -1.4, 1.6, 2 * k, layout) for k, (shape, layout) in enumerate(zip(shapes, layouts))]
        case("lerp.weights", variant, [x, y, w],
             lambda x, y, w: torch.lerp(*torch.broadcast_tensors(x, y, w)))
        z = tensor(shapes[2], 0.4, 1.6, 4, layouts[2])
        for scale in [1.0, -0.6]:
            case("addcmul", f"{variant} {scale}", [x, y, w], lambda x, y, w: torch.addcmul(x, y, w, value=scale), scale=scale)
            case("addcdiv", f"{variant} {scale}", [x, y, z], lambda x, y, w: torch.addcdiv(x, y, w, value=scale), scale=scale)
    case("addcmul", "integers", [integers([1, 2]), integers([3, 4]), integers([5, 6])],
         lambda x, y, w: torch.addcmul(x, y, w, value=2), scale=2.0)
    low, high = Input([-0.5, 0.1, 0.9]), Input([0.4, 0.5, 0.2])
    x = Input([-1.0, 0.2, 0.6, 0.7, 0.3, -0.2, 0.45, 0.8, 1.2], [3, 3], "t")
    case("clamp.from", "both", [x, low, high], torch.clamp, bounds=3)
    case("clamp.from", "low", [x, low], lambda x, m: torch.clamp(x, min=m), bounds=1)
    case("clamp.from", "high", [x, high], lambda x, m: torch.clamp(x, max=m), bounds=2)
    case("clamp.from", "scalar", [x, Input(0.1), Input(0.5)], torch.clamp, bounds=3)
    case("clamp.from", "bounds", [Input([1.0, 2.0]), Input([1.0, 0.0]), Input([3.0, 2.0])], torch.clamp, smooth=False, bounds=3)
    case("clamp.from", "special", [Input([NAN, 1.0, 1.0, INF, -INF]), Input([0.0, NAN, 0.0, 0.0, 0.0]), Input([2.0, 2.0, NAN, 2.0, 2.0])],
         torch.clamp, grad=False, bounds=3)
    case("clamp.from", "integers", [integers([1, 5, 9]), integers(3), integers([4, 8, 7])], torch.clamp, bounds=3)
    case("clamp.from", "empty", [Input([], [0]), Input(0.1), Input(0.5)], torch.clamp, bounds=3)


def test_cases():
    values = [NAN, INF, -INF, 0.0, 1.0, 1.0 + 5e-6, 1.0 + 2e-5, 5e-9, 1e300]
    a = [x for x in values for _ in values]
    b = [y for _ in values for y in values]
    pair = [Input(a, grad=False), Input(b, grad=False)]
    yes = lambda function: lambda x, y: torch.tensor(function(x, y))
    for equal in [False, True]:
        case("isClose", f"{equal}", pair, lambda x, y: torch.isclose(x, y, equal_nan=equal), equal=equal)
        case("allClose", f"{equal}", [Input([1.0, NAN], grad=False), Input([1.0 + 1e-6, NAN], grad=False)],
             yes(lambda x, y: torch.allclose(x, y, equal_nan=equal)), equal=equal)
    case("isClose", "tolerances", pair, lambda x, y: torch.isclose(x, y, 0.1, 1.0), rtol=0.1, atol=1.0)
    case("isClose", "broadcast", [tensor([2, 1], layout="t"), tensor([3])], torch.isclose, rtol=1e-5)
    case("isClose", "integers", [integers([100000, 3]), integers([100001, 4])], torch.isclose)
    case("isClose", "bytes", [integers([3, 250], dtype=torch.uint8), integers([250, 250], dtype=torch.uint8)], torch.isclose)
    case("allClose", "empty", [Input([], [0], grad=False), Input([], [0], grad=False)], yes(torch.allclose))
    for name, function in [("isPositiveInfinity", torch.isposinf), ("isNegativeInfinity", torch.isneginf),
                           ("signBit", torch.signbit)]:
        case(name, "special", [Input(SPECIAL, [4, 3], "t", grad=False)], function)
        case(name, "integers", [integers([-1, 0, 2])], function)
        case(name, "empty", [Input([], [0], grad=False)], function)
    case("signBit", "bytes", [integers([0, 255], dtype=torch.uint8)], torch.signbit)
    for variant, arguments in [("plain", {}), ("numbers", {"nan": 0.5, "positive": 7.0, "negative": -8.0})]:
        case("nanToNum", variant, [Input(SPECIAL, [4, 3], "t")],
             lambda x: torch.nan_to_num(x, *[arguments.get(k) for k in ["nan", "positive", "negative"]]),
             smooth=False, **arguments)
    case("nanToNum", "float32", [Input([NAN, INF, -INF, 1.5], dtype=torch.float32)], torch.nan_to_num, grad=False)
    case("nanToNum", "integers", [integers([1, -2])], torch.nan_to_num)
    case("nanToNum", "empty", [Input([], [0])], torch.nan_to_num)


def bit_cases():
    a = [7, -7, 0, 2**62, -2**63, 12345]
    b = [3, 5, -1, 2**61 + 1, 1, -54321]
    for name in ["And", "Or", "Xor"]:
        function = getattr(torch, "bitwise_" + name.lower())
        case(f"bitwise{name}", "integers", [integers(a), integers(b)], function)
        case(f"bitwise{name}", "bytes", [integers([250, 3, 7], dtype=torch.uint8), integers([20, 5, 7], dtype=torch.uint8)], function)
        case(f"bitwise{name}", "booleans", [integers([0, 0, 1, 1], dtype=torch.bool), integers([0, 1, 0, 1], dtype=torch.bool)], function)
        case(f"bitwise{name}", "mixed", [integers([[1], [6]]), integers([0, 255, 6], dtype=torch.uint8)], function)
        case(f"bitwise{name}", "scalar", [integers([[1, 6], [9, 2]], None), integers(3)], function)
        case(f"bitwise{name}", "empty", [integers([], [0, 2]), integers([1, 2])], function)
    case("bitwiseNot", "integers", [integers(a)], torch.bitwise_not)
    case("bitwiseNot", "bytes", [integers([0, 1, 255], dtype=torch.uint8)], torch.bitwise_not)
    case("bitwiseNot", "booleans", [integers([0, 1], dtype=torch.bool)], torch.bitwise_not)
    for name, function in [("bitwiseLeftShift", torch.bitwise_left_shift), ("bitwiseRightShift", torch.bitwise_right_shift)]:
        case(name, "integers", [integers([[5], [-5], [2**62]]), integers([0, 1, 3, 63])], function)
        case(name, "beyond", [integers([5, -5, 5, -5]), integers([64, 64, 100, -1])], function)
        case(name, "bytes", [integers([5, 200, 255, 255], dtype=torch.uint8), integers([1, 2, 7, 8], dtype=torch.uint8)], function)
        case(name, "empty", [integers([], [0]), integers([1])], function)


def diagonal_cases():
    for offset in [0, 1, -1, 3, -7]:
        for shape, first, second, layout in [([3, 4], 0, 1, "c"), ([2, 3, 4], -1, 0, "t"), ([4, 2, 3], 1, 2, "s"), ([0, 3], 0, 1, "c")]:
            case("diagonal", f"{offset} {shape} {layout}", [tensor(shape, layout=layout)],
                 lambda x: torch.diagonal(x, offset, first, second), offset=offset, first=first, second=second)
        for shape, layout in [([3], "c"), ([2], "n"), ([3, 4], "t"), ([0], "c"), ([1, 1], "c")]:
            case("diag", f"{offset} {shape} {layout}", [tensor(shape, layout=layout)], lambda x: torch.diag(x, offset), offset=offset)
        for shape, layout in [([3, 4], "t"), ([3, 3], "s"), ([2, 2, 3], "n"), ([0, 3], "c"), ([2, 0], "c"), ([1, 1], "c")]:
            for name, function in [("tril", torch.tril), ("triu", torch.triu)]:
                case(name, f"{offset} {shape} {layout}", [tensor(shape, layout=layout)], lambda x: function(x, offset), diagonal=offset)
        for rows, columns in [(3, 3), (2, 4), (5, 2), (0, 3), (3, 0), (1, 1)]:
            for name, function in [("static.trilIndices", torch.tril_indices), ("static.triuIndices", torch.triu_indices)]:
                case(name, f"{rows} {columns} {offset}", [], lambda: function(rows, columns, offset), rows=rows, columns=columns, diagonal=offset)
    for offset, first, second, shape in [(0, -2, -1, [2, 3]), (1, 0, 2, [2, 3]), (-2, -1, 0, [2]), (0, 1, 0, [0, 2]), (0, 0, 1, [3])]:
        case("diagEmbed", f"{offset} {first} {second} {shape}", [tensor(shape, layout="t")],
             lambda x: torch.diag_embed(x, offset, first, second), offset=offset, first=first, second=second)
    case("diag", "integers", [integers([1, 2])], torch.diag, offset=0)
    nan = Input([NAN, 1.0, INF, 2.0], [2, 2])
    case("tril", "nan", [nan], lambda x: torch.tril(x, -1), smooth=False, diagonal=-1)
    case("triu", "booleans", [integers([1, 1, 1, 1], [2, 2], torch.bool)], lambda x: torch.triu(x, 1), diagonal=1)


def powers(x, count, increasing):
    """torch.vander, which cannot be differentiated twice."""
    exponents = torch.arange(count) if increasing else torch.arange(count).flip(0)
    result = x.unsqueeze(1) ** exponents
    assert torch.allclose(result, torch.vander(x, count, increasing), rtol=1e-14)
    return result


def creation_cases():
    for start, end, count, base in [(0, 2, 5, 10), (3, -2, 4, 2), (0, 1, 1, 10), (0, 1, 0, 10), (-1, 1, 3, 0.5), (1, 3, 3, -2)]:
        case("static.logspace", f"{start} {end} {count} {base}", [], lambda: torch.logspace(start, end, count, base=base),
             start=float(start), end=float(end), count=count, base=float(base))
    for indexing in ["ij", "xy"]:
        for shapes in [[[2], [3]], [[2], [], [2]], [[3]], [[2], [0]], [[2], [1], [3], [2]]]:
            case("static.meshgrid", f"{indexing} {shapes}", [tensor(s, seed=k, layout="cn"[k % 2]) for k, s in enumerate(shapes)],
                 lambda *x: torch.meshgrid(*x, indexing=indexing), xy=indexing == "xy")
    case("static.meshgrid", "integers", [integers([1, 2]), integers([3, 4, 5])], lambda *x: torch.meshgrid(*x, indexing="ij"), xy=False)
    for count in [None, 4, 1, 0]:
        for increasing in [False, True]:
            extra = {} if count is None else {"count": count}
            case("vander", f"{count} {increasing}", [Input([0.5, -1.5, 2.0], layout="n")],
                 lambda x: powers(x, len(x) if count is None else count, increasing), increasing=increasing, **extra)
    case("vander", "integers", [integers([2, 3, 0])], lambda x: powers(x, 3, False), increasing=False)
    case("vander", "empty", [Input([], [0])], lambda x: powers(x, 2, False), count=2, increasing=False)
    masks = [("matrix", Input([[0.0, 2.0, 0.0], [NAN, -1.0, 0.0]], layout="t", grad=False)),
             ("booleans", integers([1, 0, 0, 1, 1, 0, 0, 0], [2, 2, 2], torch.bool)), ("scalar", integers(3)),
             ("zero", integers(0)), ("none", integers([0, 0])), ("empty", Input([], [0, 2], grad=False)), ("integers", integers([0, 5, -1]))]
    for variant, x in masks:
        case("nonzero", variant, [x], torch.nonzero)
        case("nonzeroByDimension", variant, [x], torch.where)


def cases():
    transcendental_cases()
    special_cases()
    activation_cases()
    binary_cases()
    compound_cases()
    test_cases()
    bit_cases()
    diagonal_cases()
    creation_cases()
