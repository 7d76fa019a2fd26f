"""What each command must not import: libraries that it does not use, and that everybody who calls it would wait for."""

import subprocess
import sys

import pytest

TABLES = ("pyarrow", "pandas", "xarray")
FIGURES = ("matplotlib", "PIL")
STATISTICS = ("scipy.stats", "scipy.optimize", "scipy.sparse", "sklearn", "SALib")
WORKERS = ("numba", "joblib", "dask")
SETTINGS = ("hydra", "omegaconf")
ALL = (*TABLES, *FIGURES, *STATISTICS, *WORKERS, *SETTINGS, "scipy", "rich", "shapely", "simpy")
COMMANDS = {
    "--version": ALL,
    "--help": ALL,
    "list laws": ALL,
    "check teaching": (*TABLES, *FIGURES, *STATISTICS, *WORKERS, *SETTINGS, "scipy", "rich", "simpy"),
    "trace dec2014": (*TABLES, *FIGURES, *STATISTICS, *WORKERS, *SETTINGS, "scipy", "rich", "simpy"),
    "diary scenario=teaching replication=1": (*TABLES, *FIGURES, *STATISTICS, *WORKERS, *SETTINGS, "rich"),
    "run scenario=teaching runs=1 outputs={folder}": (*FIGURES, *STATISTICS, *WORKERS, *SETTINGS, "pandas", "xarray"),
    "run scenario=teaching runs=2 outputs={folder}": (*STATISTICS, *WORKERS, *SETTINGS, "pandas", "xarray"),
}
WATCH = """
import sys
from sim.cli.main import main
try:
    main(sys.argv[1:])
except SystemExit as left:
    print("LOADED", left.code, [name for name in {libraries!r} if name in sys.modules], file=sys.stderr)
"""


def list_loaded(command: str, libraries: tuple[str, ...], before: str = "") -> str:
    """What a command has loaded of some libraries, as it says at its end."""
    code = before + WATCH.format(libraries=libraries)
    done = subprocess.run([sys.executable, "-c", code, *command.split()], capture_output=True, text=True, timeout=120)
    assert done.stdout
    return done.stderr


@pytest.fixture(scope="module", autouse=True)
def composed():
    """Settings that Hydra has composed before, as it has for everybody but the first caller."""
    list_loaded("diary scenario=teaching replication=0", ())


@pytest.mark.slow
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_without_the_libraries_that_it_does_not_use(command, tmp_path):
    assert list_loaded(command.format(folder=tmp_path), COMMANDS[command]) == "LOADED 0 []\n"


@pytest.mark.parametrize("library", ["pyarrow", "hydra"])
def test_a_library_that_is_loaded_is_seen(library):
    assert repr(library) in list_loaded("--version", ALL, before=f"import {library}\n")
