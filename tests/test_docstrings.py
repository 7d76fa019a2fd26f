"""The public functions say what they take and what they return, and their examples are true."""

import doctest
import inspect
import re
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

import pytest

import sim
from tools.site.public_names import PUBLIC_NAMES, find_public

SECTION = re.compile(r"^(\w+)\n-+$", re.MULTILINE)


def list_modules() -> list[str]:
    """Every module of the package, but the script that begins it."""
    found = walk_packages(sim.__path__, "sim.")
    return sorted(each.name for each in found if not each.name.endswith("__main__"))


def read_module(name: str) -> str:
    """The text of a module."""
    file = find_spec(name).origin
    return Path(file).read_text(encoding="utf-8")


def list_missing_sections(found: Any) -> list[str]:
    """The sections that a docstring should have and has not."""
    sections = SECTION.findall(inspect.getdoc(found) or "")
    signature = inspect.signature(found)
    takes = [name for name in signature.parameters if name != "self"]
    returns = not inspect.isclass(found) and signature.return_annotation not in (None, "None", inspect.Signature.empty)
    wanted = [*(["Parameters"] if takes else []), *(["Returns"] if returns else [])]
    return [section for section in wanted if section not in sections]


def count_false_examples(found: Any) -> int:
    """How many of the examples of a docstring give something else than it says."""
    globs = vars(import_module(found.__module__)).copy()
    return count_failures(doctest.DocTestFinder(recurse=False).find(found, found.__qualname__, globs=globs))


def count_false_module_examples(name: str) -> int:
    """How many of the examples in a module, of functions that are not public too, give something else than they say."""
    return count_failures(doctest.DocTestFinder().find(import_module(name), name))


def count_failures(tests: list[doctest.DocTest]) -> int:
    """How many examples fail."""
    runner = doctest.DocTestRunner(verbose=False)
    return sum(runner.run(test, out=lambda _: None).failed for test in tests)


def add(first: int, second: int) -> int:
    """The sum of two numbers.

    Parameters
    ----------
    first, second
        Whole numbers.

    Returns
    -------
    int
        Their sum.

    Examples
    --------
    >>> add(1, 2)
    3
    """
    return first + second


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_a_public_function_says_what_it_takes_and_returns(name):
    assert list_missing_sections(find_public(name)) == []


@pytest.mark.parametrize("name", PUBLIC_NAMES)
def test_the_examples_of_a_public_function_are_true(name):
    assert count_false_examples(find_public(name)) == 0


@pytest.mark.parametrize("name", [name for name in list_modules() if ">>>" in read_module(name)])
def test_the_examples_of_a_module_are_true(name):
    assert count_false_module_examples(name) == 0


def test_a_false_example_of_a_module_is_noticed(monkeypatch):
    module = import_module("sim.report.claim_words")
    monkeypatch.setattr(module.format_number, "__doc__", "Numbers.\n\n>>> 1 + 1\n3\n")
    assert count_false_module_examples(module.__name__) == 1


def test_a_whole_docstring_passes():
    assert (list_missing_sections(add), count_false_examples(add)) == ([], 0)


@pytest.mark.parametrize(
    ("old", "new", "missing", "n_false"),
    [
        ("Parameters\n", "Arguments\n", ["Parameters"], 0),
        ("Returns\n", "Gives\n", ["Returns"], 0),
        ("    3\n", "    4\n", [], 1),
    ],
)
def test_a_damaged_docstring_is_found(monkeypatch, old, new, missing, n_false):
    monkeypatch.setattr(add, "__doc__", add.__doc__.replace(old, new))
    assert (list_missing_sections(add), count_false_examples(add)) == (missing, n_false)
