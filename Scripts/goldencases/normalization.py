"""Golden cases of normalisation, resampling, embedding and losses."""

import torch
import torch.nn.functional as f

from goldencases.fixture import INF, NAN, Input, case, integers, tensor

REDUCTIONS = ["mean", "sum", "none"]


def constant(shape, low=0.5, high=1.5, seed=0):
    item = tensor(shape, low, high, seed)
    item.grad = False
    return item


def normalization_cases():
    for index, (shape, layout) in enumerate([([4, 3], "c"), ([4, 3], "t"), ([3, 2, 3], "s"), ([2, 2, 2, 2], "n"),
                                             ([3, 2, 1], "t"), ([2, 1, 2, 1], "t")]):
        c = shape[1]
        w, b = tensor([c], 0.5, 1.5, 3), tensor([c], seed=5)
        x = tensor(shape, seed=index, layout=layout)
        case("batchNorm", f"training {shape} {layout}", [x, w, b],
             lambda x, w, b: f.batch_norm(x, None, None, w, b, True, 0.1, 0.1), eps=0.1, training=1)
        case("batchNorm", f"no parameters {shape} {layout}", [x],
             lambda x: f.batch_norm(x, None, None, None, None, True, 0.1, 1e-3), eps=1e-3, training=1)
        case("batchNorm", f"in use {shape} {layout}",
             [x, w, b, constant([c], -0.5, 0.5), constant([c])],
             lambda x, w, b, m, v: f.batch_norm(x, m, v, w, b, False, 0.1, 0.1), eps=0.1, training=0)

        def tracked(x, w, b, m, v):
            m, v = m.clone(), v.clone()
            return f.batch_norm(x, m, v, w, b, True, 0.3, 0.1), m, v
        case("batchNorm", f"tracked {shape} {layout}",
             [x, w, b, constant([c], -0.5, 0.5), constant([c])], tracked, eps=0.1, momentum=0.3, training=1,
             smooth=False)  # PyTorch's running statistics are constants
    case("batchNorm", "weight only", [tensor([3, 2]), tensor([2], 0.5, 1.5)],
         lambda x, w: f.batch_norm(x, None, None, w, None, True), training=1, eps=1e-5)
    case("batchNorm", "far from zero", [Input([1e6 + 1, 1e6 + 2, 1e6 + 4, 1e6 - 3], [4, 1])],
         lambda x: f.batch_norm(x - 1e6, None, None, None, None, True), training=1, eps=1e-5, smooth=False,
         grad=False)
    for shape, extents, layout in [([2, 3], [3], "c"), ([3, 4], [4], "t"), ([2, 2, 3], [2, 3], "s"),
                                   ([2, 3, 2], [2], "n"), ([4], [4], "c"), ([2, 2, 1], [1], "c"), ([0, 3], [3], "c")]:
        x, w, b = tensor(shape, layout=layout), tensor(extents, 0.5, 1.5, 3), tensor(extents, seed=5)
        case("layerNorm", f"{shape} {extents}", [x, w, b],
             lambda x, w, b: f.layer_norm(x, extents, w, b, 0.1), shape=extents, eps=0.1)
        case("layerNorm", f"{shape} {extents} no parameters", [x],
             lambda x: f.layer_norm(x, extents, eps=1e-3), shape=extents, eps=1e-3)
        case("rmsNorm", f"{shape} {extents}", [x, w], lambda x, w: f.rms_norm(x, extents, w, 0.1),
             shape=extents, eps=0.1)
        if extents != [1]:  # else the derivative is rounding
            case("rmsNorm", f"{shape} {extents} no parameters", [x], lambda x: f.rms_norm(x, extents), shape=extents)
    for shape, groups, layout in [([2, 4], 2, "c"), ([2, 4, 3], 2, "t"), ([2, 3, 2, 2], 3, "s"), ([1, 2, 2], 1, "n"),
                                  ([0, 2, 2], 1, "c")]:
        c = shape[1]
        x, w, b = tensor(shape, layout=layout), tensor([c], 0.5, 1.5, 3), tensor([c], seed=5)
        case("groupNorm", f"{shape} {groups}", [x, w, b], lambda x, w, b: f.group_norm(x, groups, w, b, 0.1),
             groups=groups, eps=0.1)
        if shape != [2, 4]:
            case("groupNorm", f"{shape} {groups} no parameters", [x], lambda x: f.group_norm(x, groups, eps=0.01),
                 groups=groups, eps=0.01)
    for shape, layout in [([2, 2, 3], "t"), ([2, 1, 2, 2], "s"), ([1, 2, 2, 1, 2], "c")]:
        c = shape[1]
        x, w, b = tensor(shape, layout=layout), tensor([c], 0.5, 1.5, 3), tensor([c], seed=5)
        case("instanceNorm", f"{shape}", [x, w, b],
             lambda x, w, b: f.instance_norm(x, None, None, w, b, True, 0.1, 0.1), eps=0.1, training=1)

        def tracked(x, w, b, m, v):
            m, v = m.clone(), v.clone()
            return f.instance_norm(x, m, v, w, b, True, 0.3, 0.1), m, v
        case("instanceNorm", f"{shape} tracked", [x, w, b, constant([c], -0.5, 0.5), constant([c])],
             tracked, eps=0.1, momentum=0.3, training=1,
             smooth=False)
        case("instanceNorm", f"{shape} in use", [x, w, b, constant([c], -0.5, 0.5), constant([c])],
             lambda x, w, b, m, v: f.instance_norm(x, m, v, w, b, False, 0.1, 0.1), eps=0.1, training=0)
    for p in [2.0, 1.0, 1.5, INF]:
        for dim, layout in [(0, "c"), (1, "t"), (-1, "s")]:
            case("normalize", f"{p} {dim}", [tensor([2, 3], 0.2, 1.5, layout=layout)],
                 lambda x: f.normalize(x, p, dim), p=p, dim=dim, eps=1e-12)
            case("pairwiseDistance", f"{p} {layout}", [tensor([2, 3], layout=layout), tensor([2, 3], -0.4, 0.9, 7)],
                 lambda x, y: f.pairwise_distance(x, y, p, 1e-2, dim == 1), p=p, eps=1e-2, keep=dim == 1)
    case("normalize", "short", [Input([0.1, 0.2, 3.0, 4.0], [2, 2])], lambda x: f.normalize(x, 2.0, 1, 0.5), p=2.0,
         dim=1, eps=0.5)
    case("normalize", "zero", [Input([0.0, 0.0])], lambda x: f.normalize(x, 2.0, 0), p=2.0, dim=0, eps=1e-12,
         smooth=False, twice=False)
    case("normalize", "zeros in a cube", [Input([0.0, 2.0, 1.0])], lambda x: f.normalize(x, 3.0, 0), p=3.0, dim=0,
         eps=1e-12, smooth=False, twice=False)
    case("normalize", "empty", [Input([], [0, 2])], lambda x: f.normalize(x, 2.0, 1), p=2.0, dim=1, eps=1e-12)
    case("pairwiseDistance", "broadcast", [tensor([3, 1, 2]), tensor([2, 2], seed=7)],
         lambda x, y: f.pairwise_distance(x, y), p=2.0, eps=1e-6, keep=False)
    case("pairwiseDistance", "vectors", [tensor([3]), tensor([3], seed=7)], lambda x, y: f.pairwise_distance(x, y),
         p=2.0, eps=1e-6, keep=False)
    for dim, layout in [(0, "c"), (1, "t"), (-1, "s")]:
        case("cosineSimilarity", f"{dim}", [tensor([2, 3], layout=layout), tensor([2, 3], seed=7)],
             lambda x, y: f.cosine_similarity(x, y, dim), dim=dim, eps=1e-8)
    case("cosineSimilarity", "broadcast", [tensor([3, 1, 2]), tensor([2, 2], seed=7)],
         lambda x, y: f.cosine_similarity(x, y, -1), dim=-1, eps=1e-8)
    case("cosineSimilarity", "short", [Input([0.1, 0.2]), Input([3.0, 4.0])],
         lambda x, y: (x / x.norm().clamp_min(0.5) * y / y.norm().clamp_min(0.5)).sum(), dim=0, eps=0.5)
    # PyTorch's own derivative takes the norm for unheld


