"""Two readings of one text in the same terms, and every difference between them that is not accounted for.

A statement has eight fields. A field is None where a reading says nothing of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sim import files
from sim.scenario.bounds import Bound
from sim.scenario.reading import read

FOLDER = files.scenario_folder()
FIRST = FOLDER / "dec2014.yaml"
SECOND = FOLDER / "second_reading" / "dec2014.yaml"
COMPARED = FOLDER / "second_reading" / "dec2014_compared.yaml"

Data = dict[str, Any]
SPELLED = {"two": "2", "three": "3", "eight": "8", "ten": "10"}
FIGURE = re.compile(r"\d+(?:\.\d+)?")
CUMULATIVE = {"killed", "joined", "sorties", "outcome"}  # from the first day on, where no `since` is given


@dataclass(frozen=True)
class Statement:
    """What one reading has in one place of the text; places are names in alphabetical order, a period one day or two."""

    at: str
    source: str
    hedged: bool
    side: str | None
    places: str | None
    period: str | None
    kind: str | None
    value: str | None


FIELDS = tuple(field.name for field in fields(Statement))


def three_readings() -> tuple[Data, Data, Data]:
    """The first reading (the whole scenario), the second, and their comparison, as plain data."""
    return tuple(read(path).data for path in (FIRST, SECOND, COMPARED))  # type: ignore[return-value]


def simple(name: str) -> str:
    """A name or phrase for comparison: no capitals, apostrophes, hyphens or article; numbers as figures."""
    words = re.sub(r"[-‘’'\"]", " ", name.lower()).split()
    return " ".join(SPELLED.get(word, word) for word in words if word != "the")


def interval(since: str | None, until: str | None) -> str | None:
    """A period in whole days."""
    if until is None:
        return None
    first, last = (since or until)[:10], until[:10]
    return first if first == last else f"{first}/{last}"


def bound_of(said: str, kind: str, unit: str) -> str:
    """A value of the second reading in the scenario's terms: per cent as shares, one event as `happened`."""
    if unit == "per cent":
        return FIGURE.sub(lambda found: f"{float(found.group()) / 100:g}", said)
    if kind == "control" and said == "happened":
        return "at least 0.85"
    if kind == "control" and unit == "buildings" and said == "exactly 1":
        return "some"
    if kind == "event" and unit in ("attacks", "attackers", "vehicles") and said == "exactly 1":
        return "happened"
    return said


class Gazetteer:
    """From the names of the second reading to the ids of the scenario: its own names, then the comparison's list."""

    def __init__(self, first: Data, compared: Data) -> None:
        self.known = {
            simple(name): [id]
            for id, place in first["places"].items()
            for name in (place["name"], *place.get("also", ()))
        } | {simple(name): ids for name, ids in compared["words"]["places"].items()}

    def ids(self, names: list[str]) -> str | None:
        """Ids in alphabetical order; a name that nobody lists stands for itself, so that it agrees with nothing."""
        found = {id for name in names for id in self.known.get(simple(name), [f"unknown name {name}"])}
        return " ".join(sorted(found)) or None


def of_second(fact: Data, first: Data, compared: Data) -> Statement:
    """A fact of the second reading."""
    sources = compared["words"]["sources"]
    said, unit = str(fact["value"]) if "value" in fact else None, fact.get("unit", "")
    return Statement(
        at=fact["at"],
        source=sources.get(fact["reported_by"], fact["reported_by"]),
        hedged=fact.get("hedged", False),
        side=None if fact["side"] == "other" else fact["side"],
        places=Gazetteer(first, compared).ids(fact.get("places", [])),
        period=interval(fact.get("since"), fact.get("until")),
        kind=fact["about"],
        value=bound_of(said, fact["about"], unit) if said is not None else None,
    )


def of_first(claim: Data, first: Data, compared: Data) -> Statement:
    """A claim of the first reading."""
    seen = claim.get("observable", {})
    orders = [first["orders"][id] for id in seen.get("orders", ()) if id in first["orders"]]
    places = {*claim.get("places", ()), *seen.get("places", ()), *(order["target"] for order in orders)}
    places |= {seen["place"]} if "place" in seen else set()
    sides = {seen["side"]} if "side" in seen else {order["side"] for order in orders}
    measure = seen.get("measure")
    since = seen.get("since") or (first["begins"] if measure in CUMULATIVE else None)
    return Statement(
        at=claim["at"],
        source=claim["source"],
        hedged=claim.get("hedged", False),
        side=" ".join(sorted(sides)) or None,
        places=" ".join(sorted(places)) or None,
        period=interval(since, seen.get("until")),
        kind=compared["words"]["kinds"].get(measure, measure),
        value=claim.get("value"),
    )


def figures(words: str) -> set[str]:
    """The numbers in a phrase."""
    return {f"{float(found):g}" for found in FIGURE.findall(re.sub(r"(?<=\d),(?=\d{3})", "", simple(words)))}


def told(fact: Data) -> set[str]:
    """Every number that a fact has in its value, its own words and its dates."""
    said = str(fact.get("value", ""))
    shares = {f"{float(found) / 100:g}" for found in FIGURE.findall(said)} if fact.get("unit") == "per cent" else set()
    days = {part for key in ("since", "until") for part in figures(fact.get(key, "").replace("-", " "))}
    return figures(said) | figures(fact["says"]) | days | shares


