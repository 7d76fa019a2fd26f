"""Settings that hold for every test."""

import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings
from support.browsers import SCREENS, PageWatch, launch_browser
from support.interruptions import Nursery
from support.trials import Tried, Verdicts

from sim.cli.main import main

# The same examples every time: a failing test must fail again tomorrow.
settings.register_profile("fixed", derandomize=True, deadline=None)
settings.load_profile("fixed")


# Parallel workers are told that the screen has 80 columns: what is printed to a file has its own width.
os.environ.pop("COLUMNS", None)

# Started in the background, we would pass on to every process that signals are ignored, and none could be interrupted.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def call(capfd):
    """`sim` as a user calls it, in this process: exit code, standard output, standard error."""

    def inside(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as left:
            main(list(words))
        out, err = capfd.readouterr()
        code = left.value.code
        return (code if isinstance(code, int) else int(code is not None)), out, err

    return inside


def pytest_collection_modifyitems(items):
    """Files with slow tests come first: each file is one worker's, and none shall be left with a long one."""
    slow = Counter(item.path for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path])


def share_folders(tmp_path_factory, name: str, make: Callable[[Path], dict[str, Path]]) -> dict[str, Path]:
    """The folders that the first of all parallel workers makes; the others wait for them."""
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent
    made = root / f"{name}.json"
    with FileLock(root / f"{name}.lock"):
        if not made.exists():
            folder = root / name
            folder.mkdir()
            made.write_text(json.dumps(make(folder), default=str), encoding="utf-8")
    return {command: Path(path) for command, path in json.loads(made.read_text(encoding="utf-8")).items()}


@pytest.fixture(scope="session")
def outputs(tmp_path_factory):
    """The folder of an output of every command that leaves one; nothing may be changed in them."""
    from support.outputs import make  # every command with all that it needs: most tests do without

    return share_folders(tmp_path_factory, "outputs", make)


@pytest.fixture(scope="session")
def inferred(tmp_path_factory):
    """The same of every command that calibrates."""
    from support.outputs import infer

    return share_folders(tmp_path_factory, "inferred", infer)


@pytest.fixture(scope="session")
def nursery():
    """`sim` in processes of their own, which begin at once and can be given faults."""
    server = Nursery()
    yield server
    server.close()


@pytest.fixture(scope="module")
def browser():
    """A browser without a screen."""
    with launch_browser() as found:
        yield found


@pytest.fixture(scope="module")
def program_folder(tmp_path_factory):
    """Where the program of `sim serve` works."""
    return tmp_path_factory.mktemp("serve")


@pytest.fixture(scope="module")
def program(program_folder):
    """`sim serve` as a process; what a test has not killed must end well."""
    from support.explorers import ServingProgram  # with a server's libraries: most tests do without

    found = ServingProgram(program_folder)
    yield found
    if found.process.poll() is None:
        assert found.end() == 130


@pytest.fixture(params=SCREENS)
def screen(request):
    """The size of a desktop, and that of a phone."""
    width, height = SCREENS[request.param]
    return {"width": width, "height": height}


@pytest.fixture
def open_page(browser):
    """Pages that complain of nothing and ask nobody else."""
    watch = PageWatch(browser)
    yield watch.open
    watch.close()
    assert watch.faults == []


def pytest_addoption(parser):
    parser.addoption("--reliability", type=Path, help="the page that counts of the long trials are put into")
    parser.addoption("--share", type=float, default=1.0, help="the share of the examples that the long trials try")
    parser.addoption("--verdicts", type=Path, help="the page that tables of the verification are put into")


@pytest.fixture(scope="session")
def share(request):
    """How many of so many examples a long trial tries: all of them, unless there is little time."""
    return lambda count: max(1, round(count * request.config.getoption("--share")))


@pytest.fixture(scope="session")
def some(share):
    """Those of some things that a long trial tries, evenly spread over them."""

    def chosen(things):
        things = tuple(things)
        count = share(len(things))
        return [things[number * len(things) // count] for number in range(count)]

    return chosen


@pytest.fixture(scope="session")
def verdicts(request):
    """What the long verification found; written at the end, if a page was named."""
    found = Verdicts()
    yield found
    if (page := request.config.getoption("--verdicts")) is not None:
        found.write(page)


@pytest.fixture(scope="session")
def tried(request):
    """What the long trials found; written at the end, if a page was named."""
    found = Tried()
    yield found
    if (page := request.config.getoption("--reliability")) is not None:
        found.write(page)
