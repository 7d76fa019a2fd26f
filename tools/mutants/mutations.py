"""Every mutant of some files, as Cosmic Ray makes them, but for those that change nothing that is run."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cosmic_ray.ast import Visitor, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

# Left out: operators on names and decorators, and those on bits, which no number here can take: every test notices
# them, and they would only flatter the count.
OMITTED_OPERATORS = (
    "core/RemoveDecorator",
    "core/VariableReplacer",
    "core/VariableInserter",
    "core/ReplaceOrWithAnd_",
    "example",
)


@dataclass(frozen=True)
class Mutant:
    """One fault: a file, and what is done to it where."""

    file: str
    operator: str
    occurrence: int

    def apply(self, original: str) -> str:
        """The text of the file with the fault in it."""
        mutated: str | None = mutate_code(original, get_operator(self.operator)(), self.occurrence)
        assert mutated is not None
        return mutated


class OccurrenceCounter(Visitor):  # type: ignore[misc]
    """Counts how often an operator can be applied."""

    def __init__(self, operator: Any):
        self.operator = operator
        self.count = 0

    def visit(self, node: Any) -> Any:
        """Look at one node, and change nothing."""
        self.count += sum(1 for _ in self.operator.mutation_positions(node))
        return node


BIT_OPERATORS = ("LShift", "RShift", "BitAnd", "BitOr", "BitXor", "Invert", "MatMul")


def list_mutants(file: str, root: Path) -> Iterator[Mutant]:
    """Every mutant of a file."""
    tree = get_ast((root / file).read_text(encoding="utf-8"))
    for name in sorted(operator_names()):
        if not name.startswith(OMITTED_OPERATORS) and not any(bits in name for bits in BIT_OPERATORS):
            counter = OccurrenceCounter(get_operator(name)())
            counter.walk(tree)
            yield from (Mutant(file, name, number) for number in range(counter.count))


def extract_changed_lines(original: str, mutated: str) -> tuple[str, str]:
    """The lines that a fault changed: as they were and as they are."""
    before, after = original.splitlines(), mutated.splitlines()
    first = next((n for n, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    rest = min(len(before), len(after)) - first
    last = next((n for n in range(rest) if before[-1 - n] != after[-1 - n]), rest)
    was, becomes = before[first : len(before) - last], after[first : len(after) - last]
    return " ".join(" ".join(was).split()), " ".join(" ".join(becomes).split())


class AnnotationRemover(ast.NodeTransformer):
    """Takes out what is never run: type annotations and docstrings."""

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


def changes_behaviour(original: str, mutated: str) -> bool:
    """Whether the mutated text is Python, and anything of it that is run differs."""
    try:
        one, other = (ast.dump(AnnotationRemover().visit(ast.parse(text))) for text in (original, mutated))
    except SyntaxError:
        return False
    return one != other
