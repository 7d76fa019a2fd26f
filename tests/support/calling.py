"""`sim` as a user calls it, in this process."""

import pytest

from sim.cli import main


@pytest.fixture
def call(capfd):
    """Exit code, standard output, standard error of some words."""

    def inside(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(list(words))
        out, err = capfd.readouterr()
        return left.value.code, out, err

    return inside
