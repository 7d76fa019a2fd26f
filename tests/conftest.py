"""Settings that hold for every test."""

import pytest
from hypothesis import settings

from sim import files

# The same examples every time: a failing test must fail again tomorrow.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory):
    """Texts that turn out sound are remembered elsewhere than in the user's cache."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setattr(files, "cache_folder", lambda: folder)
        yield
