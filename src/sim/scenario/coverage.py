"""What became of the text: an index of all that it names and counts, held against the scenario.

The index is a table, a row for each such thing and sentence: where it stands (`section`, `paragraph`, `sentence`), its
`kind` and the `item` itself; then the ids of the scenario that it became (`covered_by`, like
`claims.hill_regained`), or the reason why it became nothing (`excuse`).
"""

import csv
import re
from calendar import month_name
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sim import files
from sim.scenario.model import Scenario
from sim.scenario.orders import Scheduled
from sim.scenario.problems import ScenarioError
from sim.scenario.record import Claim

COLUMNS = ("section", "paragraph", "sentence", "kind", "item", "covered_by", "excuse")
NUMERAL = re.compile(r"\d+(?:[.,]\d+)?")
COUNTED = dict(one=1, two=2, three=3, four=4, five=5, six=6, seven=7, eight=8, nine=9, ten=10)
DAY = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(month_name[1:])})\b")


@dataclass(frozen=True)
class Item:
    """One thing that the text names; `line` is its line in the index."""

    line: int
    at: str
    kind: str
    item: str
    covered_by: tuple[str, ...]
    excuse: str


def index_of(scenario: Scenario) -> Path:
    """The index of a scenario's text; raise ScenarioError if it has none."""
    path = files.scenario_folder() / "index" / f"{scenario.name}.csv"
    if not path.is_file():
        raise ScenarioError([f"{path}: no such file: the text of {scenario.name} has no index"])
    return path


