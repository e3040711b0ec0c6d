"""Golden cases of matrix products, einsum and factorisations."""

import math

import torch

from goldencases.fixture import INF, NAN, Input, case, integers, spread, tensor

ORDERS = ["fro", "nuc", 2, -2, 1, -1, math.inf, -math.inf]


def transposed(x):
    return x.transpose(-1, -2)


def symmetric(x):
    return (x + transposed(x)) / 2


def square(shape, seed=0, layout="c", shift=0.0, low=-1.0, high=1.0):
    """Well-conditioned square matrices: irregular numbers, and a growing diagonal of `shift`."""
    values = torch.tensor(spread(math.prod(shape), low, high, seed)).reshape(shape)
    n = shape[-1]
    values = values + shift * torch.diag(1 + 0.3 * torch.arange(n, dtype=torch.float64))
    return Input([round(x, 3) for x in values.reshape(-1).tolist()], shape, layout)


def product_cases():
    for a, b in [([3], [3]), ([2, 3], [3]), ([3], [3, 2]), ([4, 2, 3], [3]), ([3], [2, 3, 2]),
                 ([2, 3], [2, 3, 2]), ([2, 2, 3], [3, 2]), ([2, 1, 2, 3], [2, 3, 1]),
                 ([2, 1, 2, 3], [1, 2, 3, 1]), ([1, 1], [1, 1]), ([2, 1, 2, 1, 3], [2, 1, 3, 1])]:
        for left, right in ["ts" if len(a) < 3 else "nt"]:
            case("matmul.layouts", f"{a} {b} {left}{right}", [tensor(a, layout=left), tensor(b, seed=1, layout=right)],
                 torch.matmul)
    for a, b in [([0, 3], [3, 2]), ([2, 0], [0, 3]), ([2, 3], [3, 0]), ([0, 2, 3], [3, 2]), ([2, 3, 0], [2, 0, 4]),
                 ([0], [0]), ([1, 2, 0], [3, 0, 2])]:
        case("matmul.layouts", f"{a} {b}", [tensor(a), tensor(b)], torch.matmul, smooth=False)
    case("matmul.layouts", "expanded", [Input([0.5, -1, 2, 0.25] * 3, [3, 2, 2], "e"), tensor([3, 2, 2], seed=2)], torch.matmul)
    for dtype in [torch.int64, torch.uint8]:
        for a, b in [([2, 3], [3, 2]), ([3], [3]), ([2, 2, 3], [2, 3, 1]), ([2, 0], [0, 2]), ([3], [2, 3, 2])]:
            x = [(7 * k * k + 3) % 23 for k in range(math.prod(a))]
            y = [(5 * k * k + 11 * k) % 31 for k in range(math.prod(b))]
            case("matmul.layouts", f"{dtype} {a} {b}", [integers(x, a, dtype), integers(y, b, dtype)], torch.matmul)
    x = Input([1, 2, 3, 4, 5, 6], [2, 3], "t", dtype=torch.int64)
    case("matmul.layouts", "integers transposed", [x, integers([1, -2, 3, -4, 5, -6], [3, 2])], torch.matmul)
    case("matmul.layouts", "special", [Input([INF, 0, 1, NAN], [2, 2], grad=False),
                                       Input([1, 0, 0, 1], [2, 2], grad=False)], torch.matmul)
    for n in [0, 1, 5]:
        case("dot", f"{n}", [tensor([n]), tensor([n], seed=1, layout="n" if n else "c")], torch.dot, smooth=n > 0)
    case("dot", "integers", [integers([1, 2]), integers([3, 4])], torch.dot)
    case("mv", "c", [tensor([3, 2], layout="t"), tensor([2], seed=1, layout="s")], torch.mv)
    case("mm", "c", [tensor([3, 2], layout="t"), tensor([2, 4], seed=1, layout="s")], torch.mm)
    case("mm", "empty", [tensor([3, 0]), tensor([0, 4])], torch.mm, smooth=False)
    case("bmm", "c", [tensor([2, 3, 2], layout="t"), tensor([2, 2, 4], seed=1, layout="n")], torch.bmm)
    case("bmm", "empty", [tensor([0, 3, 2]), tensor([0, 2, 4])], torch.bmm, smooth=False)
    case("outer", "c", [tensor([3], layout="s"), tensor([2], seed=1)], torch.outer)
    case("outer", "empty", [tensor([0]), tensor([2], seed=1)], torch.outer, smooth=False)
    case("outer", "integers", [integers([2, 3]), integers([4, 5])], torch.outer)
    for a, b in [([3], [3]), ([2, 3], [3]), ([2, 3], [4, 3]), ([2, 1, 3], [2, 3]), ([], [2, 3]), ([3], []), ([], [])]:
        case("inner", f"{a} {b}", [tensor(a), tensor(b, seed=1, layout="t")], torch.inner)
    shapes = {"addmm": ([2, 3], [2, 2], [2, 3], [[3], [2, 1], []]),
              "addmv": ([2], [2, 3], [3], [[1], []]),
              "addr": ([2, 3], [2], [3], [[3], [2, 1]]),
              "baddbmm": ([2, 2, 3], [2, 2, 1], [2, 1, 3], [[2, 3], [2, 1, 3], []]),
              "addbmm": ([2, 3], [2, 2, 2], [2, 2, 3], [[3], []])}
    for name, (full, a, b, others) in shapes.items():
        for shape in [full] + others:
            case(name, f"{shape}", [tensor(shape), tensor(a, seed=1, layout="t"), tensor(b, seed=2)],
                 lambda c, x, y: getattr(torch, name)(c, x, y, beta=0.5, alpha=-2.0), beta=0.5, alpha=-2.0)
        case(name, "plain", [tensor(full), tensor(a, seed=1), tensor(b, seed=2, layout="s")],
             lambda c, x, y: getattr(torch, name)(c, x, y))
    case("addmm", "beta 0", [Input([NAN, INF], [1, 2], grad=False), tensor([1, 2]), tensor([2, 2], seed=1)],
         lambda c, x, y: torch.addmm(c, x, y, beta=0), beta=0)
    case("addmm", "integers", [integers([1, 2], [1, 2]), integers([3, 4], [1, 2]), integers([5, 6, 7, 8], [2, 2])],
         lambda c, x, y: torch.addmm(c, x, y, beta=2, alpha=3), beta=2, alpha=3)
    case("addmm", "empty", [tensor([2, 3]), tensor([2, 0]), tensor([0, 3])], torch.addmm, smooth=False)
    for shape, other, dim in [([3], [3], -1), ([2, 3], [2, 3], 1), ([2, 3], [1, 3], 0), ([2, 3, 2], [2], 1)]:
        case("vecdot", f"{shape} {other} {dim}", [tensor(shape), tensor(other, seed=1)],
             lambda x, y: torch.linalg.vecdot(x, y, dim=dim), dim=dim)
    for shape, other, dim in [([3], [3], 0), ([2, 3], [2, 3], -1), ([3, 2], [3, 1], 0), ([2, 1, 3], [1, 4, 3], 2)]:
        case("cross", f"{shape} {other} {dim}", [tensor(shape, layout="t"), tensor(other, seed=1)],
             lambda x, y: torch.linalg.cross(x, y, dim=dim), dim=dim)
    case("cross", "integers", [integers([1, 2, 3]), integers([4, 5, 7])], lambda x, y: torch.linalg.cross(x, y), dim=0)
    case("cross", "empty", [tensor([0, 3]), tensor([0, 3])], lambda x, y: torch.linalg.cross(x, y), dim=-1, smooth=False)
    for a, b in [([2, 3], [3, 2]), ([2], [3, 2]), ([], [2, 2]), ([2, 1, 2], [2, 2]), ([0, 2], [2, 2]), ([2], [3]),
                 ([2, 1, 1, 2], [1, 2, 2, 1])]:
        case("kron", f"{a} {b}", [tensor(a, layout="t"), tensor(b, seed=1, layout="s")], torch.kron, smooth=0 not in a)
    for shape in [[3, 3], [2, 4], [4, 2], [1, 1], [0, 3]]:
        case("trace", f"{shape}", [tensor(shape, layout="t")], torch.trace, smooth=0 not in shape)
    case("trace", "integers", [integers([1, 2, 3, 4], [2, 2])], torch.trace)
    for a, b, first, second in [([2, 3], [3, 2], [1], [0]), ([2, 3, 4], [4, 3, 2], [1, 2], [1, 0]),
                                ([2, 3], [2, 3], [0, 1], [0, 1]), ([2], [3], [], []), ([2, 3, 4], [3, 2], [-2], [0]),
                                ([2, 1], [3, 2], [1], [0]), ([2, 3], [1, 2], [1], [0]), ([2, 0], [0, 3], [1], [0])]:
        case("tensordot", f"{a} {b} {first} {second}", [tensor(a, layout="t"), tensor(b, seed=1)],
             lambda x, y: torch.tensordot(x, y, dims=(first, second)), first=first, second=second, smooth=0 not in a)
    for a, b, count in [([2, 3], [3, 4], 1), ([2, 3, 2], [3, 2, 4], 2), ([2], [3], 0), ([2, 3], [2, 3], 2)]:
        case("tensordot.count", f"{a} {b} {count}", [tensor(a), tensor(b, seed=1, layout="t")],
             lambda x, y: torch.tensordot(x, y, dims=count), count=count)


