"""A prior that knows how the battle went."""

import re
from collections.abc import Iterator
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sim.scenario.lint.base import LintFinding
from sim.scenario.model import Scenario
from sim.scenario.priors import Prior

LEVEL = "WARNING"
WITNESS_KINDS = ("monitor", "belligerent", "press", "text")  # kinds of source that tell of the battle itself
MIN_NUMBER = 100  # numbers below this coincide by chance
PEOPLE_UNITS = ("people", "casualties")
MEASURED_UNITS = ("share", "chance", "h", "hours", "days", "km")  # what is measured and not counted
YEAR = re.compile(r"1[0-9]{3}|20[0-9]{2}")  # in a reason more often a year than a count, which has a comma
MONTHS = [
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
]
FROM_PACK = re.compile(r"\(pack [a-z0-9_]+\)$")
CENTRE_FIELDS = ("value", "median", "mean", "mode")


def check(scenario: Scenario, data: dict[str, Any]) -> Iterator[LintFinding]:
    """A prior is what could be known without this battle. One that names a claim, a source or a day of the battle, or
    has a number that a claim gives of the same unit, uses the evidence twice: once to set the prior, once to score it.
    """
    people, things = collect_claim_numbers(scenario)
    keys = {source.reference: id for id, source in scenario.sources.items() if source.kind in WITNESS_KINDS}
    names, days = compile_words(list_record_names(scenario)), compile_words(list_battle_days(scenario))
    for id, prior in scenario.priors.items():
        if FROM_PACK.search(prior.reason):
            continue  # written before the battle was looked at; what it has in common with the record is chance
        path, numbers = ("priors", id, "reason"), select_numbers(prior, people, things)
        for hit in find_words(names, prior.reason):
            yield LintFinding(path, "names what the record knows of this battle", hit, "evidence from elsewhere")
        for day in find_words(days, prior.reason):
            yield LintFinding(path, "names a day of this battle", day, "evidence from elsewhere")
        for hit in re.findall(r"\d[\d,]*(?:\.\d+)?", prior.reason):
            number = float(hit.replace(",", ""))
            if number >= MIN_NUMBER and number in numbers and not YEAR.fullmatch(hit):
                yield LintFinding(
                    path, f"has the number of the claim {numbers[number]}", hit, "evidence from elsewhere"
                )
        for centre, number in iter_centres(prior):
            if number >= MIN_NUMBER and number in numbers:
                message = f"is the number of the claim {numbers[number]}"
                yield LintFinding(("priors", id, centre), message, f"{number:g}", "evidence from elsewhere")
        for number, key in enumerate(prior.reference):
            if key in keys:
                message = f"is the source {keys[key]} of the record"
                yield LintFinding(("priors", id, "reference", number), message, key, "evidence from elsewhere")


def collect_claim_numbers(scenario: Scenario) -> tuple[dict[float, str], dict[float, str]]:
    """The numbers of people that claims give, and those of anything else, each with the first claim that gives it."""
    people: dict[float, str] = {}
    things: dict[float, str] = {}
    for id, claim in scenario.claims.items():
        if claim.value is None or claim.observable is None:
            continue
        are_people = claim.observable.unit.startswith(PEOPLE_UNITS)
        for hit in re.findall(r"\d+(?:\.\d+)?", claim.value.phrase):
            (people if are_people else things).setdefault(float(hit), id)
    return people, things


def select_numbers(prior: Prior, people: dict[float, str], things: dict[float, str]) -> dict[float, str]:
    """The numbers that a prior could have from the record: none of them for a rate, a share or a length."""
    if prior.unit.startswith(PEOPLE_UNITS) and prior.unit.isalpha():
        return people
    return things if prior.unit.isalpha() and prior.unit not in MEASURED_UNITS else {}


def list_record_names(scenario: Scenario) -> list[str]:
    """What the claims and witnesses are called: ids of more than one word, and whole names."""
    ids = [id for id in (*scenario.claims, *scenario.sources) if "_" in id]
    return ids + [source.name for source in scenario.sources.values() if source.kind in WITNESS_KINDS]


def list_battle_days(scenario: Scenario) -> list[str]:
    """The days of the battle, in the ways that one writes them."""
    days = [scenario.begins + timedelta(days=n) for n in range((scenario.horizon - scenario.begins).days + 1)]
    dates: list[str] = []
    for day in days:
        month = MONTHS[day.month - 1]
        dates += [f"{day:%Y-%m-%d}", f"{day.day} {month}", f"{month} {day.day}"] if day < scenario.horizon else []
    return dates


def compile_words(phrases: list[str]) -> re.Pattern[str]:
    """What finds any of the words, whole and whatever their case; the longest first."""
    longest_first = sorted(map(re.escape, phrases), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)


@lru_cache(10_000)
def find_words(words: re.Pattern[str], text: str) -> tuple[str, ...]:
    """The words in a text, as they stand there: kept, since readings of a scenario have most texts in common."""
    return tuple(words.findall(text))


def iter_centres(prior: Prior) -> Iterator[tuple[str, float]]:
    """The numbers around which a prior lies."""
    for name in CENTRE_FIELDS:
        if (number := getattr(prior, name, None)) is not None:
            yield name, float(number)