def read_index(path: Path) -> list[Item]:
    """Every row of an index; raise ScenarioError for a row that is none."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if tuple(rows.fieldnames or ()) != COLUMNS:
            raise ScenarioError([f"{path}:1: not the columns of an index (allowed: {', '.join(COLUMNS)})"])
        items = []
        for number, row in enumerate(rows, start=2):
            if None in row or None in row.values():
                raise ScenarioError([f"{path}:{number}: not {len(COLUMNS)} columns"])
            if row["kind"] not in NEEDS:
                raise ScenarioError(
                    [f"{path}:{number}: unknown kind (got {row['kind']!r}; allowed: {', '.join(NEEDS)})"]
                )
            at = f"{row['section']} {row['paragraph']}.{row['sentence']}"
            ids = tuple(row["covered_by"].split())
            items.append(Item(number, at, row["kind"], row["item"], ids, row["excuse"].strip()))
        return items


def faults(scenario: Scenario, items: list[Item]) -> list[str]:
    """What is not covered, item by item: the line of the index, the item, and what is missing."""
    found = [
        f"line {item.line}: {item.at}, {item.kind} {item.item!r}: {fault}"
        for item in items
        for fault in faults_of(scenario, item)
    ]
    indexed = {item.at for item in items}
    found += [f"claims.{id}: at {claim.at}, of which the index has nothing"
              for id, claim in scenario.claims.items() if str(claim.at) not in indexed]  # fmt: skip
    return found


def faults_of(scenario: Scenario, item: Item) -> Iterator[str]:
    """What is wrong with the covering of one item."""
    if item.excuse:
        if item.covered_by:
            yield "both covered and excused"
        return
    if not item.covered_by:
        yield "neither covered nor excused"
        return
    unknown = [id for id in item.covered_by if entry(scenario, id) is None]
    if unknown:
        yield f"covered by what the scenario does not have: {', '.join(unknown)}"
        return
    if not any(stands_at(scenario, id, item.at) for id in item.covered_by):
        yield "none of the ids comes from this sentence"
    yield from NEEDS[item.kind](scenario, item)


def entry(scenario: Scenario, id: str) -> Any:
    """The entry that an id like `claims.hill_regained` names; None if there is none."""
    section, _, key = id.partition(".")
    entries = getattr(scenario, section, None)
    return entries.get(key) if isinstance(entries, dict) else None


def stands_at(scenario: Scenario, id: str, at: str) -> bool:
    """Whether an entry comes from a sentence: it is a claim of it, or drawn from one."""
    found = entry(scenario, id)
    if isinstance(found, Claim):
        return str(found.at) == at
    drawn = [*getattr(found, "drawn_from", ()), *filter(None, [getattr(found, "claim", None)])]
    return any(str(scenario.claims[claim].at) == at for claim in drawn)


def words_of(scenario: Scenario, item: Item) -> str:
    """All that the scenario says in words and figures where it tells what an item became."""
    said: list[str] = []
    for found in (entry(scenario, id) for id in item.covered_by):
        said += [getattr(found, "says", ""), getattr(found, "name", ""), *getattr(found, "units", ())]
        if isinstance(found, Claim) and found.value is not None:
            said.append(found.value.said)
        numbers = [getattr(found, part, None) for part in ("strength", "sorties")]
        said += [f"{number.value:g}" for number in numbers if number is not None and number.value is not None]
    return " ".join(said)


def needs_figure(scenario: Scenario, item: Item) -> Iterator[str]:
    """A number stands in what it became: in a value, a name, or our words for it."""
    for numeral in NUMERAL.findall(item.item):
        figure = numeral.replace(",", "")
        share = str(float(figure) / 100)
        said = words_of(scenario, item).replace(",", "")
        if not re.search(rf"(?<![\d.])(?:{re.escape(figure)}|{re.escape(share)})(?![\d]|\.\d)", said):
            yield f"{numeral} stands in none of them"


def needs_claim(scenario: Scenario, item: Item) -> Iterator[str]:
    """A word that counts is the business of a claim, and one that stands for a number has it there."""
    if not any(id.startswith("claims.") for id in item.covered_by):
        yield "no claim among them"
    said = words_of(scenario, item).lower()
    for word in item.item.lower().split():
        if word in COUNTED and not re.search(rf"(?<![\d.])(?:{COUNTED[word]}|{word})\b(?!\.\d)", said):
            yield f"{word} stands in none of them"


def needs_day(scenario: Scenario, item: Item) -> Iterator[str]:
    """A day lies within the time of a claim or order that it became, or in our words for it."""
    for number, month in DAY.findall(item.item):
        if not any(has_day(scenario, id, int(number), list(month_name).index(month)) for id in item.covered_by):
            yield f"{number} {month} lies in the time of none of them"


def has_day(scenario: Scenario, id: str, number: int, month: int) -> bool:
    """Whether a day of the year lies in the time of an entry, or stands in its words."""
    found = entry(scenario, id)
    if f"{number} {month_name[month]}" in str(getattr(found, "says", "")):
        return True
    about = getattr(found, "observable", None)
    if about is not None:
        first, last = about.since or scenario.begins, about.until - timedelta(microseconds=1)
    elif isinstance(found, Scheduled):
        first, last = found.window.earliest, found.window.latest
    elif hasattr(found, "begins"):
        first, last = found.begins, found.ends
    else:
        return False
    day: date = first.date()
    while day <= last.date():
        if (day.day, day.month) == (number, month):
            return True
        day += timedelta(days=1)
    return False


def needs_place(scenario: Scenario, item: Item) -> Iterator[str]:
    """A place became a place, or stands in our words for a claim of it."""
    named = any(id.startswith("places.") for id in item.covered_by)
    said = " ".join(entry(scenario, id).says for id in item.covered_by if id.startswith("claims."))
    if not named and not any(word in said for word in re.findall(r"[A-Z][\w'’-]+|\w{6,}", item.item)):
        yield "no place among them, nor its name in a claim"


def needs_side_or_force(scenario: Scenario, item: Item) -> Iterator[str]:
    """A unit became a side, a force or a place, or stands in our words for a claim."""
    if any(id.split(".")[0] in ("sides", "forces", "places") for id in item.covered_by):
        return
    if not any(item.item.split()[-1].lower() in entry(scenario, id).says.lower() for id in item.covered_by):
        yield "no side or force among them"


def needs_person(scenario: Scenario, item: Item) -> Iterator[str]:
    """Somebody named leads a force; somebody who is not named stands in our words for a claim."""
    leaders = {name for id in item.covered_by if id.startswith("forces.") for name in entry(scenario, id).commanders}
    said = [entry(scenario, id).says for id in item.covered_by if id.startswith("claims.")]
    names = re.findall(r"\b[A-Z]\w+", item.item.split(",")[0].replace("KIA", ""))
    if names and not any(names[-1].lower() in text.lower() for text in (*leaders, *said)):
        yield "no commander and no claim of that name among them"
    elif not names and not said:
        yield "no claim among them"


def needs_source(scenario: Scenario, item: Item) -> Iterator[str]:
    """Who reported is the source of a claim here; `reportedly` makes a claim a hedged one."""
    here = [entry(scenario, id) for id in item.covered_by if id.startswith("claims.")]
    named = [id.partition(".")[2] for id in item.covered_by if id.startswith("sources.")]
    if item.item == "reportedly":
        if not any(claim.hedged for claim in here):
            yield "no hedged claim among them"
    elif not any(claim.source in named for claim in here):
        yield "no claim of that source among them"


NEEDS: dict[str, Callable[[Scenario, Item], Iterator[str]]] = {
    "number": needs_figure,
    "number_word": needs_claim,
    "date": needs_day,
    "place": needs_place,
    "unit": needs_side_or_force,
    "person": needs_person,
    "source": needs_source,
}
