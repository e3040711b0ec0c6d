"""Golden cases of normalisation, resampling, embedding and losses."""

from goldencases.fixture import Input, case, integers, tensor


def cases():
    pass
