"""Which counts of one source are parts of which: a forest, or a statement of what is counted twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sim.scenario.extent import Extent, extents
from sim.scenario.model import Scenario
from sim.scenario.nesting import contained, same_text


@dataclass(frozen=True)
class Tree:
    """A count and the trees of its parts."""

    claim: str
    parts: tuple["Tree", ...]

    def in_order(self) -> list["Tree"]:
        """Every tree within this one, parts before the whole."""
        return [*(below for part in self.parts for below in part.in_order()), self]


def forest(scenario: Scenario, chosen: Sequence[str], problems: list[str]) -> list[Tree]:
    """The trees of the chosen counts, in the order of the scenario; what can't be told apart goes into `problems`.

    A count is a part of another if the other contains it, by itself or by way of claims that are not chosen, or if both
    are of one group and what it is about lies within what the other is about.
    """
    covered = extents(scenario)
    wholes = {id: [whole for whole in chosen if is_part(scenario, covered, id, whole)] for id in chosen}
    above = {id: nearest(id, wholes, problems) for id in chosen}
    for one, other in combinations(chosen, 2):
        if above[one] == above[other] and overlap(scenario, covered, one, other):
            problems.append(f"claims.{other}: counts some of what {one} counts, and neither is within the other")

    def tree(id: str) -> Tree:
        return Tree(id, tuple(tree(part) for part in chosen if above[part] == id))

    return [tree(id) for id in chosen if above[id] is None]


def is_part(scenario: Scenario, covered: dict[str, Extent], part: str, whole: str) -> bool:
    """Whether one count is a part of another of the same source."""
    one, other = scenario.claims[part], scenario.claims[whole]
    if part == whole or one.source != other.source:
        return False
    within = part in covered and whole in covered and covered[whole].covers(covered[part])
    if part in contained(scenario, whole):
        return within
    return within and one.group is not None and one.group == other.group and covered[part] != covered[whole]


def nearest(id: str, wholes: dict[str, list[str]], problems: list[str]) -> str | None:
    """The smallest of the counts that a count is a part of."""
    around = wholes[id]
    inner = [whole for whole in around if all(other == whole or other in wholes[whole] for other in around)]
    if around and not inner:
        problems.append(f"claims.{id}: is a part of {' and of '.join(around)}, and neither is within the other")
    return inner[0] if inner else None


def overlap(scenario: Scenario, covered: dict[str, Extent], one: str, other: str) -> bool:
    """Whether two counts of one source, or of one text, have something in common."""
    first, second = scenario.claims[one].source, scenario.claims[other].source
    witness = first == second or same_text(scenario, first, second)
    return witness and one in covered and other in covered and covered[one].overlaps(covered[other])
