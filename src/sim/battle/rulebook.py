"""Loading the rule book: all rules and one law in a single namespace, plain or compiled, from the same files.

One namespace, because the law is chosen by name and because numba then sees every rule; the files keep their names
and lines, so that tracebacks, debuggers and coverage point at the rule itself.
"""

import ast
import hashlib
import importlib.metadata
import platform
from collections.abc import Callable
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from sim import events, files, laws
from sim.battle import codes
from sim.battle import rules as rule_folder

FOLDER = Path(rule_folder.__path__[0])
SLOT = "law.py"  # replaced by the file of the law that is chosen
# Rules allocate nothing, so counting references (`_nrt`) would only slow them down: by half, measured.
OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True, "_nrt": False}
ENTRIES = ("open_battle", "step", "advance", "settle", "next_call")


class RuleBook(NamedTuple):
    """What a clock may call, and nothing else of the rules."""

    open_battle: Callable[..., None]
    step: Callable[..., tuple[float, int, float]]
    advance: Callable[..., tuple[float, int]]
    settle: Callable[..., int]
    next_call: Callable[..., int]


def sources(law: str) -> list[Path]:
    """The files of the rule book with a law in its slot; raise KeyError for a law that does not exist."""
    files = sorted(path for path in FOLDER.glob("*.py") if path.name not in (SLOT, "__init__.py"))
    return [laws.source(law), *files]


@cache
def plain(law: str) -> RuleBook:
    """The rules as ordinary Python functions on rows that are objects."""
    namespace = loaded(law)
    return RuleBook(*(namespace[name] for name in ENTRIES))


@cache
def compiled(law: str) -> RuleBook:
    """The same rules compiled by numba, for rows that are structured arrays; machine code is kept between sessions."""
    import numba

    numba.config.CACHE_DIR = str(cache_folder(law))  # type: ignore[attr-defined]
    namespace = loaded(law)
    rules = [name for name, value in namespace.items() if callable(value) and getattr(value, "is_rule", False)]
    for name in rules:
        namespace[name] = numba.njit(named(namespace[name], law), cache=name in ENTRIES, **OPTIONS)
    return RuleBook(*(namespace[name] for name in ENTRIES))


def named(function: Any, law: str) -> Any:
    """A function named after the law.

    Numba knows machine code by its name: of two laws that one process loads from their caches, the second would
    run the rates of the first.
    """
    function.__qualname__ = f"{function.__name__}_by_{law}"
    return function


def loaded(law: str) -> dict[str, Any]:
    """Run every file in one namespace, without the imports of one rule file from another."""
    namespace: dict[str, Any] = {"__name__": "sim.battle.rules"}
    owner: dict[str, Path] = {}
    for path in sources(law):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        tree.body = [node for node in tree.body if not joins_rules(node)]
        tree = ast.fix_missing_locations(Numbers().visit(LawCall(law).visit(tree)))
        for node in tree.body:
            for name in defined(node):
                if name in owner:
                    raise ImportError(f"{name} is defined twice in the rule book: in {owner[name]} and {path}")
                owner[name] = path
        exec(compile(tree, str(path), "exec"), namespace)  # the project's own files, never a user's
    for name in owner:
        if callable(namespace[name]):
            namespace[name].is_rule = True
    return namespace


class LawCall(ast.NodeTransformer):
    """Strikes out, where rules ask the law for its rates, the parameters that this law does not take."""

    def __init__(self, law: str):
        self.spare = laws.MOST_PARAMETERS - len(laws.parameters(law))

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Leave out the last arguments of a call of `rates`, as many as are not wanted."""
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "rates" and self.spare:
            del node.args[-self.spare :]
        return node


class Numbers(ast.NodeTransformer):
    """Writes the members of enums as numbers, and numbers in calls as `int(...)`: one type for all of them.

    Without it numba compiles a rule anew for each member and each literal that it is called with.
    """

    enums: ClassVar[dict[str, type[IntEnum]]] = {
        name: value
        for module in (codes, events)
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, IntEnum) and value is not IntEnum
    }

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Replace `What.KILLED` by its number, and leave any other attribute alone."""
        if isinstance(node.value, ast.Name) and node.value.id in self.enums:
            return ast.copy_location(ast.Constant(self.enums[node.value.id][node.attr].value), node)
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.Call:
        """Make every whole number that is an argument a plain `int`."""
        self.generic_visit(node)
        node.args = [self.plain(argument) for argument in node.args]
        return node

    def plain(self, argument: ast.expr) -> ast.expr:
        """`int(argument)` for a literal whole number or NOBODY, else the argument as it is."""
        literal = isinstance(argument, ast.Constant) and type(argument.value) is int
        if literal or (isinstance(argument, ast.Name) and argument.id == "NOBODY"):
            return ast.Call(ast.Name("int", ast.Load()), [argument], [])
        return argument


def joins_rules(node: ast.stmt) -> bool:
    """Whether a statement imports from another file of the rule book."""
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sim.battle.rules")


def defined(node: ast.stmt) -> list[str]:
    """The names that a top-level statement of a rule file defines."""
    if isinstance(node, ast.FunctionDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def digest(law: str) -> str:
    """SHA-256 over everything that the machine code depends on: sources, rows, codes and versions."""
    here = Path(__file__).parent
    paths = [*sources(law), here / "rows.py", here / "codes.py", here.parent / "events.py", Path(__file__)]
    total = hashlib.sha256()
    for path in paths:
        total.update(path.name.encode())
        total.update(path.read_bytes())
    versions = [importlib.metadata.version(name) for name in ("numba", "numpy", "llvmlite")]
    total.update(" ".join([*versions, platform.python_version(), platform.machine()]).encode())
    return total.hexdigest()


def cache_folder(law: str) -> Path:
    """Where the machine code is kept: below the user's cache folder, one folder for each state of the sources."""
    return files.cache_folder() / "rules" / digest(law)[:20]


def is_compiled(law: str) -> bool:
    """Whether the machine code for these very sources is there already."""
    return any(cache_folder(law).rglob("*.nbc"))