MODES = ["nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic", "area"]


def interpolation_cases():
    shapes = {1: [1, 2, 5], 2: [1, 1, 3, 2], 3: [1, 1, 2, 2, 2]}
    sizes = {1: [[3], [10], [8], [1]], 2: [[4, 1], [3]], 3: [[3, 2, 1]]}
    ranks = {"nearest": [1, 2, 3], "nearest-exact": [1, 2, 3], "area": [1, 2, 3], "linear": [1], "bilinear": [2],
             "bicubic": [2], "trilinear": [3]}
    for number, mode in enumerate(MODES):
        for rank in ranks[mode]:
            layouts = "ctsn"
            for index, size in enumerate(sizes[rank]):
                full = size * rank if len(size) == 1 else size
                corners = [False, True] if mode in ["linear", "bilinear", "trilinear", "bicubic"] else [False]
                for align in corners:
                    case("interpolate", f"{mode} {size} {align}",
                         [tensor(shapes[rank], layout=layouts[index % 4])],
                         lambda x: f.interpolate(x, full, mode=mode, align_corners=align or None), size=size,
                         mode=number, align=align)
            for index, scale in enumerate([2.0, 0.5, 1.7, 1.1]):
                if rank == 3 and index > 0 or rank == 2 and index == 0:
                    continue
                # PyTorch's derivatives take an unchanged extent for the identity, its values do not always
                inexact = scale == 1.1 and mode in ["nearest", "bicubic"]
                if inexact and mode == "nearest" and rank > 1:
                    continue
                case("interpolate", f"{mode} {rank} {scale}",
                     [tensor(shapes[rank], layout=layouts[index % 4])],
                     lambda x: f.interpolate(x, scale_factor=scale, mode=mode), scale=scale, mode=number, align=False,
                     grad=not inexact)
    case("interpolate", "aligned", [tensor([1, 1, 4])],
         lambda x: f.interpolate(x, scale_factor=1.7, mode="linear", align_corners=True), scale=1.7, mode=2,
         align=True)
    for mode in [0, 1, 2, 6]:
        case("interpolate", f"{MODES[mode]} unchanged", [Input([float(k) for k in range(12)], [1, 1, 12], grad=False)],
             lambda x: f.interpolate(x, scale_factor=1.05, mode=MODES[mode]), scale=1.05, mode=mode, align=False)
    for size in [1, 3, 5, 10, 13, 29]:
        for mode in [0, 1]:
            case("interpolate", f"{MODES[mode]} from 7 to {size}",
                 [Input([float(k) for k in range(7)], [1, 1, 7], grad=False)],
                 lambda x: f.interpolate(x, size, mode=MODES[mode]), size=[size], mode=mode, align=False)
    case("interpolate", "no examples", [Input([], [0, 1, 3])],
         lambda x: x.reshape(0, 1, 3)[:, :, [0, 0, 1, 1, 2, 2]], size=[6], mode=2, align=False)


