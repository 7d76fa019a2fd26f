"""Counts that leave next to nothing of their source's total for all that they do not count."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from math import isfinite
from typing import Any

from sim.scenario.claim_overlap import CountScope, ScopeIndex, find_included_claims, make_count_scopes
from sim.scenario.descriptions import join_words
from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario

LEVEL = "WARNING"
MAX_REST_SHARE = 0.05  # of the total. ASSUMPTION: what a twentieth is left to is as good as bloodless


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """Counts of a few places and days that come to nearly all of their source's total say that the rest was bloodless.
    Where the text does not mean that, the counts are of more than they are read as: widen one, or make it a reading.
    """
    all_scopes = make_count_scopes(scenario)
    scored_claims = scenario.scored_claims
    scopes = {id: one for id, one in all_scopes.items() if id in scored_claims}
    sources = {id: scenario.claims[id].source for id in scopes}
    index = ScopeIndex(scopes, sources)
    for total in scopes:
        parts = find_parts(scenario, scopes, total, index.list_meeting(scopes[total], sources[total]))
        limits = scenario.claims[total].value
        assert limits is not None
        counted = sum(get_reported_minimum(scenario, part) for part in parts)
        rest = limits.high - counted
        uncounted = list_uncounted(scenario, scopes[total], [scopes[part] for part in parts])
        is_exhausted = isfinite(rest) and counted > 0 and 0 <= rest <= MAX_REST_SHARE * limits.high
        if is_exhausted and uncounted:
            message = (
                f"{join_words(parts)} {'come' if len(parts) > 1 else 'comes'} to {counted:.0f} of its "
                f"{limits.high:.0f}, so that at most {rest:.0f} is left for {join_words(uncounted)}"
            )
            yield LintFinding(("claims", total), message, None, "a wider part, or a reading of what the parts count")


def find_parts(scenario: Scenario, scopes: dict[str, CountScope], total: str, candidates: list[str]) -> list[str]:
    """The largest scored counts that lie within a count of the same source, by `includes` or by their population.

    `candidates` are the counts of that source and kind that have a place in common with the total.
    """
    whole = scenario.claims[total]
    included = find_included_claims(scenario, total)
    within = [
        id
        for id in candidates
        if id != total
        and (id in included or (whole.population is not None and scenario.claims[id].population == whole.population))
        and scopes[total].covers(scopes[id])
        and not scopes[id].covers(scopes[total])
    ]
    index = ScopeIndex({id: scopes[id] for id in within}, dict.fromkeys(within))
    return [
        id
        for id in within
        if not any(
            scopes[other].covers(scopes[id]) and scopes[other] != scopes[id]
            for other in index.list_surrounding(scopes[id], None)
        )
    ]


def get_reported_minimum(scenario: Scenario, id: str) -> float:
    """The least number that a claim allows."""
    value = scenario.claims[id].value
    return 0.0 if value is None else value.low


def list_uncounted(scenario: Scenario, whole: CountScope, parts: list[CountScope]) -> list[str]:
    """In words, the places and periods of a count that none of its parts counts."""
    ends = sorted({whole.since, whole.until, *(end for part in parts for end in (part.since, part.until))})
    everywhere = frozenset(scenario.places)
    uncounted: list[tuple[frozenset[str], datetime, datetime]] = []
    for since, until in pairwise(ends):
        left = whole.places or everywhere
        for part in parts:
            # A part that counts the work of some orders alone leaves that of the others at the same places.
            if part.since <= since and until <= part.until and part.orders == whole.orders:
                left -= part.places or everywhere
        if left and uncounted and uncounted[-1][0] == left and uncounted[-1][2] == since:
            uncounted[-1] = (left, uncounted[-1][1], until)
        elif left:
            uncounted.append((left, since, until))
    return [f"{describe_places(scenario, left)} {describe_period(since, until)}" for left, since, until in uncounted]


def describe_places(scenario: Scenario, places: frozenset[str]) -> str:
    """How many places, or their ids if they are few."""
    if len(places) == len(scenario.places):
        return "every place"
    return join_words(sorted(places)) if len(places) <= 2 else f"{len(places)} of {len(scenario.places)} places"


def describe_period(since: datetime, until: datetime) -> str:
    """A period by its days, or by its hours if it does not end with a day."""
    last = until - timedelta(microseconds=1)
    if since.hour == since.minute == until.hour == until.minute == 0:
        if since.date() == last.date():
            return f"on {since.day} {since:%B}"
        return f"from {since.day} {since:%B} to {last.day} {last:%B}"
    return f"from {since.day} {since:%B %H:%M} to {until.day} {until:%B %H:%M}"
