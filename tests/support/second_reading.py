"""Two readings of one text in the same terms, and every difference between them that is not accounted for."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any

from sim import paths
from sim.scenario.yaml_parser import read_document

FOLDER = paths.scenario_folder()
FILES = {
    "first": FOLDER / "dec2014.yaml",
    "second": FOLDER / "second_reading" / "dec2014.yaml",
    "compared": FOLDER / "second_reading" / "dec2014_compared.yaml",
}

Data = dict[str, Any]
SPELLED = {"two": "2", "three": "3", "eight": "8", "ten": "10"}
FIGURE = re.compile(r"\d+(?:\.\d+)?")
DATED = re.compile(r"\d+(?: (?:to|and) \d+)?(?= (?:January|February|March|December))|\b20\d\d\b")  # days and years
SINCE_THE_START = {
    "killed",
    "reinforcements",
    "sorties",
    "outcome",
}  # measures that count from the first day if none is given
SINGLE = {"attacks", "attackers", "vehicles"}  # exactly one of these is an event that happened


@dataclass(frozen=True)
class Statement:
    """What one reading has: places by their ids in alphabetical order, a period of one day or two; None for nothing."""

    at: str
    source: str
    hedged: bool
    side: str | None
    places: str | None
    period: str | None
    kind: str | None
    value: str | None


FIELDS = tuple(field.name for field in fields(Statement))


@dataclass(frozen=True)
class Readings:
    """The first reading (a whole scenario), the second, and their comparison, as plain data."""

    first: Data
    second: Data
    compared: Data

    @cached_property
    def gazetteer(self) -> dict[str, list[str]]:
        """From the names of places, the scenario's own and those the comparison lists, to ids."""
        places = self.first["places"].items()
        own = {simple(name): [id] for id, place in places for name in (place["name"], *place.get("aliases", ()))}
        return own | {simple(name): ids for name, ids in self.compared["words"]["places"].items()}

    def pairs(self) -> Iterator[tuple[str, str, Data]]:
        """Fact, claim and what is noted of the two."""
        for id, noted in self.compared["facts"].items():
            if "alone" not in noted:
                yield from ((id, claim, said) for claim, said in noted.items())


def readings() -> Readings:
    """The three files of this repository."""
    return Readings(**{name: read_document(path).data for name, path in FILES.items()})


@cache
def simple(phrase: str) -> str:
    """A phrase for comparison: no capitals, apostrophes, hyphens or article; numbers as figures."""
    words = re.sub(r"[-‘’'\"]", " ", phrase.lower()).split()
    return " ".join(SPELLED.get(word, word) for word in words if word != "the")


@cache
def figures(phrase: str) -> frozenset[str]:
    """The numbers in a phrase."""
    return frozenset(f"{float(found):g}" for found in FIGURE.findall(re.sub(r"(?<=\d),(?=\d{3})", "", simple(phrase))))


def days(since: str | None, until: str | None) -> str | None:
    """A period in whole days."""
    if until is None:
        return None
    first, last = (since or until)[:10], until[:10]
    return first if first == last else f"{first}/{last}"


def format_interval(said: str, about: str, unit: str) -> str:
    """A value of the second reading in the scenario's terms."""
    if unit == "per cent":
        return FIGURE.sub(lambda found: f"{float(found.group()) / 100:g}", said)
    if about == "control" and said == "happened":
        return "at least 0.85"
    if about == "control" and (said, unit) == ("exactly 1", "buildings"):
        return "some"
    if about == "event" and said == "exactly 1" and unit in SINGLE:
        return "happened"
    return said


def kind(about: str | None, equipment: str | None) -> str | None:
    """What a statement is about; of things seized, also which."""
    return f"seized {equipment}" if about == "seized" else about