def lookup_cases():
    labels = integers([2, 0, 2, 1], [2, 2])
    case("embedding", "plain", [labels, tensor([3, 2])], lambda i, w: f.embedding(i, w))
    case("embedding", "transposed", [integers([2, 0]), tensor([3, 2], layout="t")], lambda i, w: f.embedding(i, w))
    case("embedding", "padding", [labels, tensor([3, 2], layout="s")], lambda i, w: f.embedding(i, w, 2), padding=2,
         smooth=False)
    case("embedding", "padding from the end", [labels, tensor([3, 2])], lambda i, w: f.embedding(i, w, -3),
         padding=-3, smooth=False)
    case("embedding", "scalar", [integers(1, []), tensor([3, 2])], lambda i, w: f.embedding(i, w))
    case("embedding", "none", [integers([], [0]), tensor([3, 2])], lambda i, w: f.embedding(i, w))
    case("embedding", "squared", [labels, tensor([3, 2])], lambda i, w: f.embedding(i, w) ** 2, square=1)
    for name in ["dropout", "featureDropout", "alphaDropout"]:
        for p, function in [(0.0, lambda x: x.clone()), (1.0, lambda x: x * 0)]:
            case(name, f"p {p}", [tensor([2, 3], layout="t")], function, p=p)


def regression_cases():
    a, b = tensor([2, 3], -2, 2, 1, "t"), tensor([2, 3], -2, 2, 4)
    row = tensor([3], -2, 2, 6)
    for code, reduction in enumerate(REDUCTIONS):
        def each(name, function, targets=(b, row), variant="", **parameters):
            for index, target in enumerate(targets if code == 0 else targets[:1]):
                case(name, f"{reduction} {variant} {index}", [a, target],
                     lambda x, t: function(x, t.expand(2, 3), reduction=reduction), reduction=code, **parameters)

        each("mseLoss", f.mse_loss)
        each("l1Loss", f.l1_loss)
        for beta in [1.0, 0.4, 0.0]:
            each("smoothL1Loss", lambda x, t, reduction: f.smooth_l1_loss(x, t, reduction=reduction, beta=beta), (b,), str(beta),
                 beta=beta)
        for delta in [1.0, 0.7]:
            each("huberLoss", lambda x, t, reduction: f.huber_loss(x, t, reduction, delta), (b,), str(delta),
                 delta=delta)
        for name, v in [("same", tensor([2, 3], 0.4, 1.5)), ("column", tensor([2, 1], 0.4, 1.5)),
                        ("rows", tensor([2], 0.4, 1.5))]:
            case("gaussianNLLLoss", f"{reduction} {name}", [a, b, v],
                 lambda x, t, v: f.gaussian_nll_loss(x, t, v, full=code == 1, reduction=reduction), eps=1e-6,
                 full=code == 1, reduction=code)
        for full in [False, True]:
            counts = Input([0.0, 1.0, 2.0, 3.5, 0.5, 7.0], [2, 3])
            counts.grad = False
            case("poissonNLLLoss", f"{reduction} {full}", [a, counts],
                 lambda x, t: f.poisson_nll_loss(x, t, True, full, reduction=reduction), log=True, full=full, eps=1e-8,
                 reduction=code)
            case("poissonNLLLoss", f"{reduction} {full} rates", [tensor([2, 3], 0.3, 3), counts],
                 lambda x, t: f.poisson_nll_loss(x, t, False, full, eps=1e-3, reduction=reduction), log=False,
                 full=full, eps=1e-3, reduction=code)
    case("poissonNLLLoss", "target", [a, tensor([2, 3], 1.2, 4)], lambda x, t: f.poisson_nll_loss(x, t, True, True),
         log=True, full=True, eps=1e-8, reduction=0)
    case("gaussianNLLLoss", "held", [a, b, Input([1e-9, 0.5], [2, 1])],
         lambda x, t, v: f.gaussian_nll_loss(x, t, v, eps=1e-2), eps=1e-2, full=False, reduction=0, smooth=False)
    for name, function in [("mseLoss", f.mse_loss), ("l1Loss", f.l1_loss), ("smoothL1Loss", f.smooth_l1_loss),
                           ("huberLoss", f.huber_loss)]:
        extra = {"smoothL1Loss": {"beta": 1.0}, "huberLoss": {"delta": 1.0}}.get(name, {})
        case(name, "equal", [Input([1.0, 2.0]), Input([1.0, 2.0])], function, smooth=False, reduction=0, **extra)
        case(name, "special", [Input([NAN, INF, 1.0, INF]), Input([0.0, 0.0, -INF, INF])],
             lambda x, t: function(x, t, reduction="none"), grad=False, reduction=2, **extra)
        case(name, "empty", [Input([], [0]), Input([], [0])], function, reduction=0, smooth=False, **extra)
        case(name, "scalar", [tensor([]), tensor([], seed=3)], function, reduction=0, **extra)


