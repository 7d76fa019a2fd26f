"""From the claims of a scenario to the terms of a likelihood."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sim.claims.cells import Cell, Partition
from sim.claims.forest import Tree, forest
from sim.claims.kinds import found, kind_of
from sim.claims.kinds.base import Kind
from sim.claims.terms.base import Term
from sim.claims.terms.counted import Counted, Node
from sim.claims.terms.graded import Graded
from sim.claims.terms.judged import Judged
from sim.measures.base import Observable
from sim.scenario.bounds import Bound
from sim.scenario.model import Scenario
from sim.scenario.problems import ScenarioError
from sim.scenario.reporting import Counting, Reporter, Reports

Item = TypeVar("Item")


@dataclass
class Recorder:
    """Collects what the terms ask of a battle and which priors they read."""

    scenario: Scenario
    asked: list[Observable] = field(default_factory=list)
    slots: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def terms(self, chosen: Sequence[str]) -> tuple[Term, ...]:
        """The terms of the chosen claims; raise ScenarioError with every claim that can't be scored."""
        kinds = {id: kind for id in chosen if (kind := self.kind(id)) is not None}
        counted = [id for id, kind in kinds.items() if kind.channel == "counted"]
        trees = {tree.claim: tree for tree in forest(self.scenario, counted, self.problems)}
        self.once([id for id in kinds if id not in counted])
        terms = []
        for id, kind in kinds.items():
            if id in trees:
                terms.append(self.counted(trees[id]))
            elif kind.channel != "counted":
                terms.append(self.told_of(id, kind))
        if self.problems:
            raise ScenarioError(self.problems)
        return tuple(term for term in terms if term is not None)

    def kind(self, id: str) -> Kind | None:
        """The kind of a claim; None, with a problem noted, if nobody can say such a thing."""
        try:
            return found()[kind_of(self.about(id).sort, self.bound(id).kind)]
        except LookupError:
            measure = getattr(self.about(id), "measure")  # noqa: B009 - every observable has one
            self.problems.append(f"claims.{id}.value: can't be said of {measure} (got {self.bound(id).said!r})")
            return None

    def once(self, chosen: Sequence[str]) -> None:
        """Note claims of one source about one and the same thing."""
        seen: dict[tuple[str, Observable], str] = {}
        for id in chosen:
            key = self.scenario.claims[id].source, self.about(id)
            if key in seen:
                self.problems.append(f"claims.{id}: is about the same as {seen[key]}, of the same source")
            seen.setdefault(key, id)

    def counted(self, tree: Tree) -> Term | None:
        """The term of a count and all its parts."""
        nodes = tree.in_order()
        counting = self.counting(tree.claim)
        if counting is None:
            return None
        numbers = {node.claim: number for number, node in enumerate(nodes)}
        claims = tuple(node.claim for node in nodes)
        cells, partitions = self.cells(claims)
        try:
            return Counted(
                name=tree.claim,
                claims=claims,
                cells=cells,
                partitions=partitions,
                nodes=tuple(
                    Node(self.column(node.claim), tuple(numbers[part.claim] for part in node.parts)) for node in nodes
                ),
                bias=self.slot(counting.bias),
                size=self.slot(counting.size),
                stray=self.slot(self.reports.stray),
            )
        except ValueError as error:
            self.problems.append(f"claims.{error}")
            return None

    def told_of(self, id: str, kind: Kind) -> Term | None:
        """The term of a claim that is no count."""
        reporter = self.reporter(id)
        if reporter is None:
            return None
        cells, partitions = self.cells((id,))
        misreport = self.slot(reporter.misreport)
        if kind.channel == "graded":
            sd = self.slot(self.reports.share_sd)
            return Graded(id, (id,), cells, partitions, column=self.column(id), sd=sd, misreport=misreport)
        low, high = self.bound(id).low, self.bound(id).high
        return Judged(id, (id,), cells, partitions, column=self.column(id), low=low, high=high, misreport=misreport)

    def cells(self, claims: Sequence[str]) -> tuple[tuple[Cell, ...], tuple[Partition, ...]]:
        """What was said in each claim, and all that could have been."""
        kinds = [found()[kind_of(self.about(id).sort, self.bound(id).kind)] for id in claims]
        bounds = [self.bound(id) for id in claims]
        said = tuple(kind.said(bound) for kind, bound in zip(kinds, bounds, strict=True))
        return said, tuple(kind.partition(bound) for kind, bound in zip(kinds, bounds, strict=True))

    def counting(self, id: str) -> Counting | None:
        """How the source of a claim counts what it is about; None, with a problem noted, if nothing says so."""
        reporter, seen = self.reporter(id), self.about(id)
        if reporter is None:
            return None
        source, side = self.scenario.claims[id].source, getattr(seen, "side", None)
        if seen.sort == "pieces":
            found, missing = reporter.equipment, f"reports.sources.{source}.equipment"
        else:
            found, missing = reporter.sides.get(side or ""), f"reports.sources.{source}.sides.{side}"
        if side is None:
            self.problems.append(f"claims.{id}.value: a number of both sides together can't be scored")
        elif found is None:
            self.problems.append(f"{missing}: is missing, and {id} is to be scored")
        return found

    def reporter(self, id: str) -> Reporter | None:
        """What is assumed of the source of a claim; None, with a problem noted, if nothing is."""
        source = self.scenario.claims[id].source
        reporters = {} if self.scenario.reports is None else self.scenario.reports.sources
        if source not in reporters:
            self.problems.append(f"reports.sources.{source}: is missing, and {id} is to be scored")
        return reporters.get(source)

    @property
    def reports(self) -> Reports:
        """What the scenario says of all sources together."""
        assert self.scenario.reports is not None
        return self.scenario.reports

    def about(self, id: str) -> Observable:
        """What a claim is about."""
        seen: Observable | None = self.scenario.claims[id].observable
        assert seen is not None
        return seen

    def bound(self, id: str) -> Bound:
        """What it says of it."""
        bound = self.scenario.claims[id].value
        assert bound is not None
        return bound

    def column(self, id: str) -> int:
        """The column of what a claim is about."""
        return number_of(self.asked, self.about(id))

    def slot(self, prior: str) -> int:
        """The column of a prior."""
        return number_of(self.slots, prior)


def number_of(found: list[Item], wanted: Item) -> int:
    """The place of something in a list, at the end of which it is put if it is not there."""
    if wanted not in found:
        found.append(wanted)
    return found.index(wanted)