def einsum_cases():
    table = [
        ("ij,jk->ik", [[2, 3], [3, 4]]), ("ij,jk", [[2, 3], [3, 4]]), ("ij,kj->ki", [[2, 3], [4, 3]]),
        ("bij,bjk->bik", [[2, 3, 2], [2, 2, 4]]), ("i,i->", [[3], [3]]), ("i,i", [[3], [3]]), ("i,j->ij", [[2], [3]]),
        ("i,j->ji", [[2], [3]]), ("ij->ji", [[2, 3]]), ("ba", [[2, 3]]), ("ij->", [[2, 3]]), ("ij->i", [[2, 3]]),
        ("ij->j", [[2, 3]]), ("ii->i", [[3, 3]]), ("ii", [[3, 3]]), ("ii->", [[3, 3]]), ("iij->ij", [[2, 2, 3]]),
        ("iji->j", [[2, 3, 2]]), ("iii->i", [[2, 2, 2]]), ("iijj->ij", [[2, 2, 2, 2]]), ("ijij->ij", [[2, 2, 2, 2]]),
        ("ii,ij->ij", [[2, 2], [2, 3]]), ("ij,ij->ij", [[2, 3], [2, 3]]), ("ij,ij->i", [[2, 3], [2, 3]]),
        ("ij,ij->", [[2, 3], [2, 3]]), ("ij,j->ij", [[2, 3], [3]]), ("bn,anm,bm->ba", [[2, 3], [4, 3, 2], [2, 2]]),
        ("bn,anm,bm", [[2, 3], [4, 3, 2], [2, 2]]), ("ij,jk,kl->il", [[2, 3], [3, 2], [2, 4]]),
        ("ij,jk,kl,lm->im", [[1, 2], [2, 3], [3, 2], [2, 1]]), ("...ij->...ji", [[2, 2, 3]]),
        ("...ij,...jk->...ik", [[2, 2, 3], [3, 2]]), ("...ij,...jk->...ik", [[2, 1, 2, 3], [4, 3, 2]]),
        ("...,...->...", [[2, 3], [3]]), ("i...,i...->...", [[2, 3], [2, 1]]), ("...i,i", [[2, 2, 3], [3]]),
        ("i...j->j...i", [[2, 3, 4]]), ("...ii->...i", [[2, 3, 3]]), ("...", [[2, 3]]), ("...->", [[2, 3]]),
        ("a...,b...->ab", [[2, 3], [4, 3]]), ("ij,jk->ik", [[2, 1], [3, 2]]), ("ij,ij->ij", [[2, 1], [1, 3]]),
        ("bhqd,bhkd->bhqk", [[2, 1, 3, 2], [2, 1, 2, 2]]), ("bqhd,bkhd->bhqk", [[1, 3, 2, 2], [1, 2, 2, 2]]),
        ("nchw,oc->nohw", [[2, 2, 1, 2], [2, 2]]), ("i,j,k->ijk", [[2], [3], [2]]), ("i,ij,j->", [[2], [2, 3], [3]]),
        (",i->i", [[], [3]]), ("i,->i", [[3], []]), (",", [[], []]), ("Ab,bA", [[2, 3], [3, 2]]), ("bA", [[2, 3]]),
        ("ij,k->i", [[2, 3], [2]]), ("ab,cd,ef->ace", [[2, 2], [2, 3], [1, 2]]), ("i...->...", [[2, 3]]),
        ("abcd,efcd->abef", [[2, 1, 2, 2], [1, 2, 2, 2]]), ("ij,jk->", [[2, 3], [3, 2]]), ("i,i,i->i", [[3], [3], [3]]),
        ("a,b,c,d,e,f,g,h->abcdefgh", [[2], [1], [2], [1], [1], [1], [1], [1]]),
    ]
    layouts = ["c", "t", "s", "n"]
    for position, (equation, shapes) in enumerate(table):
        case("static.einsum", f"{equation} {shapes}",
             [tensor(shape, seed=k, layout=layouts[(position + k) % 4]) for k, shape in enumerate(shapes)],
             lambda *x: torch.einsum(equation, *x))
    for equation, shapes in [("ij,jk->ik", [[0, 3], [3, 2]]), ("ij,jk->ik", [[2, 0], [0, 3]]), ("ii->i", [[0, 0]]),
                             ("ij->", [[0, 2]]), ("bij,bjk->bik", [[0, 2, 2], [0, 2, 2]])]:
        case("static.einsum", f"{equation} {shapes}", [tensor(shape) for shape in shapes],
             lambda *x: torch.einsum(equation, *x), smooth=False)
    case("static.einsum", "ij,jk->ik integers", [integers([1, 2, 3, 4], [2, 2]), integers([5, 6, 7, 8], [2, 2])],
         lambda *x: torch.einsum("ij,jk->ik", *x))


