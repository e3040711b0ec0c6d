"""Golden cases of views, joining, padding and scattering."""

from goldencases.fixture import Input, case, integers, tensor


def cases():
    pass
