"""Golden cases of sorting, order statistics, counting and running reductions."""

from goldencases.fixture import Input, case, integers, tensor


def cases():
    pass
