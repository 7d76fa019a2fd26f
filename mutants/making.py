"""Every mutant of some files, as Cosmic Ray makes them, but for those that change nothing that is run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

# Left out: those of names and decorators, of which nothing here is made, and those with operations on bits, which no
# number here can take: every test notices them, and they would only flatter the count.
UNUSED = ("core/RemoveDecorator", "core/VariableReplacer", "core/VariableInserter", "core/ReplaceOrWithAnd_", "example")


@dataclass(frozen=True)
class Mutant:
    """One fault: a file, and what is done to it where."""

    file: str
    operator: str
    occurrence: int

    def source(self, honest: str) -> str:
        """The text of the file with the fault in it."""
        found: str | None = mutate_code(honest, get_operator(self.operator)(), self.occurrence)
        assert found is not None
        return found


class Counting(Visitor):  # type: ignore[misc]
    """Counts how often an operator can be applied."""

    def __init__(self, operator: Any):
        self.operator = operator
        self.count = 0

    def visit(self, node: Any) -> Any:
        """Look at one node, and change nothing."""
        self.count += sum(1 for _ in self.operator.mutation_positions(node))
        return node


BITS = ("LShift", "RShift", "BitAnd", "BitOr", "BitXor", "Invert", "MatMul")


def mutants_of(file: str, root: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    tree = get_ast((root / file).read_text(encoding="utf-8"))
    for name in sorted(operator_names()):
        if not name.startswith(UNUSED) and not any(bits in name for bits in BITS):
            counting = Counting(get_operator(name)())
            counting.walk(tree)
            yield from (Mutant(file, name, number) for number in range(counting.count))


def told(honest: str, spoilt: str) -> tuple[str, str]:
    """The lines that a fault changed: as they were and as they are."""
    before, after = honest.splitlines(), spoilt.splitlines()
    first = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    rest = min(len(before), len(after)) - first
    last = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    was, becomes = before[first : len(before) - last], after[first : len(after) - last]
    return " ".join(" ".join(was).split()), " ".join(" ".join(becomes).split())


class Bare(ast.NodeTransformer):
    """Takes out what is never run: what things are said to be, and what is said of them."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """An argument without its type."""
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """A function without its types and its docstring."""
        node.returns = None
        if ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:] or [ast.Pass()]
        self.generic_visit(node)
        return node

    def visit_If(self, node: ast.If) -> ast.If:
        """What only type checkers see."""
        if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = [ast.Pass()]
        self.generic_visit(node)
        return node


def is_a_fault(honest: str, spoilt: str) -> bool:
    """Whether anything that is run differs, and it is Python at all."""
    try:
        one, other = (ast.dump(Bare().visit(ast.parse(text))) for text in (honest, spoilt))
    except SyntaxError:
        return False
    return one != other
