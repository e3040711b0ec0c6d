"""Golden cases of LU factors, complete bases and general norms."""

import torch

from goldencases.fixture import Input, case, tensor
from goldencases.linear_algebra import square, transposed


def lu_cases():
    for shape in [[3, 3], [2, 4], [4, 2], [1, 1], [2, 3, 3], [2, 1, 2, 3], [0, 2, 2], [3, 0], [0, 3], [2, 3, 2]]:
        for layout in ["c", "t"]:
            variant = f"{shape} {layout}".replace(", ", ",")
            matrix = tensor(shape, seed=len(shape), layout=layout)
            case("luDecomposition", variant, [matrix], lambda a: torch.linalg.lu(a), smooth=0 not in shape)
            case("luFactor", variant, [matrix], lambda a: [torch.linalg.lu_factor(a)[0],
                                                           torch.linalg.lu_factor(a)[1].long() - 1],
                 smooth=0 not in shape)
    case("luDecomposition", "singular", [Input([1.0, 2.0, 2.0, 4.0], [2, 2], grad=False)], lambda a: torch.linalg.lu(a))
    for left, right in [([3, 3], [3, 2]), ([2, 2, 2], [2, 2, 1]), ([2, 2], [3, 2, 2]), ([2, 1, 2, 2], [3, 2, 2]),
                        ([2, 2], [2, 0]), ([0, 0], [0, 2])]:
        for from_left in [True, False]:
            for adjoint in [False, True]:
                b = tensor(right if from_left else right[:-2] + right[:-3:-1], seed=3, layout="t")
                packed, pivots = torch.linalg.lu_factor(square(left, shift=1.0).tensor)
                rounded = Input([round(x, 3) for x in packed.reshape(-1).tolist()], left)
                case("luSolve", f"{left} {right} {from_left} {adjoint}".replace(", ", ","),
                     [rounded, Input((pivots.long() - 1).reshape(-1).tolist(), list(pivots.shape), dtype=torch.int64), b],
                     lambda f, p, x: torch.linalg.lu_solve(f, (p + 1).int(), x, left=from_left, adjoint=adjoint),
                     left=from_left, adjoint=adjoint, smooth=0 not in left + right)


def basis_cases():
    # Further basis vectors are not unique: what stands here does not depend on which they are.
    for shape in [[3, 2], [2, 3], [2, 2], [4, 1], [2, 3, 1], [3, 0], [0, 3]]:
        case("completeOrthogonalDecomposition", f"{shape}".replace(", ", ","),
             [Input(tensor(shape, seed=2).tensor.reshape(-1).tolist(), shape, grad=shape[-2] <= shape[-1])],
             lambda a: complete(a), smooth=0 not in shape)
        case("fullSingularValueDecomposition", f"{shape}".replace(", ", ","), [tensor(shape, seed=2)],
             full, smooth=0 not in shape)


def complete(a):
    q, r = torch.linalg.qr(a, mode="complete")
    return [q.detach() @ transposed(q.detach()), r]


def full(a):
    u, s, vh = torch.linalg.svd(a, full_matrices=True)
    return [u.detach() @ transposed(u.detach()), s, vh.detach() @ transposed(vh.detach())]


def norm_cases():
    inf = torch.inf
    for order, shape, dims in [(None, [2, 3, 2], None), (None, [2, 3, 2], [0, 2]), (None, [2, 3], [1]), (3.0, [4], None),
                               (inf, [4], None), (1.0, [2, 3], [0]), (-inf, [2, 3], [-1]), (0.5, [2, 3, 2], [1]),
                               (2.0, [2, 3], None), (-2.0, [3, 2], None), (1.0, [2, 3], None), (-1.0, [2, 3, 2], [0, 2]),
                               (inf, [2, 3, 2], [2, 0]), (-inf, [2, 3], None), (None, [], None), (2.0, [], [0])]:
        for keep in [False, True]:
            given = {} if order is None else {"order": order}
            if dims is not None:
                given["dims"] = dims
            case("generalNorm", f"{order} {shape} {dims} {keep}".replace(", ", ","), [tensor(shape, low=0.3, layout="t")],
                 lambda x: torch.linalg.norm(x, order, dims, keepdim=keep), keep=keep, **given)
    for name in ["fro", "nuc"]:
        case("generalNorm", name, [tensor([2, 3], layout="s")], lambda x: torch.linalg.norm(x, name), keep=False,
             word=["fro", "nuc"].index(name))


def cases():
    lu_cases()
    basis_cases()
    norm_cases()