def pair_faults(fact: Data, claim: Data, noted: Data, first: Data, compared: Data) -> Iterator[str]:
    """What the comparison does not say, or says wrongly, of one fact and one claim."""
    ours, theirs = of_second(fact, first, compared), of_first(claim, first, compared)
    values = {"value": (ours.value, theirs.value)}
    if phrase := noted.get("in_words"):
        if simple(phrase) not in simple(claim["says"]):
            yield f"the claim does not say {phrase!r}"
        number = FIGURE.search(ours.value or "") if fact["about"] != "name" else None
        spoken = f"{number.group()} {fact.get('unit', '')}".strip() if number else str(ours.value)
        same = simple(spoken) == simple(phrase)
        values = {"value": (ours.value, ours.value if same else phrase)}
    for field in FIELDS:
        left, right = values.get(field, (getattr(ours, field), getattr(theirs, field)))
        differs, unstated = noted.get("differs", {}).get(field), noted.get("unstated", {}).get(field)
        expected = differs[:2] if differs else [unstated, None] if unstated else None
        if expected is None and left != right:
            yield f"{field}: {left} against {right}, which is not listed"
        elif expected is not None and left == right:
            yield f"{field}: listed, but both have {left}"
        elif expected is not None and expected != [left, right]:
            yield f"{field}: {left} against {right}, listed as {expected[0]} against {expected[1]}"
        if differs and differs[2] not in compared["because"]:
            yield f"{field}: unknown reason {differs[2]}"
    if noted.get("unstated") and not ("observable" not in claim and claim.get("reason")):
        yield "only a carried claim without an observable may leave a field unstated, and says why"


def alone_faults(statement: Statement, noted: Data, compared: Data) -> Iterator[str]:
    """What is wrong with the note on a fact or claim that has no counterpart: it says why, and what the other lacks."""
    if noted["alone"] not in compared["because"]:
        yield f"unknown reason {noted['alone']}"
    has = {field: value for field in FIELDS if (value := getattr(statement, field)) not in (None, False)}
    if noted["says"] != has:
        yield f"says {has}, listed as {noted['says']}"


def pairs(compared: Data) -> Iterator[tuple[str, str, Data]]:
    """Fact, claim and what is noted of the two."""
    for id, noted in compared["facts"].items():
        if "alone" not in noted:
            for claim, said in noted.items():
                yield id, claim, said or {}


def invented_figures(first: Data, second: Data, compared: Data) -> Iterator[str]:
    """Numbers in the words of a claim that none of its facts has."""
    for id, claim in first["claims"].items():
        facts = [second["facts"][fact] for fact, other, _ in pairs(compared) if other == id]
        if facts and (extra := figures(claim["says"]) - set().union(*(told(fact) for fact in facts))):
            yield f"{id}: the claim's words have {', '.join(sorted(extra))}, its facts do not"


def doubt_faults(first: Data, second: Data, compared: Data) -> Iterator[str]:
    """Doubts of the second reading without an answer, and answers that name what the scenario does not have."""
    doubts, answers = second["doubts"], compared["doubts"]
    if len(doubts) != len(answers):
        yield f"doubts: {len(doubts)} doubts, {len(answers)} answers"
    for doubt, answer in zip(doubts, answers, strict=False):
        if not doubt.startswith(answer["of"]):
            yield f"doubts: the answer to {answer['of']!r} is not to {doubt!r}"
        for section in ("readings", "claims"):
            for id in answer.get(section, ()):
                if id not in first[section]:
                    yield f"doubts: {answer['of']}: no such thing in {section}: {id}"


def faults(first: Data, second: Data, compared: Data) -> list[str]:
    """Everything that the comparison leaves open; an empty list if the two readings are reconciled."""
    found = [f"{id}: in the comparison only" for id in compared["facts"] if id not in second["facts"]]
    found += [f"{id}: a fact without comparison" for id in second["facts"] if id not in compared["facts"]]
    paired = {claim for _, claim, _ in pairs(compared)}
    found += [f"{id}: no such claim" for id in sorted(paired | set(compared["claims"])) if id not in first["claims"]]
    lone = [id for id in first["claims"] if id not in paired]
    found += [f"{id}: a claim without comparison" for id in lone if id not in compared["claims"]]
    found += [f"{id}: listed as alone, but paired" for id in compared["claims"] if id in paired]
    used = {said[2] for *_, noted in pairs(compared) for said in noted.get("differs", {}).values()}
    used |= {noted["alone"] for part in ("facts", "claims") for noted in compared[part].values() if "alone" in noted}
    found += [f"{id}: a reason that nothing needs" for id in compared["because"] if id not in used]
    try:
        for id, claim, noted in pairs(compared):
            if id in second["facts"] and claim in first["claims"]:
                said = pair_faults(second["facts"][id], first["claims"][claim], noted, first, compared)
                found += [f"{id} and {claim}: {fault}" for fault in said]
        for id, noted in compared["facts"].items():
            if "alone" in noted and id in second["facts"]:
                statement = of_second(second["facts"][id], first, compared)
                found += [f"{id}: {fault}" for fault in alone_faults(statement, noted, compared)]
        for id, noted in compared["claims"].items():
            if id in first["claims"]:
                statement = of_first(first["claims"][id], first, compared)
                found += [f"{id}: {fault}" for fault in alone_faults(statement, noted, compared)]
    except ValidationError as error:
        found.append(str(error))
    found += invented_figures(first, second, compared)
    found += doubt_faults(first, second, compared)
    return found


def is_bound(said: str) -> bool:
    """Whether a value is written as the scenario's bounds are."""
    try:
        Bound.model_validate(said)
    except ValidationError:
        return False
    return True
