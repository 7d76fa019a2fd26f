"""The lists and pages that a maintainer keeps: complete, current, and nothing in them that is not there."""

import re
from pathlib import Path

import pytest
from packaging.markers import default_environment

from sim.cli.commands import COMMANDS, FORMER_NAMES
from tools import dependencies
from tools.locks import ALL, read_locks
from tools.mutants.targets import TARGETS

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "dependencies.md"
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
PATH = re.compile(r"`((?:docs|src|tests|conf|scenarios|bench|tools)/[\w./-]+\.\w+)`")


def read_pins() -> dict[str, str]:
    """The version that the locks have of each package here."""
    environment = default_environment()
    return {pin.name: str(pin.version) for pin in read_locks()[ALL] if pin.applies(environment)}


SELDOM_INSTALLED = ("bench", "mutation", "crosscheck")


def test_the_page_of_dependencies_is_current():
    """Which of the seldom installed extras a package is listed under depends on which are installed here."""
    text = PAGE.read_text(encoding="utf-8")
    rows = [
        f"| {each.name} | {each.version} | {each.licence} |"
        if each.needed_for in SELDOM_INSTALLED
        else dependencies.format_row(each)
        for each in dependencies.list_packages()
    ]
    assert [row for row in rows if row not in text] == [], "run `make dependencies`"


def test_every_dependency_is_pinned_and_says_its_licence():
    pinned = read_pins()
    for each in dependencies.list_packages():
        assert each.version == pinned.get(each.name), f"{each.name} is not in requirements/: run `make lock`"
        assert each.licence != "not said", each.name


def test_every_pin_is_of_something_that_is_needed():
    text = PAGE.read_text(encoding="utf-8")
    listed = set(re.findall(r"^\| ([a-z0-9-]+) \| [0-9]", text, re.MULTILINE))
    assert {*read_pins()} - listed == set(), "pinned, and needed by nothing"


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_mutated_and_its_tests_are_there(name):
    target = TARGETS[name]
    assert [each for each in target.files if not [*ROOT.glob(each)]] == []
    assert [each for each in target.tests if not (ROOT / "tests" / each).exists()] == []


CALL = re.compile(r"(?:\$\$sim|bin/sim|`sim|^sim) ([a-z][a-z-]*)", re.MULTILINE)
PAGES_WITH_CALLS = sorted(
    [ROOT / "Makefile", *ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("conf/**/*.yaml")]
)


def test_every_command_that_is_named_exists():
    named = {
        (path.name, name)
        for path in PAGES_WITH_CALLS
        if path.name != "CHANGELOG.md"
        for name in CALL.findall(path.read_text(encoding="utf-8"))
    }
    assert len(named) > 50
    assert {each for each in named if each[1] not in {*COMMANDS, *FORMER_NAMES}} == set()


def test_what_we_ask_for_is_marked():
    asked = {each.name for each in dependencies.list_packages() if each.direct}
    assert {"numpy", "simpy", "hydra-core", "pydantic", "hypothesis"} <= asked
    assert "antlr4-python3-runtime" not in asked


@pytest.mark.parametrize(
    "path", sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]), ids=lambda path: path.name
)
def test_what_a_page_points_to_is_there(path):
    text = path.read_text(encoding="utf-8")
    links = [one or other for one, other in LINK.findall(text)]
    local = [link.split("#")[0] for link in links if not re.match(r"[a-z]+:", link) and link.split("#")[0]]
    named = [*local, *PATH.findall(text)]
    missing = [each for each in named if not (path.parent / each).exists() and not (ROOT / each).exists()]
    assert [each for each in missing if "NAME" not in each] == []
