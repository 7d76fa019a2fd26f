"""Which counts of one source are parts of which: inclusion trees, or an error for what is counted twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from sim.scenario.claim_overlap import CountScope, find_included_claims, is_same_text, make_count_scopes
from sim.scenario.model import Scenario


@dataclass(frozen=True)
class InclusionTree:
    """A count and the trees of its parts."""

    claim: str
    parts: tuple["InclusionTree", ...]

    def list_postorder(self) -> list["InclusionTree"]:
        """Every tree within this one, parts before the whole."""
        return [*(below for part in self.parts for below in part.list_postorder()), self]


def build_inclusion_trees(scenario: Scenario, claims: Sequence[str], problems: list[str]) -> list[InclusionTree]:
    """The inclusion trees of some counts, in their order; counts that overlap otherwise are noted in `problems`.

    A count is a part of another if the other contains it, by itself or by way of claims that are not among them, or if
    both are of one group and the scope of the one lies within that of the other.
    """
    scope_by_claim = make_count_scopes(scenario)
    wholes = {id: [whole for whole in claims if is_part(scenario, scope_by_claim, id, whole)] for id in claims}
    parent_by_claim = {id: find_smallest_whole(id, wholes, problems) for id in claims}
    for claim_a, claim_b in combinations(claims, 2):
        if parent_by_claim[claim_a] == parent_by_claim[claim_b] and has_overlap(
            scenario, scope_by_claim, claim_a, claim_b
        ):
            problems.append(f"claims.{claim_b}: counts some of what {claim_a} counts, and neither is within the other")

    def make_tree(id: str) -> InclusionTree:
        return InclusionTree(id, tuple(make_tree(part) for part in claims if parent_by_claim[part] == id))

    return [make_tree(id) for id in claims if parent_by_claim[id] is None]


def is_part(scenario: Scenario, scope_by_claim: dict[str, CountScope], part: str, whole: str) -> bool:
    """Whether one count is a part of another of the same source."""
    part_claim, whole_claim = scenario.claims[part], scenario.claims[whole]
    if part == whole or part_claim.source != whole_claim.source or not {part, whole} <= scope_by_claim.keys():
        return False
    part_scope, whole_scope = scope_by_claim[part], scope_by_claim[whole]
    is_same_group = part_claim.population is not None and part_claim.population == whole_claim.population
    is_included = part in find_included_claims(scenario, whole) or (is_same_group and part_scope != whole_scope)
    return is_included and whole_scope.covers(part_scope)


def find_smallest_whole(id: str, wholes: dict[str, list[str]], problems: list[str]) -> str | None:
    """The smallest of the counts that a count is a part of."""
    candidates = wholes[id]
    smallest = [whole for whole in candidates if all(other == whole or other in wholes[whole] for other in candidates)]
    if candidates and not smallest:
        problems.append(f"claims.{id}: is a part of {' and of '.join(candidates)}, and neither is within the other")
    return smallest[0] if smallest else None


def has_overlap(scenario: Scenario, scope_by_claim: dict[str, CountScope], claim_a: str, claim_b: str) -> bool:
    """Whether two counts of one source, or of one text, have something in common."""
    source_a, source_b = scenario.claims[claim_a].source, scenario.claims[claim_b].source
    is_same_witness = source_a == source_b or is_same_text(scenario, source_a, source_b)
    return (
        is_same_witness
        and claim_a in scope_by_claim
        and claim_b in scope_by_claim
        and scope_by_claim[claim_a].overlaps(scope_by_claim[claim_b])
    )
