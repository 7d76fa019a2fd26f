"""docs/architecture.md: its drawing holds against the imports, and its walks name files that there are, few enough."""

import ast
import re
from pathlib import Path

import pytest

import sim
from sim.cli.commands import COMMANDS
from sim.report.glossary import GLOSSARY
from tools.glossary import format_glossary

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(sim.__file__).parent
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
FOUNDATION = "foundation"  # the modules that stand in the package itself
MOST_FILES = {"An engagement": 8, "A claim": 7, "A run": 12}  # to be opened on each walk


def room(module: str) -> str | None:
    """The room of a module by its dotted name: a folder of the package, or the foundation."""
    parts = module.split(".")
    if parts[0] != "sim" or len(parts) == 1:
        return None
    return parts[1] if (PACKAGE / parts[1]).is_dir() else FOUNDATION


def find_imports(package: Path) -> set[tuple[str, str]]:
    """Which room imports from which, wherever in a module, but for what only a type checker reads."""
    arrows = set()
    for path in package.rglob("*.py"):
        parts = path.relative_to(package).parts
        own = parts[0] if len(parts) > 1 else FOUNDATION
        if path.parent == package and path.name in ("__init__.py", "__main__.py"):
            continue  # the public names and the command: they open doors, and are no room
        tree = ast.parse(path.read_text(encoding="utf-8"))
        typing_only = {
            id(inner)
            for node in ast.walk(tree)
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and id(node) not in typing_only:
                names = [f"{node.module}.{each.name}" for each in node.names] if node.module == "sim" else [node.module]
                arrows |= {(own, other) for other in map(room, names) if other is not None and other != own}
    return arrows


def drawn_arrows() -> set[tuple[str, str]]:
    """The arrows of the drawing."""
    drawing = re.search(r"```mermaid\n(.*?)```", PAGE, re.DOTALL)
    assert drawing is not None
    return set(re.findall(r"^ *(\w+) --> (\w+)$", drawing[1], re.MULTILINE))


def reach(arrows: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Every pair of rooms of which the second is come to from the first along arrows."""
    pairs = set(arrows)
    while more := {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs:
        pairs |= more
    return pairs


def test_every_import_follows_the_arrows():
    assert find_imports(PACKAGE) - reach(drawn_arrows()) == set()


@pytest.mark.slow
def test_every_arrow_is_an_import_and_none_is_spare():
    arrows = drawn_arrows()
    assert arrows - find_imports(PACKAGE) == set()
    assert [arrow for arrow in arrows if arrow in reach(arrows - {arrow})] == []


def test_the_arrows_go_down():
    assert [room for room, other in reach(drawn_arrows()) if room == other] == []


def test_every_room_is_in_the_drawing_and_in_the_table():
    rooms = {path.name for path in PACKAGE.iterdir() if path.is_dir() and (path / "__init__.py").exists()} | {
        FOUNDATION
    }
    assert {name for arrow in drawn_arrows() for name in arrow} == rooms
    assert set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)) == rooms


def test_an_import_upwards_would_be_seen(tmp_path):
    (tmp_path / "laws").mkdir()
    (tmp_path / "laws" / "bad.py").write_text("def rates():\n    from sim.cli import main\n")
    assert find_imports(tmp_path) - reach(drawn_arrows()) == {("laws", "cli")}


@pytest.mark.parametrize("title", MOST_FILES)
def test_a_walk_names_files_and_functions_that_there_are_and_no_more_than_one_can_follow(title):
    walk = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    assert walk is not None
    files = dict.fromkeys(re.findall(r"`([\w/]+\.py)`", walk[1]))
    assert 3 <= len(files) <= MOST_FILES[title]
    texts = {}
    for name in files:
        assert (PACKAGE / name).is_file(), name
        texts[name] = (PACKAGE / name).read_text(encoding="utf-8")
    names = re.findall(r"`(\w+)(?:\(\))?` in `([\w/]+\.py)`", walk[1])
    assert len(names) >= len(files) - 1
    for function, name in names:
        assert re.search(rf"^ *(def|class) {function}\b|^ *{function}\b.* = ", texts[name], re.MULTILINE), (
            function,
            name,
        )


def test_the_glossary_is_short_enough_to_be_read():
    assert len(GLOSSARY) <= 80
    assert all(len(term.meaning) <= 200 for term in GLOSSARY.values())


def test_the_page_of_the_glossary_is_that_of_the_program():
    assert (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8") == format_glossary()


def test_every_term_is_met_in_a_command_that_there_is():
    assert {term.command for term in GLOSSARY.values()} <= set(COMMANDS)