def make_second_statement(fact: Data, r: Readings) -> Statement:
    """A fact of the second reading; a name of a place that nobody lists agrees with nothing."""
    places = {id for name in fact.get("places", ()) for id in r.gazetteer.get(simple(name), [f"unknown: {name}"])}
    return Statement(
        at=fact["at"],
        source=r.compared["words"]["sources"].get(fact["reported_by"], fact["reported_by"]),
        hedged=fact.get("hedged", False),
        side=None if fact["side"] == "other" else fact["side"],
        places=" ".join(sorted(places)) or None,
        period=days(fact.get("since"), fact.get("until")),
        kind=kind(fact["about"], r.compared["words"]["equipment"].get(fact.get("unit"), fact.get("unit"))),
        value=format_interval(fact["value"], fact["about"], fact.get("unit", "")) if "value" in fact else None,
    )


def make_first_statement(claim: Data, r: Readings) -> Statement:
    """A claim of the first reading; where it is of orders, side and places are those of the orders."""
    seen = claim.get("observable", {})
    measure = seen.get("measure")
    orders = [r.first["orders"][id] for id in seen.get("orders", ())]
    places = {*claim.get("places", ()), *seen.get("places", ()), *(order["target"] for order in orders)}
    sides = {seen["side"]} if "side" in seen else {order["side"] for order in orders}
    since = seen.get("since") or (r.first["begins"] if measure in SINCE_THE_START else None)
    return Statement(
        at=claim["citation"],
        source=claim["source"],
        hedged=claim.get("uncertain", False),
        side=" ".join(sorted(sides)) or None,
        places=" ".join(sorted(places | ({seen["place"]} if "place" in seen else set()))) or None,
        period=days(since, seen.get("until")),
        kind=kind(r.compared["words"]["kinds"].get(measure, measure), seen.get("equipment")),
        value=claim.get("value"),
    )


def in_words(fact: Data, value: str | None, phrase: str) -> str | None:
    """The value that a claim gives in its words: the fact's own if it is the same name, or the same number and unit."""
    number = FIGURE.search(value or "") if fact["about"] != "name" else None
    spoken = f"{number.group()} {fact.get('unit', '')}" if number else str(value)
    return value if simple(spoken) == simple(phrase) else phrase


def pair_faults(fact: Data, claim: Data, noted: Data, r: Readings) -> Iterator[str]:
    """Differences of a fact and a claim that are not listed, and listed ones that are not there."""
    ours, theirs = vars(make_second_statement(fact, r)), vars(make_first_statement(claim, r))
    if phrase := noted.get("in_words"):
        theirs = theirs | {"value": in_words(fact, ours["value"], phrase)}
        if simple(phrase) not in simple(claim["statement"]):
            yield f"the claim does not say {phrase!r}"
    differs, unstated = noted.get("differs", {}), noted.get("unstated", {})
    for field in FIELDS:
        found = [ours[field], theirs[field]]
        listed = differs[field][:2] if field in differs else [unstated[field], None] if field in unstated else None
        if listed is None and found[0] != found[1]:
            yield f"{field}: {found[0]} against {found[1]}, which is not listed"
        elif listed is not None and listed != found:
            yield f"{field}: {found[0]} against {found[1]}, but listed as {listed[0]} against {listed[1]}"
        elif listed is not None and found[0] == found[1]:
            yield f"{field}: listed, but both have {found[0]}"
    if unstated and ("observable" in claim or "reason" not in claim):
        yield "a field is unstated only where a claim of role context has no observable, and says why"


def alone_faults(fact: Data, noted: Data, r: Readings) -> Iterator[str]:
    """What is wrong with the note on a fact that is no claim: it repeats what the fact has, and what stands for it."""
    has = {field: value for field, value in vars(make_second_statement(fact, r)).items() if value not in (None, False)}
    if noted["says"] != has:
        yield f"has {has}, but listed as {noted['says']}"
    known = {id for part in ("claims", "orders", "forces", "readings") for id in r.first[part]}
    yield from (f"see {id}, which is not there" for id in noted["see"] if id not in known)


def collect_figures(fact: Data) -> tuple[frozenset[str], frozenset[str]]:
    """The years and days of a fact, and the numbers in its value and words."""
    dates = (fact[key].split("-") for key in ("since", "until") if key in fact)
    return figures(" ".join(f"{year} {day}" for year, _, day in dates)), figures(fact["value"]) | figures(fact["says"])