def function_cases():
    chains = [[[2, 3], [3, 4]], [[2, 3], [3, 4], [4, 2]], [[3], [3, 4], [4, 2]], [[2, 3], [3, 4], [4]],
              [[3], [3, 2], [2]], [[3], [3]], [[1, 4], [4, 2], [2, 3], [3, 2]], [[2, 0], [0, 3], [3, 2]]]
    for shapes in chains:
        case("static.multiDot", f"{shapes}", [tensor(shape, seed=k) for k, shape in enumerate(shapes)],
             lambda *x: torch.linalg.multi_dot(x), smooth=[2, 0] not in shapes)
    for exponent in [-3, -1, 0, 1, 2, 3, 5, 8]:
        case("matrixPower", f"{exponent}", [square([3, 3], shift=1.0, layout="t")],
             lambda x: torch.linalg.matrix_power(x, exponent), exponent=exponent)
    case("matrixPower", "batch", [square([2, 1, 2, 2], 1)], lambda x: torch.linalg.matrix_power(x, 3), exponent=3)
    case("matrixPower", "empty", [tensor([0, 0])], lambda x: torch.linalg.matrix_power(x, 2), exponent=2, smooth=False)
    case("matrixPower", "integers", [integers([1, 1, 1, 0], [2, 2])], lambda x: torch.linalg.matrix_power(x, 10),
         exponent=10)
    for shape, scale in [([1, 1], 1), ([2, 2], 1), ([3, 3], 2), ([2, 3, 3], 1), ([2, 1, 2, 2], 3), ([2, 2], 6)]:
        case("matrixExponential", f"{shape} {scale}", [tensor(shape, -scale, scale, layout="t")], torch.linalg.matrix_exp)
    case("matrixExponential", "mixed sizes", [Input([0.1, 0.2, -0.3, 0.1, 5, 2, 1, 3, 0.01, 0, 0, 0.02, 0, 12, -12, 0.5],
                                                    [4, 2, 2])], torch.linalg.matrix_exp)
    case("matrixExponential", "zero", [Input([0.0] * 4, [2, 2])], torch.linalg.matrix_exp)
    for shape in [[0, 0], [0, 2, 2], [2, 0, 0]]:
        case("matrixExponential", f"{shape}", [tensor(shape)], torch.linalg.matrix_exp, smooth=False)


