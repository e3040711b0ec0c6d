"""Golden cases of convolutions, columns and pooling."""

import torch

from goldencases.fixture import INF, NAN, Input, case, integers, spread, tensor

F = torch.nn.functional
CONV = {1: F.conv1d, 2: F.conv2d, 3: F.conv3d}
TRANSPOSED = {1: F.conv_transpose1d, 2: F.conv_transpose2d, 3: F.conv_transpose3d}
MAX = {1: F.max_pool1d, 2: F.max_pool2d, 3: F.max_pool3d}
MEAN = {1: F.avg_pool1d, 2: F.avg_pool2d, 3: F.avg_pool3d}
ADAPTIVE_MAX = {1: F.adaptive_max_pool1d, 2: F.adaptive_max_pool2d, 3: F.adaptive_max_pool3d}
ADAPTIVE_MEAN = {1: F.adaptive_avg_pool1d, 2: F.adaptive_avg_pool2d, 3: F.adaptive_avg_pool3d}


def listed(value):
    return list(value) if isinstance(value, (list, tuple)) else [value]


def convolution_cases():
    def conv(variant, dims, x, w, bias=True, layouts="cc", **options):
        inputs = [tensor(x, layout=layouts[0]), tensor(w, seed=3, layout=layouts[1])]
        if bias:
            inputs.append(tensor([w[0]], seed=5))
        parameters = {key: listed(value) for key, value in options.items() if value not in ["same", "valid"]}
        if "groups" in options:
            parameters["groups"] = options["groups"]
        for word in ["same", "valid"]:
            if options.get("padding") == word:
                parameters[word] = True
        case("convolution", variant, inputs, lambda *a: CONV[dims](*a, **options), dims=dims, **parameters)

    conv("line", 1, [2, 2, 5], [3, 2, 3])
    conv("line without batch", 1, [2, 5], [3, 2, 2], bias=False)
    conv("line strided", 1, [1, 2, 7], [2, 2, 3], stride=2, padding=1, dilation=2, layouts="ts")
    conv("line same", 1, [1, 1, 5], [2, 1, 4], padding="same")
    conv("line groups", 1, [1, 4, 4], [4, 2, 2], groups=2)
    conv("plain", 2, [2, 2, 4, 3], [3, 2, 2, 2])
    conv("plain layouts", 2, [2, 1, 3, 4], [2, 1, 2, 3], layouts="tn")
    conv("plain every second", 2, [1, 2, 3, 3], [2, 2, 2, 2], bias=False, layouts="st")
    case("convolution", "expanded",
         [Input(2 * spread(9, -1, 1), [2, 1, 3, 3], "e"), Input(2 * spread(4, -1, 1, 3), [2, 1, 2, 2], "e")], F.conv2d, dims=2)
    conv("without batch", 2, [1, 3, 4], [2, 1, 3, 2])
    conv("strided", 2, [1, 2, 5, 6], [2, 2, 3, 2], stride=2, padding=1)
    conv("each its own", 2, [1, 1, 6, 5], [2, 1, 2, 3], stride=[2, 1], padding=[0, 2], dilation=[3, 1])
    conv("stride beyond kernel", 2, [1, 1, 7, 6], [1, 1, 2, 1], stride=3)
    conv("dcgan", 2, [1, 1, 6, 6], [2, 1, 4, 4], bias=False, stride=2, padding=1)
    conv("groups", 2, [1, 4, 3, 3], [2, 2, 2, 2], groups=2)
    conv("depthwise", 2, [1, 2, 3, 3], [4, 1, 2, 2], groups=2, padding=1)
    conv("same", 2, [1, 1, 4, 3], [1, 1, 3, 3], padding="same")
    conv("same even dilated", 2, [1, 1, 4, 4], [1, 1, 2, 3], padding="same", dilation=[3, 2])
    conv("valid", 2, [1, 1, 4, 3], [1, 1, 3, 3], padding="valid", stride=[1, 2])
    conv("pointwise", 2, [2, 2, 2, 2], [3, 2, 1, 1])
    conv("wide padding", 2, [1, 1, 2, 2], [1, 1, 2, 2], padding=3)
    conv("one", 2, [1, 1, 1, 1], [1, 1, 1, 1])
    conv("no examples", 2, [0, 1, 3, 3], [2, 1, 2, 2])
    conv("volume", 3, [1, 1, 3, 3, 2], [2, 1, 2, 2, 2])
    conv("volume strided", 3, [1, 2, 4, 3, 3], [2, 1, 2, 1, 2], bias=False, stride=[2, 1, 1], padding=[1, 0, 1],
         dilation=[1, 1, 2], groups=2)
    case("convolution", "special", [Input([1, NAN, 2, INF, 3, 4], [1, 1, 6]), tensor([1, 1, 2])], F.conv1d,
         dims=1, grad=False)

    def transposed(variant, dims, x, w, bias=True, layouts="cc", **options):
        inputs = [tensor(x, layout=layouts[0]), tensor(w, seed=3, layout=layouts[1])]
        if bias:
            inputs.append(tensor([w[1] * options.get("groups", 1)], seed=5))
        parameters = {key: listed(value) for key, value in options.items()}
        if "groups" in options:
            parameters["groups"] = options["groups"]
        case("transposedConvolution", variant, inputs, lambda *a: TRANSPOSED[dims](*a, **options), dims=dims,
             **parameters)

    transposed("line", 1, [2, 2, 3], [2, 3, 2])
    transposed("line without batch", 1, [2, 3], [2, 1, 3], bias=False, stride=2)
    transposed("line all", 1, [1, 2, 3], [2, 1, 3], stride=3, padding=2, output_padding=1, dilation=2, groups=2)
    transposed("plain", 2, [2, 2, 2, 3], [2, 2, 2, 2])
    transposed("plain layouts", 2, [2, 1, 2, 2], [1, 2, 3, 2], layouts="ts")
    transposed("without batch", 2, [1, 2, 3], [1, 2, 2, 2])
    transposed("dcgan", 2, [1, 2, 3, 3], [2, 1, 4, 4], bias=False, stride=2, padding=1)
    transposed("output padding", 2, [1, 1, 3, 2], [1, 2, 3, 3], stride=2, padding=1, output_padding=1)
    transposed("each its own", 2, [1, 1, 3, 2], [1, 2, 2, 3], stride=[2, 3], padding=[1, 0], output_padding=[1, 2],
               dilation=[1, 2])
    transposed("output padding beyond stride", 2, [1, 1, 2, 2], [1, 1, 2, 2], output_padding=2, dilation=3)
    transposed("groups", 2, [1, 4, 2, 2], [4, 1, 2, 2], groups=2)
    transposed("no examples", 2, [0, 1, 3, 3], [1, 2, 2, 2])
    transposed("volume", 3, [1, 2, 2, 2, 2], [2, 1, 2, 1, 2], stride=[1, 2, 1], output_padding=[0, 1, 0])


