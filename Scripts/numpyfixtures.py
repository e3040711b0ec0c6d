"""Writes Tests/PenumbraDataTests/Fixtures/numpy: small arrays as NumPy saves them.

Every array of a kind holds the same numbers, so that the tests know them: n values 0, 1, 2, ... minus
3 (signed and floating types), in the shape of the file's name.
"""
import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent.parent / "Tests/PenumbraDataTests/Fixtures/numpy"
folder.mkdir(exist_ok=True, parents=True)


def values(dtype, shape):
    n = int(np.prod(shape))
    first = 0 if np.dtype(dtype).kind in "ub" else -3
    array = np.arange(first, first + n)
    return (array % 2 if np.dtype(dtype).kind == "b" else array).astype(dtype).reshape(shape)


def write(name, array, version=None):
    with open(folder / name, "wb") as file:
        np.lib.format.write_array(file, array, version=version)


for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "b1"]:
    for order in "<>":
        if kind[1] == "1" and order == ">":
            continue
        for layout in "CF":
            name = f"{'big' if order == '>' else 'little'}_{kind}_{layout}.npy"
            write(name, np.asarray(values(order + kind, (2, 3, 4)), order=layout))
for version in [(1, 0), (2, 0), (3, 0)]:
    write(f"version{version[0]}.npy", values("<f4", (2, 3)), version)
write("scalar.npy", np.float64(2.5))
write("empty.npy", np.zeros((0, 3), "<f4"))
write("half.npy", np.array([65504, 6e-8, -6.1e-5, 6.2e-5, np.inf, -np.inf, np.nan, -0.0], "<f2"))
write("bad_u8.npy", values("<u8", (2,)))
write("bad_c8.npy", values("<c8", (2,)))
write("bad_text.npy", np.array(["a", "b"]))
write("bad_record.npy", np.zeros(2, [("x", "<f4"), ("y", "<i8")]))
np.save(folder / "bad_object.npy", np.array([{}, None], object), allow_pickle=True)
np.savez(folder / "stored.npz", x=values("<f4", (2, 3)), y=values("<i8", (4,)))
np.savez_compressed(folder / "deflated.npz", x=values("<f4", (20, 30)), y=values("b1", (4,)))