def solving_cases():
    squares = [[1, 1], [2, 2], [3, 3], [2, 3, 3], [2, 1, 2, 2]]
    empties = [[0, 0], [0, 2, 2], [2, 0, 0]]
    layouts = ["c", "t", "n", "s", "c"]
    for upper in [False, True]:
        for shape, layout in zip(squares, layouts):
            case("cholesky.upper", f"{shape}", [square(shape, 1, layout, 2.0)],
                 lambda x: torch.linalg.cholesky(symmetric(x), upper=upper), upper=upper)
            case("choleskyInverse.upper", f"{shape}", [square(shape, 2, layout, 2.0)],
                 lambda x: torch.linalg.inv((transposed(x.triu()) @ x.triu()) if upper
                                            else (x.tril() @ transposed(x.tril()))), upper=upper)
        for shape in empties:
            case("cholesky.upper", f"{shape}", [tensor(shape)], lambda x: torch.linalg.cholesky(x, upper=upper),
                 upper=upper, smooth=False)
        for a, b in [([3, 3], [3, 2]), ([2, 2, 2], [2, 1]), ([2, 2], [2, 2, 1])]:
            case("choleskySolve", f"{a} {b}", [square(a, 2, "t", 2.0), tensor(b, seed=3, layout="s")],
                 lambda x, y: torch.linalg.solve((transposed(x.triu()) @ x.triu()) if upper
                                                 else (x.tril() @ transposed(x.tril())), y), upper=upper)
            for right in [False, True]:
                for unit in [False, True]:
                    shape = b[:-2] + [b[-1], b[-2]] if right else b
                    case("solveTriangular", f"{a} {shape}",
                         [square(a, 4, "t" if unit else "c", 1.5), tensor(shape, seed=5, layout="n")],
                         lambda x, y: torch.linalg.solve_triangular(x, y, upper=upper, left=not right,
                                                                    unitriangular=unit),
                         upper=upper, right=right, unit=unit)
    case("solveTriangular", "empty", [tensor([0, 0]), tensor([0, 2])],
         lambda x, y: torch.linalg.solve_triangular(x, y, upper=True), upper=True, smooth=False)
    case("solveTriangular", "no columns", [square([2, 2]), tensor([2, 0])],
         lambda x, y: torch.linalg.solve_triangular(x, y, upper=True), upper=True, smooth=False)
    for a, b in [([3, 3], [3, 2]), ([3, 3], [3]), ([2, 3, 3], [2, 3]), ([2, 3, 3], [3]), ([2, 3, 3], [3, 2]),
                 ([2, 2], [3, 2, 2]), ([2, 1, 2, 2], [1, 3, 2, 1]), ([1, 1], [1]), ([3, 3], [3, 1])]:
        case("solve", f"{a} {b}", [square(a, 6, "t", 2.0), tensor(b, seed=1, layout="s")], torch.linalg.solve)
    case("solve", "from the right", [square([3, 3], 6, "c", 1.0), tensor([2, 3], seed=1)],
         lambda x, y: torch.linalg.solve(x, y, left=False), right=True)
    for a, b in [([0, 0], [0, 2]), ([2, 2], [2, 0]), ([0, 2, 2], [0, 2, 3])]:
        case("solve", f"{a} {b}", [square(a, 1, "c", 1.0) if 0 not in a else tensor(a), tensor(b)], torch.linalg.solve,
             smooth=False)

    def signed_log(x):
        sign, log = torch.linalg.slogdet(x)
        return sign.detach(), log

    for name, function in [("inverse", torch.linalg.inv), ("determinant", torch.linalg.det),
                           ("signedLogDeterminant", signed_log)]:
        for shape, layout in zip(squares, layouts):
            case(name, f"{shape}", [square(shape, 3, layout, 0.5)], function)
        for shape in empties:
            case(name, f"{shape}", [tensor(shape)], function, smooth=False, grad=name == "inverse")
    case("determinant", "negative", [Input([0.0, 1, 2, 0.0], [2, 2])], torch.linalg.det)
    case("determinant", "singular", [Input([1.0, 2, 2, 4], [2, 2])], lambda x: x[0, 0] * x[1, 1] - x[0, 1] * x[1, 0])
    case("determinant", "singular with a regular one", [Input([1.0, 2, 2, 4, 1, 2, 3, 5], [2, 2, 2])],
         lambda x: x[:, 0, 0] * x[:, 1, 1] - x[:, 0, 1] * x[:, 1, 0])
    case("signedLogDeterminant", "singular", [Input([1.0, 2, 2, 4], [2, 2], grad=False)], torch.linalg.slogdet)
    case("signedLogDeterminant", "negative", [Input([0.0, 1, 2, 0.0], [2, 2])], signed_log)
    case("logDeterminant", "batch", [square([2, 3, 3], 3, "t", 2.0)], torch.logdet)
    case("logDeterminant", "negative and singular", [Input([0.0, 1, 2, 0.0, 1, 2, 2, 4], [2, 2, 2], grad=False)], torch.logdet)
    oblong = [[1, 1], [3, 2], [2, 3], [3, 3], [2, 4, 2], [2, 1, 2, 3]]
    for shape in oblong:
        case("pseudoInverse.atol", f"{shape}", [tensor(shape, layout="t")], torch.linalg.pinv)
        case("matrixRank.atol", f"{shape}", [tensor(shape)], torch.linalg.matrix_rank)
    case("pseudoInverse.atol", "deficient", [Input([1.0, 2, 2, 4, 3, 6], [3, 2])], torch.linalg.pinv, smooth=False)
    case("pseudoInverse.atol", "cut", [Input([3.0, 0, 0, 0.01], [2, 2])], lambda x: torch.linalg.pinv(x, rtol=0.1),
         rtol=0.1, smooth=False)
    case("pseudoInverse.atol", "cut absolutely", [Input([3.0, 0, 0, 0.01], [2, 2])],
         lambda x: torch.linalg.pinv(x, atol=0.1), atol=0.1, smooth=False)
    for shape in [[0, 2], [2, 0], [0, 2, 3]]:
        case("pseudoInverse.atol", f"{shape}", [tensor(shape)], torch.linalg.pinv, smooth=False)
        case("matrixRank.atol", f"{shape}", [tensor(shape)], torch.linalg.matrix_rank)
    for values in [[1.0, 2, 2, 4], [1.0, 0, 0, 1e-20], [0.0] * 4, [1.0, 0, 0, 0.01]]:
        case("matrixRank.atol", f"{values}", [Input(values, [2, 2])], torch.linalg.matrix_rank)
        case("matrixRank.atol", f"{values} cut", [Input(values, [2, 2])],
             lambda x: torch.linalg.matrix_rank(x, atol=0.1), atol=0.1)
        case("matrixRank.atol", f"{values} relative", [Input(values, [2, 2])],
             lambda x: torch.linalg.matrix_rank(x, rtol=0.1), rtol=0.1)

    def least_squares(x, y, residuals):
        vector = y.dim() == 1
        columns = y.unsqueeze(-1) if vector else y
        solution = torch.linalg.pinv(x) @ columns
        rank = torch.linalg.matrix_rank(x).expand(solution.shape[:-2])
        rest = ((x @ solution - columns) ** 2).sum(-2)
        solution = solution.squeeze(-1) if vector else solution
        return (solution, rest, rank) if residuals else (solution, rank)

    for a, b in [([3, 2], [3, 2]), ([3, 2], [3]), ([2, 3], [2, 1]), ([3, 3], [3, 2]), ([2, 4, 2], [4, 1]),
                 ([4, 2], [3, 4, 2])]:
        tall = a[-2] > a[-1]
        case("leastSquares", f"{a} {b}", [tensor(a, layout="t"), tensor(b, seed=1, layout="s")],
             lambda x, y: least_squares(x, y, tall), residuals=tall)
    for shape in oblong + [[4, 3], [2, 5]]:
        case("orthogonalDecomposition", f"{shape}", [tensor(shape, layout="t")],
             lambda x: tuple(torch.linalg.qr(x)))
    for shape in [[0, 2], [2, 0], [0, 2, 3]]:
        case("orthogonalDecomposition", f"{shape}", [tensor(shape)], lambda x: tuple(torch.linalg.qr(x)), smooth=False,
             grad=False)