def word_faults(r: Readings) -> Iterator[str]:
    """Numbers in the words of a claim that no fact of it has: days and years in its dates, others in its value."""
    known: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    for fact, noted in r.compared["facts"].items():
        for id in noted.get("see", noted):
            known.setdefault(id, []).append(collect_figures(r.second["facts"][fact]))
    for id, claim in r.first["claims"].items():
        dates, values = (frozenset().union(*numbers) for numbers in zip(*known[id], strict=True))
        said = " ".join(DATED.findall(claim["statement"]))
        undated = DATED.sub("", claim["statement"])
        for extra in sorted((figures(said) - dates - values) | (figures(undated) - values)):
            yield f"{id}: {extra} is in its words, but in none of its facts"


def reason_faults(r: Readings) -> Iterator[str]:
    """Reasons that are missing or idle, and readings that the scenario does not have."""
    alone = {noted["alone"] for noted in r.compared["facts"].values() if "alone" in noted}
    used = alone | {said[2] for *_, noted in r.pairs() for said in noted.get("differs", {}).values()}
    for id in sorted(used ^ set(r.compared["because"])):
        yield f"because: {id}: {'is not there' if id in used else 'nothing needs it'}"
    for id, because in r.compared["because"].items():
        if because["stands"] not in ("first", "both") or because.get("reading", "mountain") not in r.first["readings"]:
            yield f"because: {id}: stands for neither reading, or names a reading that is not there"


def change_faults(r: Readings) -> Iterator[str]:
    """Changes of the first reading that it no longer has."""
    for change in r.compared["changed"]:
        claim, field = r.first["claims"][change["claim"]], change["field"]
        now = claim["statement"] if field == "says" else vars(make_first_statement(claim, r))[field]
        if change["fact"] not in r.second["facts"]:
            yield f"changed: {change['fact']} is not there"
        if change["now"] not in now if field == "says" else change["now"] != now:
            yield f"changed: {change['claim']}: {field} is {now}, but listed as {change['now']}"


def doubt_faults(r: Readings) -> Iterator[str]:
    """Doubts of the second reading without an answer, and answers that name what the scenario does not have."""
    doubts, answers = r.second["doubts"], r.compared["doubts"]
    if len(doubts) != len(answers):
        yield f"doubts: {len(doubts)} doubts, {len(answers)} answers"
    for doubt, answer in zip(doubts, answers, strict=False):
        if not doubt.startswith(answer["of"]):
            yield f"doubts: the answer to {answer['of']!r} is not to {doubt!r}"
        for part in ("readings", "claims"):
            yield from (f"doubts: {id} is not there" for id in answer.get(part, ()) if id not in r.first[part])


def faults(r: Readings) -> list[str]:
    """Everything that the comparison leaves open or says wrongly; an empty list if the readings are reconciled."""
    facts, claims = r.second["facts"], r.first["claims"]
    listed, paired = set(r.compared["facts"]), {claim for _, claim, _ in r.pairs()}
    found = [f"{id}: a fact on one side only" for id in sorted(listed ^ set(facts))]
    found += [f"{id}: a claim on one side only" for id in sorted(paired ^ set(claims))]
    if found:
        return found
    for id, claim, noted in r.pairs():
        found += [f"{id} and {claim}: {fault}" for fault in pair_faults(facts[id], claims[claim], noted, r)]
    for id, noted in r.compared["facts"].items():
        if "alone" in noted:
            found += [f"{id}: {fault}" for fault in alone_faults(facts[id], noted, r)]
    return [*found, *word_faults(r), *reason_faults(r), *change_faults(r), *doubt_faults(r)]


def tally(r: Readings) -> Counter[str]:
    """How many facts agree outright, agree as far as a carried claim says, are no claim, or differ in each field."""
    counted: Counter[str] = Counter()
    for noted in r.compared["facts"].values():
        pairs = [] if "alone" in noted else list(noted.values())
        differs = {field for pair in pairs for field in pair.get("differs", {})}
        if "alone" in noted:
            counted["alone"] += 1
        elif differs:
            counted.update({"differ", *differs})
        else:
            counted["carried" if any("unstated" in pair for pair in pairs) else "outright"] += 1
    return counted
