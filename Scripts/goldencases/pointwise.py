"""Golden cases of the elementwise functions beyond the first set, and of creation."""

from goldencases.fixture import Input, case, integers, tensor


def cases():
    pass
