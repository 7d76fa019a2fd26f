"""Plug-ins are found by the names of their files, and what is wrong with one is not hidden."""

import sys
from pathlib import Path

import pytest

from sim.registry import PluginRegistry, UnknownPluginError


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A package of plug-ins, and what they share."""
    package = tmp_path / "shapes"
    package.mkdir()
    for name, text in {"__init__": "", "base": "", "square": "SIDES = 4\n", "line": "SIDES = 1\n"}.items():
        (package / f"{name}.py").write_text(text)
    (package / "solid").mkdir()
    (package / "solid" / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield package
    for name in [name for name in sys.modules if name.split(".")[0] == "shapes"]:
        del sys.modules[name]


def test_plugins_are_the_files_that_are_not_shared_in_order(folder):
    assert PluginRegistry("shapes", shared=("base",)).list_names() == ["line", "square"]
    assert "base" in PluginRegistry("shapes").list_names()


def test_a_plugin_is_a_module_or_what_it_holds(folder):
    modules: PluginRegistry = PluginRegistry("shapes", shared=("base",))
    assert modules.load("square").SIDES == 4
    assert PluginRegistry("shapes", "SIDES", shared=("base",)).load_all() == {"line": 1, "square": 4}


def test_nothing_is_imported_before_it_is_used(folder):
    PluginRegistry("shapes", shared=("base",)).load("line")
    assert "shapes.line" in sys.modules
    assert "shapes.square" not in sys.modules


def test_a_new_file_is_found_at_once(folder):
    registry: PluginRegistry = PluginRegistry("shapes", "SIDES", shared=("base",))
    assert registry.list_names() == ["line", "square"]
    (folder / "triangle.py").write_text("SIDES = 3\n")
    assert registry.load("triangle") == 3


@pytest.mark.parametrize("name", ["circle", "base", "solid", ""])
def test_an_unknown_name_is_answered_with_those_there_are(folder, name):
    with pytest.raises(UnknownPluginError) as refused:
        PluginRegistry("shapes", shared=("base",)).load(name)
    assert str(refused.value) == f"no shapes.{name} (allowed: line, square)"
    assert isinstance(refused.value, KeyError)


def test_the_error_of_a_broken_plugin_is_its_own(folder):
    (folder / "broken.py").write_text("import no_such_library\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_library"):
        PluginRegistry("shapes").load("broken")