def spectral_cases():
    squares = [[1, 1], [2, 2], [3, 3], [2, 3, 3], [2, 1, 2, 2]]
    layouts = ["c", "t", "n", "s", "c"]

    def uneven(shape, layout="c"):
        """Numbers among whose sums none are equal."""
        return Input([round(x ** 3 + 0.1 * x, 3) for x in spread(math.prod(shape), -1.2, 1.5, 5)], shape, layout)

    def projected(x, upper):
        w, v = torch.linalg.eigh(symmetric(x), UPLO="U" if upper else "L")
        return w, (v * (w ** 3).unsqueeze(-2)) @ transposed(v), v ** 2

    def singular(x):
        u, s, vh = torch.linalg.svd(x, full_matrices=False)
        return s, (u * (s ** 3).unsqueeze(-2)) @ vh, u ** 2, vh ** 2

    def root(x):
        w, v = torch.linalg.eigh(symmetric(x))
        return (v * w.sqrt().unsqueeze(-2)) @ transposed(v)

    def condition(x, order):
        if order in [2, -2]:
            return torch.linalg.cond(x, order)
        # By its definition: PyTorch cannot differentiate its own function here.
        return torch.linalg.matrix_norm(x, order) * torch.linalg.matrix_norm(torch.linalg.inv(x), order)

    for shape, layout in zip(squares, layouts):
        for upper in [False, True]:
            case("symmetricEigen.upper", f"{shape}", [square(shape, 1, layout, 0.7)], lambda x: projected(x, upper),
                 upper=upper)
            case("symmetricEigenvalues.upper", f"{shape}", [square(shape, 1, layout, 0.7)],
                 lambda x: torch.linalg.eigvalsh(symmetric(x), UPLO="U" if upper else "L"), upper=upper)
        case("symmetricSquareRoot", f"{shape}", [square(shape, 1, layout, 2.0)], root)
    case("symmetricEigenvalues.upper", "equal values", [Input([1.0, 0, 0, 1], [2, 2])],
         lambda x: torch.linalg.eigvalsh(symmetric(x)), smooth=False, twice=False)
    case("symmetricSquareRoot", "equal values", [Input([4.0, 0, 0, 4], [2, 2])],
         lambda x: symmetric(x) / 4 + torch.eye(2), twice=False)
    case("symmetricSquareRoot", "semi-definite", [Input([4.0, 0, 0, 0], [2, 2], grad=False)],
         lambda x: torch.tensor([[2.0, 0], [0, 0]]))
    for shape in [[0, 0], [0, 2, 2], [2, 0, 0]]:
        case("symmetricEigen.upper", f"{shape}", [tensor(shape)], lambda x: projected(x, False), smooth=False, grad=False)
        case("symmetricEigenvalues.upper", f"{shape}", [tensor(shape)], torch.linalg.eigvalsh, smooth=False, grad=False)
        case("symmetricSquareRoot", f"{shape}", [tensor(shape)], root, smooth=False, grad=False)
    for shape in [[1, 1], [2, 2], [3, 2], [2, 3], [3, 3], [2, 3, 2], [2, 1, 2, 4]]:
        case("singularValueDecomposition", f"{shape}", [tensor(shape, layout="t")], singular)
        case("singularValues", f"{shape}", [tensor(shape, layout="s")], torch.linalg.svdvals)
    for shape in [[0, 2], [2, 0], [0, 2, 3]]:
        case("singularValueDecomposition", f"{shape}", [tensor(shape)], singular, smooth=False, grad=False)
        case("singularValues", f"{shape}", [tensor(shape)], torch.linalg.svdvals, smooth=False, grad=False)
    case("singularValues", "equal values", [Input([1.0, 0, 0, 1], [2, 2])], torch.linalg.svdvals, smooth=False, twice=False)
    for index, order in enumerate(ORDERS):
        for shape, layout in [([2, 3], "t"), ([2, 2, 2], "n")]:
            for keep in [False, True]:
                case("matrixNorm", f"{order} {shape}", [uneven(shape, layout)],
                     lambda x: torch.linalg.matrix_norm(x, order, keepdim=keep), order=index, keep=keep)
        case("matrixNorm", f"{order} dims", [uneven([2, 3, 2])],
             lambda x: torch.linalg.matrix_norm(x, order, dim=(2, 0)), order=index, dims=[2, 0])
        case("conditionNumber", f"{order}", [square([2, 2, 2], 3, "t", 0.6)],
             lambda x: condition(x, order), order=index)
    case("conditionNumber", "oblong", [tensor([3, 2])], torch.linalg.cond, order=2)
    case("conditionNumber", "singular", [Input([1.0, 0, 0, 0], [2, 2], grad=False)], torch.linalg.cond, order=2)
    case("conditionNumber", "singular in the 1-norm", [Input([1.0, 0, 0, 0], [2, 2], grad=False)],
         lambda x: torch.linalg.cond(x, 1), order=4)
    case("matrixNorm", "empty", [tensor([2, 0])], torch.linalg.matrix_norm, order=0, grad=False)


def cases():
    product_cases()
    einsum_cases()
    function_cases()
    solving_cases()
    spectral_cases()
