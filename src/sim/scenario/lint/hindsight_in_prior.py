"""A prior that knows how the battle went."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sim.scenario.lint.base import Finding
from sim.scenario.model import Scenario
from sim.scenario.priors import Prior
from sim.scenario.whereabouts import last_moment

LEVEL = "WARNING"
WITNESSES = ("monitor", "belligerent", "press", "text")  # kinds of source that tell of the battle itself
MANY = 100  # numbers below this coincide by chance
MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
CENTRES = ("value", "median", "mean", "mode")


def findings(scenario: Scenario, data: dict[str, Any]) -> Iterator[Finding]:
    """A prior is what could be known without this battle. One that names a claim, a source or a day of the battle, or
    has a number that a claim gives, uses the evidence twice: once to set the prior, once to score it.
    """
    numbers = claimed(scenario)
    keys = {source.key: id for id, source in scenario.sources.items() if source.kind in WITNESSES}
    names, days = pattern(names_of(scenario)), pattern(days_of(scenario))
    for id, prior in scenario.priors.items():
        path = ("priors", id, "reason")
        for hit in names.findall(prior.reason):
            yield Finding(path, "names what the record knows of this battle", hit, "evidence from elsewhere")
        for day in days.findall(prior.reason):
            yield Finding(path, "names a day of this battle", day, "evidence from elsewhere")
        for hit in re.findall(r"\d[\d,]*(?:\.\d+)?", prior.reason):
            number = float(hit.replace(",", ""))
            if number >= MANY and number in numbers:
                yield Finding(path, f"has the number of the claim {numbers[number]}", hit, "evidence from elsewhere")
        for centre, number in centres(prior):
            if number >= MANY and number in numbers:
                message = f"is the number of the claim {numbers[number]}"
                yield Finding(("priors", id, centre), message, f"{number:g}", "evidence from elsewhere")
        for number, key in enumerate(prior.reference):
            if key in keys:
                message = f"is the source {keys[key]} of the record"
                yield Finding(("priors", id, "reference", number), message, key, "evidence from elsewhere")


def claimed(scenario: Scenario) -> dict[float, str]:
    """The numbers that claims give, each with the first claim that gives it."""
    found: dict[float, str] = {}
    for id, claim in scenario.claims.items():
        for hit in re.findall(r"\d+(?:\.\d+)?", claim.value.said if claim.value else ""):
            found.setdefault(float(hit), id)
    return found


def names_of(scenario: Scenario) -> list[str]:
    """What the claims and witnesses are called: ids of more than one word, and whole names."""
    ids = [id for id in (*scenario.claims, *scenario.sources) if "_" in id]
    return ids + [source.name for source in scenario.sources.values() if source.kind in WITNESSES]


def days_of(scenario: Scenario) -> list[str]:
    """The days of the battle, in the ways that one writes them."""
    days = [scenario.begins + timedelta(days=n) for n in range((last_moment(scenario) - scenario.begins).days + 1)]
    written: list[str] = []
    for day in days:
        month = MONTHS[day.month - 1]
        written += (
            [f"{day:%Y-%m-%d}", f"{day.day} {month}", f"{month} {day.day}"] if day < last_moment(scenario) else []
        )
    return written


def pattern(words: list[str]) -> re.Pattern[str]:
    """What finds any of the words, whole and whatever their case; the longest first."""
    longest_first = sorted(map(re.escape, words), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)


def centres(prior: Prior) -> Iterator[tuple[str, float]]:
    """The numbers around which a prior lies."""
    for name in CENTRES:
        if (number := getattr(prior, name, None)) is not None:
            yield name, float(number)