def column_cases():
    for variant, x, options in [
        ("plain", [2, 2, 3, 3], {"kernel_size": 2}), ("without batch", [1, 3, 4], {"kernel_size": [2, 3]}),
        ("all", [1, 2, 5, 4], {"kernel_size": [2, 3], "stride": [2, 1], "padding": [1, 2], "dilation": [3, 2]}),
        ("no examples", [0, 1, 3, 3], {"kernel_size": 2}),
    ]:
        parameters = {key.replace("_size", ""): listed(value) for key, value in options.items()}
        for layout in "ct":
            case("imageToColumns", f"{variant} {layout}", [tensor(x, layout=layout)], lambda x: F.unfold(x, **options),
                 **parameters)
            shape = list(F.unfold(torch.zeros(x), **options).shape)
            case("columnsToImage", f"{variant} {layout}", [tensor(shape, layout=layout)],
                 lambda y: F.fold(y, x[-2:], **options), size=x[-2:], **parameters)
    for layout in "cts":
        case("pixelShuffle", f"two {layout}", [tensor([2, 4, 2, 1], layout=layout)], lambda x: F.pixel_shuffle(x, 2),
             factor=2)
        case("pixelUnshuffle", f"two {layout}", [tensor([2, 1, 4, 2], layout=layout)],
             lambda x: F.pixel_unshuffle(x, 2), factor=2)
    case("pixelShuffle", "plain image", [tensor([9, 1, 2])], lambda x: F.pixel_shuffle(x, 3), factor=3)
    case("pixelShuffle", "deep", [tensor([1, 2, 1, 1, 4, 1, 1])], lambda x: F.pixel_shuffle(x, 2), factor=2)
    case("pixelUnshuffle", "plain image", [tensor([1, 3, 6])], lambda x: F.pixel_unshuffle(x, 3), factor=3)
    case("pixelUnshuffle", "once", [tensor([2, 1, 3])], lambda x: F.pixel_unshuffle(x, 1), factor=1)
    case("pixelShuffle", "no examples", [Input([], [0, 4, 2, 2])], lambda x: F.pixel_shuffle(x, 2), factor=2,
         grad=False)  # whose derivative fails in PyTorch