def margin_cases():
    a, b, c = tensor([3, 2], layout="t"), tensor([3, 2], seed=4), tensor([3, 2], seed=8, layout="s")
    signs = Input([1.0, -1.0, -1.0], grad=False)
    wide = Input([1.0, -1.0, -1.0, 1.0, 1.0, -1.0], [3, 2], grad=False)
    labels = integers([1, 0, 3])
    scores = tensor([3, 4], layout="t")
    for code, reduction in enumerate(REDUCTIONS):
        for margin in [1.0, 0.3] if code == 0 else [1.0]:
            case("hingeEmbeddingLoss", f"{reduction} {margin}", [a, wide],
                 lambda x, t: f.hinge_embedding_loss(x, t, margin, reduction=reduction), margin=margin, reduction=code)
            case("marginRankingLoss", f"{reduction} {margin}", [a, b, wide],
                 lambda x, y, t: f.margin_ranking_loss(x, y, t, margin, reduction=reduction), margin=margin,
                 reduction=code)
            case("cosineEmbeddingLoss", f"{reduction} {margin}", [a, b, signs],
                 lambda x, y, t: f.cosine_embedding_loss(x, y, t, margin - 1, reduction=reduction), margin=margin - 1,
                 reduction=code)
        for p, swap in [(2.0, False), (2.0, True), (3.0, False)] if code == 0 else [(2.0, False)]:
            case("tripletMarginLoss", f"{reduction} {p} {swap}", [a, b, c],
                 lambda x, y, z: f.triplet_margin_loss(x, y, z, 0.8, p, 1e-6, swap, reduction=reduction), margin=0.8,
                 p=p, swap=swap, reduction=code)
        case("softMarginLoss", reduction, [a, wide], lambda x, t: f.soft_margin_loss(x, t, reduction=reduction),
             reduction=code)
        for p in [1, 2]:
            case("multiMarginLoss", f"{reduction} {p}", [scores, labels],
                 lambda x, t: f.multi_margin_loss(x.contiguous(), t, p, 0.7, reduction=reduction), p=p, margin=0.7,
                 reduction=code, twice=False)
            case("multiMarginLoss", f"{reduction} {p} weighted", [scores, labels, constant([4])],
                 lambda x, t, w: f.multi_margin_loss(x.contiguous(), t, p, 0.7, w, reduction=reduction), p=p,
                 margin=0.7, reduction=code, twice=False)
        case("multiLabelSoftMarginLoss", reduction, [scores, tensor([3, 4], 0, 1, 3)],
             lambda x, t: f.multilabel_soft_margin_loss(x, t, reduction=reduction), reduction=code)
        case("multiLabelSoftMarginLoss", f"{reduction} weighted", [scores, tensor([3, 4], 0, 1, 3), constant([4])],
             lambda x, t, w: f.multilabel_soft_margin_loss(x, t, w, reduction=reduction), reduction=code)
    case("cosineEmbeddingLoss", "vectors", [tensor([3]), tensor([3], seed=4), Input(1.0, grad=False)],
         lambda x, y, t: f.cosine_embedding_loss(x, y, t), margin=0.0, reduction=0)
    case("multiMarginLoss", "vector", [tensor([4]), integers(2, [])],
         lambda x, t: f.multi_margin_loss(x, t), p=1, margin=1.0, reduction=0, twice=False)
    case("softMarginLoss", "large", [Input([800.0, -800.0]), Input([1.0, -1.0], grad=False)],
         lambda x, t: f.soft_margin_loss(x, t, reduction="none"), reduction=2)


