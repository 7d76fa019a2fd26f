"""Settings that hold for every test."""

from hypothesis import settings

# The same examples every time: a failing test must fail again tomorrow.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")