def pooling_cases():
    sizes = [
        ("line", 1, [2, 2, 6], {"kernel": 2}), ("line without batch", 1, [2, 5], {"kernel": 3, "stride": 1}),
        ("line all", 1, [1, 2, 8], {"kernel": 3, "stride": 2, "padding": 1, "ceil": True}),
        ("plain", 2, [2, 2, 4, 4], {"kernel": 2}),
        ("each its own", 2, [1, 2, 5, 6], {"kernel": [2, 3], "stride": [1, 2], "padding": [1, 0]}),
        ("ceil", 2, [1, 1, 5, 4], {"kernel": 3, "stride": 2, "padding": 1, "ceil": True}),
        ("ceil beyond", 2, [1, 1, 4, 3], {"kernel": 2, "stride": 3, "ceil": True}),
        ("ceil larger than input", 2, [1, 1, 2, 3], {"kernel": 3, "stride": 2, "ceil": True}),
        ("without batch", 2, [1, 3, 4], {"kernel": 2, "stride": 1}), ("one", 2, [1, 1, 1, 1], {"kernel": 1}),
        ("no examples", 2, [0, 1, 4, 4], {"kernel": 2}), ("volume", 3, [1, 2, 2, 4, 3], {"kernel": 2, "stride": [1, 2, 1]}),
        ("volume padded", 3, [1, 1, 3, 2, 3], {"kernel": [2, 2, 3], "stride": 1, "padding": [1, 1, 0]}),
    ]
    for index, (variant, dims, x, given) in enumerate(sizes):
        parameters = {k: v if k == "ceil" else listed(v) for k, v in given.items()}
        options = {"kernel_size": given["kernel"], "stride": given.get("stride"), "padding": given.get("padding", 0),
                   "ceil_mode": given.get("ceil", False)}
        layout = "ctsn"[index % 4]
        case("maxPool", variant, [tensor(x, layout=layout)],
             lambda x: MAX[dims](x, return_indices=True, **options), dims=dims, **parameters)
        for counts in [True, False]:
            case("averagePool", f"{variant} {'with' if counts else 'without'} padding", [tensor(x, layout=layout)],
                 lambda x: MEAN[dims](x, count_include_pad=counts, **options), dims=dims, counts=counts, **parameters)
    for dims, x in [(2, [1, 1, 4, 5]), (3, [1, 1, 2, 3, 2])]:
        for divisor in [3, -2]:
            case("averagePool", f"divisor {divisor} of {dims}", [tensor(x)],
                 lambda x: MEAN[dims](x, 2, divisor_override=divisor), dims=dims, kernel=[2], counts=True,
                 divisor=divisor)
    for variant, dims, x, kernel, dilation, padding in [
        ("line dilated", 1, [1, 2, 7], [3], [2], [1]), ("dilated", 2, [1, 1, 6, 5], [2, 3], [3, 1], [1, 1]),
        ("volume dilated", 3, [1, 1, 3, 2, 3], [2, 1, 2], [2, 1, 2], [0, 0, 0]),
    ]:
        case("maxPool", variant, [tensor(x)], lambda x: MAX[dims](
            x, kernel[0] if dims == 1 else kernel, 1, padding[0] if dims == 1 else padding,
            dilation[0] if dims == 1 else dilation, return_indices=True),
            dims=dims, kernel=kernel, stride=[1], dilation=dilation, padding=padding)
    case("maxPool", "ties", [Input([1, 2, 2, 1, 2, 2, 3, 3, 0], [1, 3, 3])],
         lambda x: F.max_pool2d(x, 2, 1, return_indices=True), dims=2, kernel=[2], stride=[1], smooth=False)
    case("maxPool", "special", [Input([1, NAN, -INF, -INF, -INF, -INF, INF, 2, 3], [1, 9])],
         lambda x: F.max_pool1d(x, 2, 1, return_indices=True), dims=1, kernel=[2], stride=[1], grad=False)
    case("averagePool", "special", [Input([1, NAN, -INF, 0, 1, INF, INF, 2, 3], [1, 9])],
         lambda x: F.avg_pool1d(x, 2, 1), dims=1, kernel=[2], stride=[1], counts=True, grad=False)
    for name, dtype in [("integers", torch.int64), ("bytes", torch.uint8)]:
        case("maxPool", name, [integers([3, 9, 4, 1, 200, 6, 7, 8, 5], [1, 3, 3], dtype)],
             lambda x: F.max_pool2d(x, 2, 1, return_indices=True), dims=2, kernel=[2], stride=[1])

    for variant, dims, x, size in [
        ("line", 1, [2, 2, 5], [3]), ("line without batch", 1, [2, 4], [1]), ("global", 2, [2, 2, 3, 4], [1]),
        ("plain", 2, [1, 2, 5, 4], [3, 2]), ("finer", 2, [1, 1, 3, 2], [5, 3]), ("without batch", 2, [1, 4, 5], [2]),
        ("nothing", 2, [1, 1, 3, 3], [0]), ("no examples", 2, [0, 2, 3, 3], [2]), ("volume", 3, [1, 1, 3, 4, 2], [2, 3, 1]),
    ]:
        wanted = size * dims if len(size) == 1 else size
        wanted = wanted[0] if dims == 1 else wanted
        grad = size != [0]  # PyTorch refuses the derivative of no result
        for layout in "ct":
            case("adaptiveAveragePool", f"{variant} {layout}", [tensor(x, layout=layout)],
                 lambda x: ADAPTIVE_MEAN[dims](x, wanted), dims=dims, size=size, grad=grad)
            case("adaptiveMaxPool", f"{variant} {layout}", [tensor(x, layout=layout)],
                 lambda x: ADAPTIVE_MAX[dims](x, wanted, return_indices=True), dims=dims, size=size,
                 grad=grad)


def cases():
    convolution_cases()
    column_cases()
    pooling_cases()
