"""Golden cases of matrix products, einsum and factorisations."""

from goldencases.fixture import Input, case, integers, tensor


def cases():
    pass
