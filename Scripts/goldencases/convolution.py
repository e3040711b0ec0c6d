"""Golden cases of convolutions and pooling."""

from goldencases.fixture import Input, case, integers, tensor


def cases():
    pass
