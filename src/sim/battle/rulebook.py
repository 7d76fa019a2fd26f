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

from sim import daily, events, files, laws, tally
from sim.battle import clock as clock_folder
from sim.battle import codes
from sim.battle import rules as rule_folder

FOLDERS = [Path(folder.__path__[0]) for folder in (rule_folder, clock_folder)]
RULE_FILES = ("sim.battle.rules.", "sim.battle.clock.")
ENTRANCES = Path(__file__).parent / "entrances.py"
SLOT = "law.py"  # replaced by the file of the law that is chosen
# Rules allocate nothing, so counting references (`_nrt`) would only slow them down: by half, measured.
OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True, "_nrt": False}
# What every event of the fighting goes through: calls of these cost as much as they do.
INLINED = {
    *("rates_at", "assault_rates", "contact_rates", "advance_rates", "rates", "fire", "light", "engaged", "shelter"),
    *("deserted", "set_clock", "rounded", "uniform", "exponential", "share_held", "record"),
}
ENTRIES = (
    *("open_battle", "step", "advance", "settle", "next_call", "reconsider"),
    *("play", "go_on", "look_anew", "fight_all", "all_normals"),
)


class RuleBook(NamedTuple):
    """What a clock may call, and nothing else of the rules; the last five are the compiled clock itself."""

    open_battle: Callable[..., None]
    step: Callable[..., tuple[float, int, float]]
    advance: Callable[..., tuple[float, int]]
    settle: Callable[..., int]
    next_call: Callable[..., int]
    reconsider: Callable[..., None]
    play: Callable[..., int]
    go_on: Callable[..., int]
    look_anew: Callable[..., None]
    fight_all: Callable[..., int]
    all_normals: Callable[..., None]


def sources(law: str) -> list[Path]:
    """The files of the rule book with a law in its slot; raise KeyError for a law that does not exist."""
    paths = [path for folder in FOLDERS for path in sorted(folder.glob("*.py"))]
    return [laws.source(law), *(path for path in paths if path.name not in (SLOT, "__init__.py"))]


@cache
def plain(law: str) -> RuleBook:
    """The rules as ordinary Python functions on rows that are objects."""
    namespace = loaded(law)
    return RuleBook(*(namespace[name] for name in ENTRIES))


@cache
def compiled(law: str) -> RuleBook:
    """The same rules compiled by numba, for rows that are structured arrays; machine code is kept between sessions."""
    import numba

    files.private(files.cache_folder())
    numba.config.CACHE_DIR = str(cache_folder(law))  # type: ignore[attr-defined]
    namespace = loaded(law)
    rules = [name for name, value in namespace.items() if callable(value) and getattr(value, "is_rule", False)]
    for name in rules:
        namespace[name] = numba.njit(named(namespace[name], law), forceinline=name in INLINED, **OPTIONS)
    return addressed(namespace, law)


def addressed(namespace: dict[str, Any], law: str) -> RuleBook:
    """Machine code that takes tables by their address, as a clock calls it: with their handles."""
    import numba

    from sim.battle.machine import battle_at, calendar_at

    namespace |= {"battle_at": battle_at, "calendar_at": calendar_at}
    exec(compile(ENTRANCES.read_text(encoding="utf-8"), str(ENTRANCES), "exec"), namespace)
    at = {name: numba.njit(named(namespace[f"{name}_at"], law), cache=True, **OPTIONS) for name in ENTRIES}
    return RuleBook(
        open_battle=lambda battle: at["open_battle"](battle.address),
        step=lambda battle, order, now: at["step"](battle.address, order, now),
        advance=lambda battle, until: at["advance"](battle.address, until),
        settle=lambda battle, place, now: at["settle"](battle.address, place, now),
        next_call=lambda battle: at["next_call"](battle.address),
        reconsider=lambda battle, order: at["reconsider"](battle.address, order),
        play=lambda battle, calendar, ends: at["play"](battle.address, calendar.address, ends),
        go_on=lambda battle, calendar, now, ends: at["go_on"](battle.address, calendar.address, now, ends),
        look_anew=lambda battle, calendar, order: at["look_anew"](battle.address, calendar.address, order),
        fight_all=lambda battle, calendar, *rest: at["fight_all"](battle.address, calendar.address, *rest),
        all_normals=at["all_normals"],
    )


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
        for module in (codes, events, daily, tally)
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
    return isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
        ("sim.battle.rules.", "sim.battle.clock.")
    )


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
    rows = ("rows.py", "written_rows.py", "clock_rows.py")
    shared = [here / name for name in (*rows, "codes.py", "machine.py", "entrances.py")]
    shared += [here.parent / name for name in ("events.py", "daily.py", "tally.py")]
    paths = [*sources(law), *shared, Path(__file__)]
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
    return cache_folder(law).is_dir() and any(cache_folder(law).rglob("*.nbc"))
