"""The house stays in order: names that a textbook would print, one meaning for each, and rooms worth the walk."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import sim

PACKAGE = Path(sim.__file__).parent
# Folders of plug-ins and commands, one file each, however short.
PLUGINS = {
    *("laws", "perturbations", "battle/rules", "scenario/lint", "runs/backends", "outputs/exports", "cli"),
    *("drafts/formats", "report/html/sections", "plots", "analysis/validation"),
}
FEWEST_LINES = 25  # of a module that holds one definition alone
IRREGULAR = frozenset(
    "told heard said fought found held asked drawn dealt cast taken shown kept made given known seen begun left lost "
    "put read written sent set met laid cut split hit met run spent born brought built bought caught chosen come done "
    "driven fed felt flown forgotten gone grown hidden hurt led lent meant paid ridden risen sold shut slept sought "
    "spoken spread stood stuck sung sunk sworn thought thrown understood woken won worn wound".split()
) - {"read", "set", "put", "cut", "split", "run", "come", "spread", "hit"}  # imperatives too
PREPOSITIONS = frozenset(
    "about above after against among around at before behind below beside between beyond by down during for from in "
    "into near of off on over since so through to toward under until up upon with within without apart together".split()
)
NOUNS = frozenset("seed speed feed need bed shed embed".split())  # they only look like participles


def is_bare(name: str) -> bool:
    """Whether a function's name is one past participle or one preposition, and says nothing of what it does."""
    if "_" in name.strip("_"):
        return False
    word = name.strip("_")
    return word in IRREGULAR or word in PREPOSITIONS or (word.endswith("ed") and word not in NOUNS)


def modules(package: Path) -> Iterator[tuple[str, ast.Module, int]]:
    """Every module: its path, its tree, its lines."""
    for path in sorted(package.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        yield path.relative_to(package).as_posix(), ast.parse(text), len(text.splitlines())


def bare_functions(package: Path) -> list[str]:
    """Functions and methods with a bare name; private ones count."""
    return [
        f"{path}: {node.name}"
        for path, tree, _ in modules(package)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and is_bare(node.name)
    ]


def classes_defined_twice(package: Path) -> dict[str, list[str]]:
    """Names of classes that more than one module gives."""
    places: dict[str, list[str]] = {}
    for path, tree, _ in modules(package):
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                places.setdefault(node.name, []).append(path)
    return {name: where for name, where in places.items() if len(where) > 1}


def cupboards(package: Path) -> list[str]:
    """Modules outside the plug-in folders that hold one short definition alone."""
    return [
        f"{path} ({lines} lines)"
        for path, tree, lines in modules(package)
        if lines < FEWEST_LINES
        and not path.endswith(("__init__.py", "__main__.py"))
        and not any(path.startswith(f"{folder}/") for folder in PLUGINS)
        and sum(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body) == 1
    ]


def test_no_function_is_named_by_a_bare_participle_or_preposition():
    assert bare_functions(PACKAGE) == []


def test_no_two_modules_define_a_class_of_one_name():
    assert classes_defined_twice(PACKAGE) == {}


def test_no_module_is_a_cupboard_for_one_short_thing():
    assert cupboards(PACKAGE) == []


@pytest.fixture
def damaged(tmp_path):
    """A package with each of the faults."""
    (tmp_path / "one.py").write_text("class Table:\n    pass\n\n\nclass Row:\n    def told(self): ...\n")
    (tmp_path / "two.py").write_text("class Table:\n    pass\n\n\ndef by(): ...\ndef mixed(): ...\ndef seed(): ...\n")
    (tmp_path / "three.py").write_text("def draw(): ...\n")
    return tmp_path


def test_such_faults_are_seen(damaged):
    assert bare_functions(damaged) == ["one.py: told", "two.py: by", "two.py: mixed"]
    assert classes_defined_twice(damaged) == {"Table": ["one.py", "two.py"]}
    assert cupboards(damaged) == ["three.py (1 lines)"]


def test_plug_ins_are_distinct_folders_that_exist():
    assert [name for name, count in Counter(PLUGINS).items() if count > 1 or not (PACKAGE / name).is_dir()] == []
