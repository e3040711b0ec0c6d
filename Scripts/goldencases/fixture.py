"""The format of the golden fixture, and inputs for its cases; see golden.py."""

import math

import torch

torch.set_default_dtype(torch.float64)
LINES = []
NAMES = {torch.float64: "float64", torch.float32: "float32", torch.int64: "int64",
         torch.uint8: "uint8", torch.bool: "bool"}
INF, NAN = math.inf, math.nan


class Input:
    """A tensor and how its memory is laid out: c row-major, t reversed strides, s every second
    element, n backwards, e expanded from extent 1 in the first dimension; "!" in the fixture marks
    floats that are constants."""

    def __init__(self, values, shape=None, layout="c", dtype=torch.float64, grad=True):
        self.tensor = torch.tensor(values, dtype=dtype)
        if shape is not None:
            self.tensor = self.tensor.reshape(shape)
        self.layout = layout
        self.grad = grad and dtype.is_floating_point


def number(x):
    if isinstance(x, bool):
        return "1" if x else "0"
    if isinstance(x, int):
        return str(x)
    if math.isnan(x) or math.isinf(x):
        return str(x)
    if x == int(x) and abs(x) < 1e6:
        return "-0" if x == 0 and math.copysign(1, x) < 0 else str(int(x))
    return repr(x)


def write(tag, tensor, layout=None):
    shape = ",".join(map(str, tensor.shape)) or "-"
    if tag in "gh":
        tensor = tensor.detach() + torch.zeros(tensor.shape, dtype=tensor.dtype)  # zeros that autograd has not laid out
    values = " ".join(number(x) for x in tensor.detach().reshape(-1).tolist())
    extra = f" {layout}" if layout else ""
    LINES.append(f"{tag} {NAMES[tensor.dtype]}{extra} {shape} {values}".rstrip())


def weights(tensors, function, slope, shift):
    """Fixed weights for each tensor, counted on through all of them."""
    result, count = [], 0
    for tensor in tensors:
        k = torch.arange(count, count + tensor.numel(), dtype=torch.float64)
        result.append(function(slope * k + shift).reshape(tensor.shape))
        count += tensor.numel()
    return result


def case(operation, variant, inputs, function, grad=True, twice=True, smooth=True, **parameters):
    """Records one case: `function` takes the input tensors and returns one or several."""
    LINES.append(f"case {operation} {variant}")
    for key, value in parameters.items():
        text = ",".join(map(str, value)) or "-" if isinstance(value, (list, tuple)) else number(value)
        LINES.append(f"param {key} {text}")
    for item in inputs:
        constant = item.tensor.is_floating_point() and not item.grad
        write("in", item.tensor, item.layout + ("!" if constant else ""))
    leaves = [i.tensor.clone().requires_grad_(i.grad and grad) for i in inputs]
    outputs = function(*leaves)
    outputs = list(outputs) if isinstance(outputs, (tuple, list)) else [outputs]
    for output in outputs:
        write("out", output)
    wanted = [leaf for leaf in leaves if leaf.requires_grad]
    tracked = [o for o in outputs if o.requires_grad]
    if not wanted or not tracked:
        return
    if smooth:
        LINES.append("smooth")
    total = sum((w * o).sum() for w, o in zip(weights(tracked, torch.cos, 0.7, 0.3), tracked))
    first = torch.autograd.grad(total, wanted, create_graph=True, allow_unused=True)
    first = [torch.zeros_like(x) if g is None else g for g, x in zip(first, wanted)]
    for gradient in first:
        write("g", gradient)
    if not twice:
        return
    total = sum((v * g).sum() for v, g in zip(weights(wanted, torch.sin, 1.3, 0.4), first))
    if total.requires_grad:
        second = torch.autograd.grad(total, wanted, allow_unused=True)
    else:
        second = [None] * len(wanted)
    for gradient, leaf in zip(second, wanted):
        write("h", torch.zeros_like(leaf) if gradient is None else gradient)


def spread(count, low, high, seed=0):
    """Irregular numbers within bounds, three decimals."""
    return [round(low + (high - low) * math.modf((k + 1) * 0.6180339887 + 0.137 * seed)[0], 3)
            for k in range(count)]


def tensor(shape, low=-1.5, high=1.5, seed=0, layout="c"):
    return Input(spread(math.prod(shape), low, high, seed), shape, layout)


def integers(values, shape=None, dtype=torch.int64):
    return Input(values, shape, dtype=dtype)