def class_cases():
    shapes = [([3, 4], [2, 0, 3], [3], "t"), ([2, 3, 2], [2, 0, 1, 1], [2, 2], "s"),
              ([1, 2, 2, 1], [1, 0], [1, 2, 1], "c"), ([3], [1], [], "c")]
    for code, reduction in enumerate(REDUCTIONS):
        for shape, values, label_shape, layout in shapes if code == 0 else shapes[:2]:
            c = shape[1] if len(shape) > 1 else shape[0]
            x, labels, w = tensor(shape, layout=layout), integers(values, label_shape), constant([c])
            name = f"{reduction} {shape}"
            case("crossEntropy", name, [x, labels], lambda x, t: f.cross_entropy(x, t, reduction=reduction),
                 reduction=code)
            case("nllLoss", name, [x, labels], lambda x, t: f.nll_loss(x, t, reduction=reduction), reduction=code)
            case("crossEntropy", name + " weighted", [x, labels, w],
                 lambda x, t, w: f.cross_entropy(x, t, w, reduction=reduction), reduction=code)
            case("nllLoss", name + " weighted", [x, labels, w],
                 lambda x, t, w: f.nll_loss(x, t, w, reduction=reduction), reduction=code)
            case("crossEntropy", name + " smoothed", [x, labels, w],
                 lambda x, t, w: f.cross_entropy(x, t, w, reduction=reduction, label_smoothing=0.3), smoothing=0.3,
                 reduction=code)
            if label_shape != []:
                case("crossEntropy", name + " ignoring", [x, labels, w],
                     lambda x, t, w: f.cross_entropy(x, t, w, ignore_index=0, reduction=reduction,
                                                     label_smoothing=0.1), smoothing=0.1, ignored=0, reduction=code)
                case("nllLoss", name + " ignoring", [x, labels],
                     lambda x, t: f.nll_loss(x, t, ignore_index=1, reduction=reduction), ignored=1, reduction=code)
            t = tensor(shape, 0, 1, 3)
            case("crossEntropy", name + " probabilities", [x, t],
                 lambda x, t: f.cross_entropy(x, t, reduction=reduction), reduction=code)
            case("crossEntropy", name + " smoothed probabilities", [x, t, w],
                 lambda x, t, w: f.cross_entropy(x, t, w, reduction=reduction, label_smoothing=0.2), smoothing=0.2,
                 reduction=code)
        p, t = tensor([2, 3], 0.1, 0.9, layout="t"), tensor([2, 3], 0.1, 0.9, 3)

        def bce(x, t, w):  # PyTorch's second derivative is rounded to 1e-11
            losses = -w * (t * x.log() + (1 - t) * (-x).log1p())
            return {"mean": losses.mean(), "sum": losses.sum(), "none": losses}[reduction]
        case("binaryCrossEntropy", reduction, [p, t], lambda x, t: bce(x, t, 1), reduction=code)
        case("binaryCrossEntropy", reduction + " weighted", [p, t, constant([3])], bce, reduction=code)
        case("binaryCrossEntropy", reduction + " bounds",
             [Input([0.0, 1.0, 0.0, 1.0, 0.3]), Input([0.0, 1.0, 1.0, 0.0, 1.0])],
             lambda x, t: f.binary_cross_entropy(x, t, reduction=reduction), reduction=code, grad=False)
        x = tensor([2, 3], -3, 3)
        case("bceWithLogits", reduction + " positive", [x, t, constant([3], 0.5, 3)],
             lambda x, t, p: f.binary_cross_entropy_with_logits(x, t, pos_weight=p, reduction=reduction),
             reduction=code, positive=2)
        case("bceWithLogits", reduction + " weighted", [x, t, constant([3], 0.5, 3)],
             lambda x, t, w: f.binary_cross_entropy_with_logits(x, t, w, reduction=reduction), reduction=code,
             weight=2)
        case("bceWithLogits", reduction + " both", [x, t, constant([3], 0.5, 3), constant([2, 1], 0.5, 3)],
             lambda x, t, p, w: f.binary_cross_entropy_with_logits(x, t, w, pos_weight=p, reduction=reduction),
             reduction=code, positive=2, weight=3)
    case("crossEntropy", "all ignored", [tensor([2, 3]), integers([-100, -100])],
         lambda x, t: f.cross_entropy(x, t), reduction=0, grad=False)
    case("crossEntropy", "large", [Input([800.0, -800.0, 0.0, 0.0, 800.0, 1.0], [2, 3]), integers([0, 2])],
         lambda x, t: f.cross_entropy(x, t, reduction="none"), reduction=2)
    case("crossEntropy", "none", [Input([], [0, 3]), integers([], [0])], lambda x, t: f.cross_entropy(x, t),
         reduction=0, smooth=False, grad=False)
    case("crossEntropy", "bytes", [tensor([2, 3]), integers([1, 2], dtype=torch.uint8)],
         lambda x, t: f.cross_entropy(x, t.long()), reduction=0)
    case("bceWithLogits", "large positive", [Input([800.0, -800.0, 800.0, -800.0]),
                                             Input([1.0, 1.0, 0.0, 0.0], grad=False), Input([2.0], grad=False)],
         lambda x, t, p: f.binary_cross_entropy_with_logits(x, t, pos_weight=p, reduction="none"), reduction=2,
         positive=2)
    for code, reduction in enumerate(["mean", "batchmean", "sum", "none"]):
        x, t = tensor([2, 3], -3, -0.2, layout="t"), tensor([2, 3], 0.1, 0.9, 3)
        case("klDiv", reduction, [x, t], lambda x, t: f.kl_div(x, t, reduction=reduction), log=False, reduction=code)
        case("klDiv", reduction + " log", [x, tensor([2, 3], -2, -0.3, 3)],
             lambda x, t: f.kl_div(x, t, reduction=reduction, log_target=True), log=True, reduction=code)
    case("klDiv", "zeros", [tensor([3], -3, -0.2), Input([0.0, 0.4, 0.6], grad=False)],
         lambda x, t: f.kl_div(x, t, reduction="none"), log=False, reduction=3)


def cases():
    normalization_cases()
    interpolation_cases()
    lookup_cases()
    regression_cases()
    margin_cases()
    class_cases()
