"""Conditions under which an outcome comes about: a small tree on one half of the battles, counted on the other.

A condition's density is the share of its battles that have the outcome; its coverage, the share of all battles with
the outcome that it holds. Source: Bryant2010 for both, Breiman1984 for the tree.
"""

from dataclasses import dataclass
from math import inf

import numpy as np

DEPTH = 3  # conditions that a sentence can bear
SMALLEST = 0.02  # of the battles: what a condition must hold
LEAST = 100  # battles, below which there is nothing to discover


@dataclass(frozen=True)
class Bound:
    """One factor between two values; a factor of words is one of a few."""

    factor: str
    low: float = -inf
    high: float = inf


@dataclass(frozen=True)
class Condition:
    """Bounds that hold together: battles inside, those of them with the outcome, and all with the outcome."""

    bounds: tuple[Bound, ...]
    inside: int
    hits: int
    outcomes: int

    @property
    def density(self) -> float:
        """The share of the battles inside that have the outcome."""
        return self.hits / self.inside if self.inside else 0.0

    @property
    def coverage(self) -> float:
        """The share of all battles with the outcome that are inside."""
        return self.hits / self.outcomes if self.outcomes else 0.0


@dataclass(frozen=True)
class Discovery:
    """How often the outcome comes about in the half that is counted, and the conditions that make it likelier."""

    battles: int
    outcomes: int
    conditions: tuple[Condition, ...]


def discover(factors: dict[str, np.ndarray], outcome: np.ndarray, group: np.ndarray) -> Discovery:
    """The conditions under which an outcome (0 or 1 in each battle) is likelier than on the whole, most telling first.

    `group` numbers what belongs together (a design point, a replication): even ones grow the tree, odd ones are
    counted, so that a condition found by luck shows itself.
    """
    from sklearn.tree import DecisionTreeClassifier  # here, since it takes a second to import

    names = list(factors)
    table = np.column_stack([factors[name] for name in names])
    grown, counted = group % 2 == 0, group % 2 == 1
    if min(grown.sum(), counted.sum()) < LEAST / 2 or len(np.unique(outcome[grown])) < 2:
        return Discovery(int(counted.sum()), int(outcome[counted].sum()), ())
    tree = DecisionTreeClassifier(
        max_depth=DEPTH, min_samples_leaf=max(int(SMALLEST * grown.sum()), 10), criterion="gini", random_state=0
    ).fit(table[grown], outcome[grown] > 0.5)
    leaves = tree.apply(table)
    usual = float(outcome[grown].mean())
    total = int(outcome[counted].sum())
    found = []
    for leaf, bounds in bounds_of(tree.tree_, names).items():
        mine = leaves == leaf
        if not bounds or float(outcome[grown & mine].mean()) <= usual:
            continue
        inside = counted & mine
        found.append(Condition(bounds, int(inside.sum()), int(outcome[inside].sum()), total))
    found = [each for each in found if each.inside and each.density > total / counted.sum()]
    share = total / counted.sum()
    best = sorted(found, key=lambda each: share * each.inside - each.hits)  # by what it has beyond its share
    return Discovery(int(counted.sum()), total, tuple(best))


def bounds_of(tree: object, names: list[str]) -> dict[int, tuple[Bound, ...]]:
    """What leads to each leaf of a tree: of each factor the tightest bounds."""
    found: dict[int, tuple[Bound, ...]] = {}
    lefts, rights = getattr(tree, "children_left"), getattr(tree, "children_right")  # noqa: B009
    features, thresholds = getattr(tree, "feature"), getattr(tree, "threshold")  # noqa: B009

    def descend(node: int, bounds: dict[str, Bound]) -> None:
        if lefts[node] < 0:
            found[node] = tuple(bounds.values())
            return
        name, at = names[int(features[node])], float(thresholds[node])
        bound = bounds.get(name, Bound(name))
        descend(int(lefts[node]), bounds | {name: Bound(name, bound.low, min(bound.high, at))})
        descend(int(rights[node]), bounds | {name: Bound(name, max(bound.low, at), bound.high)})

    descend(0, {})
    return found
