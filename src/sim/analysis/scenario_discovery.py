"""Scenario discovery: conditions on the factors under which an outcome is likelier, by a small decision tree.

Half of the runs grow the tree, the other half are counted. Sources: Bryant2010, Breiman1984.
"""

from dataclasses import dataclass
from math import inf, isfinite

import numpy as np

from sim.outputs.formatting import format_level
from sim.scenario.descriptions import join_words
from sim.scoring.intervals import wilson_interval

MAX_DEPTH = 3  # bounds that a sentence can have
MIN_LEAF_SHARE = 0.02  # of the battles, that a condition must hold for
MIN_BATTLES = 100  # battles, below which there is nothing to discover


@dataclass(frozen=True)
class FactorRange:
    """One factor between two values; a categorical factor is coded as 1 where it is of a kind, 0 elsewhere."""

    factor: str
    low: float = -inf
    high: float = inf


@dataclass(frozen=True)
class DiscoveredCondition:
    """Ranges that hold together: the battles inside, those of them with the outcome, and all with the outcome."""

    ranges: tuple[FactorRange, ...]
    n_inside: int
    n_hits: int
    n_outcomes: int

    @property
    def density(self) -> float:
        """The share of the battles inside that have the outcome."""
        return self.n_hits / self.n_inside if self.n_inside else 0.0

    @property
    def coverage(self) -> float:
        """The share of all battles with the outcome that are inside."""
        return self.n_hits / self.n_outcomes if self.n_outcomes else 0.0


@dataclass(frozen=True)
class DiscoveryResult:
    """How often the outcome comes about in the half that is counted, and the conditions that make it likelier."""

    n_battles: int
    n_outcomes: int
    conditions: tuple[DiscoveredCondition, ...]


def discover_conditions(factors: dict[str, np.ndarray], outcome: np.ndarray, groups: np.ndarray) -> DiscoveryResult:
    """The conditions under which an outcome (0 or 1 in each battle) is likelier than on the whole, the most important
    first.

    `groups` numbers the battles that belong together (of a design point, of a replication): even groups grow the tree,
    odd ones are counted, so that a condition found by chance is exposed.
    """
    from sklearn.tree import DecisionTreeClassifier  # here, since it takes a second to import

    names = list(factors)
    table = np.column_stack([factors[name] for name in names])
    is_training, is_test = groups % 2 == 0, groups % 2 == 1
    if min(is_training.sum(), is_test.sum()) < MIN_BATTLES / 2 or len(np.unique(outcome[is_training])) < 2:
        return DiscoveryResult(int(is_test.sum()), int(outcome[is_test].sum()), ())
    min_leaf = max(int(MIN_LEAF_SHARE * is_training.sum()), 10)
    tree = DecisionTreeClassifier(max_depth=MAX_DEPTH, min_samples_leaf=min_leaf, criterion="gini", random_state=0)
    tree.fit(table[is_training], outcome[is_training] > 0.5)
    leaves = tree.apply(table)
    base_rate = float(outcome[is_training].mean())
    n_outcomes, test_rate = int(outcome[is_test].sum()), float(outcome[is_test].sum() / is_test.sum())
    conditions = []
    for leaf, ranges in extract_leaf_ranges(tree.tree_, names).items():
        is_in_leaf = leaves == leaf
        if not ranges or float(outcome[is_training & is_in_leaf].mean()) <= base_rate:
            continue
        inside = is_test & is_in_leaf
        conditions.append(DiscoveredCondition(ranges, int(inside.sum()), int(outcome[inside].sum()), n_outcomes))
    conditions = [each for each in conditions if each.n_inside and each.density > test_rate]
    # By how many outcomes a condition has beyond its share of the runs, the most first.
    ordered = sorted(conditions, key=lambda each: test_rate * each.n_inside - each.n_hits)
    return DiscoveryResult(int(is_test.sum()), n_outcomes, tuple(ordered))


def extract_leaf_ranges(tree: object, names: list[str]) -> dict[int, tuple[FactorRange, ...]]:
    """The ranges on the way to each leaf of a tree: of each factor the tightest bounds."""
    ranges_by_leaf: dict[int, tuple[FactorRange, ...]] = {}
    left_children, right_children = getattr(tree, "children_left"), getattr(tree, "children_right")  # noqa: B009
    features, thresholds = getattr(tree, "feature"), getattr(tree, "threshold")  # noqa: B009

    def descend(node: int, ranges: dict[str, FactorRange]) -> None:
        if left_children[node] < 0:
            ranges_by_leaf[node] = tuple(ranges.values())
            return
        name, threshold = names[int(features[node])], float(thresholds[node])
        current = ranges.get(name, FactorRange(name))
        descend(int(left_children[node]), ranges | {name: FactorRange(name, current.low, min(current.high, threshold))})
        descend(
            int(right_children[node]), ranges | {name: FactorRange(name, max(current.low, threshold), current.high)}
        )

    descend(0, {})
    return ranges_by_leaf


def select_informative(result: DiscoveryResult) -> list[DiscoveredCondition]:
    """The conditions under which the outcome is likelier by more than chance, in the half that is counted."""
    return [
        each
        for each in result.conditions
        if wilson_interval(each.n_hits, each.n_inside)[0] > result.n_outcomes / result.n_battles
    ]


def describe_condition(condition: DiscoveredCondition) -> str:
    """The ranges of a condition in words."""
    return join_words([describe_range(factor_range) for factor_range in condition.ranges])


def describe_range(factor_range: FactorRange) -> str:
    """One range in words: `garrison is below 900`, `law is linear`."""
    name = factor_range.factor.replace("_", " ")
    if " is " in factor_range.factor and (factor_range.low, factor_range.high) in (
        (0.5, float("inf")),
        (float("-inf"), 0.5),
    ):
        return name if factor_range.low == 0.5 else name.replace(" is ", " is not ")
    if isfinite(factor_range.low) and isfinite(factor_range.high):
        return f"{name} is between {format_level(factor_range.low)} and {format_level(factor_range.high)}"
    return (
        f"{name} is above {format_level(factor_range.low)}"
        if isfinite(factor_range.low)
        else f"{name} is below {format_level(factor_range.high)}"
    )
