"""Traceability of the text: an index of all that it names and counts, held against the scenario.

The index is a table with a row for each such thing and sentence: where it stands (`section`, `paragraph`,
`sentence`; before them the `text`, if there are several), its `kind` and the `item` itself; then the ids of the
scenario that it became (`covered_by`, like `claims.hill_regained`), or the reason why it became nothing (`excuse`).
"""

import csv
import io
import re
from calendar import month_name
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sim.regular_files import read_regular_file
from sim.scenario.evidence import Claim
from sim.scenario.model import Scenario
from sim.scenario.orders import ScheduledOrder
from sim.scenario.problems import ScenarioError

TEXT_COLUMN = "text"  # before the others, where a scenario has several texts: a key of `texts`
MAX_INDEX_BYTES = 20_000_000
INDEX_COLUMNS = ("section", "paragraph", "sentence", "kind", "item", "covered_by", "excuse")
NUMERAL = re.compile(r"\d+(?:[.,]\d+)?")
NUMBER_WORDS = dict(one=1, two=2, three=3, four=4, five=5, six=6, seven=7, eight=8, nine=9, ten=10)
DAY_AND_MONTH = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(month_name[1:])})\b")


@dataclass(frozen=True)
class IndexItem:
    """One thing that the text names, and what it became."""

    line: int  # of the index
    position: str  # in the text
    kind: str
    item: str
    covered_by: tuple[str, ...]
    excuse: str


def find_index(scenario_file: Path) -> Path:
    """The index of a scenario's texts: in `index/` of the scenario's folder, or beside it; raise ScenarioError."""
    beside = scenario_file.with_suffix(".csv")
    candidates = (scenario_file.parent / "index" / beside.name, beside)
    for path in candidates:
        if path.is_file():
            return path
    tried = " or ".join(str(path) for path in candidates)
    raise ScenarioError([f"{scenario_file}: has no index of its text (allowed: {tried})"])


def read_index(path: Path) -> list[IndexItem]:
    """Every row of an index; raise ScenarioError for a row that is none."""
    try:
        text = read_regular_file(path, MAX_INDEX_BYTES).decode("utf-8")
    except OSError as error:
        raise ScenarioError([f"{path}: can't be read: {error.strerror or error}"]) from error
    except UnicodeDecodeError as error:
        raise ScenarioError([f"{path}: not UTF-8: {error.reason} at byte {error.start}"]) from error
    with io.StringIO(text, newline="") as file:
        rows = csv.DictReader(file)
        columns = tuple(rows.fieldnames or ())
        if columns not in (INDEX_COLUMNS, (TEXT_COLUMN, *INDEX_COLUMNS)):
            allowed = f"{', '.join(INDEX_COLUMNS)}, after {TEXT_COLUMN} if there are several texts"
            raise ScenarioError([f"{path}:1: not the columns of an index (allowed: {allowed})"])
        items = []
        for number, row in enumerate(rows, start=2):
            if None in row or None in row.values():
                raise ScenarioError([f"{path}:{number}: not {len(columns)} columns"])
            if row["kind"] not in ITEM_CHECKS:
                raise ScenarioError(
                    [f"{path}:{number}: unknown kind (got {row['kind']!r}; allowed: {', '.join(ITEM_CHECKS)})"]
                )
            words = (row.get(TEXT_COLUMN, ""), row["section"], f"{row['paragraph']}.{row['sentence']}")
            position = " ".join(word for word in words if word)  # as a citation is written
            ids = tuple(row["covered_by"].split())
            items.append(IndexItem(number, position, row["kind"], row["item"], ids, row["excuse"].strip()))
        return items


def find_coverage_faults(scenario: Scenario, items: list[IndexItem]) -> list[str]:
    """What the scenario does not cover, item by item: the line of the index, the item, and what is missing."""
    messages = [
        f"line {item.line}: {item.position}, {item.kind} {item.item!r}: {fault}"
        for item in items
        for fault in check_item(scenario, item)
    ]
    indexed = {item.position for item in items}
    for id, claim in scenario.claims.items():
        if str(claim.citation) not in indexed:
            messages.append(f"claims.{id}: at {claim.citation}, of which the index has nothing")
    return messages


def check_item(scenario: Scenario, item: IndexItem) -> Iterator[str]:
    """The faults of one item."""
    if item.excuse:
        if item.covered_by:
            yield "both covered and excused"
        return
    if not item.covered_by:
        yield "neither covered nor excused"
        return
    unknown = [id for id in item.covered_by if find_entry(scenario, id) is None]
    if unknown:
        yield f"covered by what the scenario does not have: {', '.join(unknown)}"
        return
    if not any(comes_from_sentence(scenario, id, item.position) for id in item.covered_by):
        yield "none of the ids comes from this sentence"
    yield from ITEM_CHECKS[item.kind](scenario, item)


def find_entry(scenario: Scenario, id: str) -> Any:
    """The entry that an id like `claims.hill_regained` names; None if there is none."""
    section, _, key = id.partition(".")
    entries = getattr(scenario, section, None)
    return entries.get(key) if isinstance(entries, dict) else None


def comes_from_sentence(scenario: Scenario, id: str, position: str) -> bool:
    """Whether an entry comes from a sentence: it is a claim that cites it, or is drawn from such a claim."""
    entry = find_entry(scenario, id)
    if isinstance(entry, Claim):
        return str(entry.citation) == position
    claims = [*getattr(entry, "based_on", ()), *filter(None, [getattr(entry, "claim", None)])]
    return any(str(scenario.claims[claim].citation) == position for claim in claims)


def collect_text(scenario: Scenario, item: IndexItem) -> str:
    """The words and figures of all entries that an item became."""
    parts: list[str] = []
    for entry in (find_entry(scenario, id) for id in item.covered_by):
        parts += [
            getattr(entry, "statement", ""),
            getattr(entry, "description", ""),
            getattr(entry, "name", ""),
            *getattr(entry, "unit_hierarchy", ()),
        ]
        if isinstance(entry, Claim) and entry.value is not None:
            parts.append(entry.value.phrase)
        numbers = [getattr(entry, part, None) for part in ("strength", "sorties")]
        parts += [f"{number.value:g}" for number in numbers if number is not None and number.value is not None]
    return " ".join(parts)


def check_number(scenario: Scenario, item: IndexItem) -> Iterator[str]:
    """A number stands in an entry that it became: in a value, a name or a paraphrase."""
    for numeral in NUMERAL.findall(item.item):
        figure = numeral.replace(",", "")
        share = str(float(figure) / 100)
        text = collect_text(scenario, item).replace(",", "")
        if not re.search(rf"(?<![\d.])(?:{re.escape(figure)}|{re.escape(share)})(?![\d]|\.\d)", text):
            yield f"{numeral} stands in none of them"


def check_number_word(scenario: Scenario, item: IndexItem) -> Iterator[str]:
    """A word that counts became a claim, and one that stands for a number has it there."""
    if not any(id.startswith("claims.") for id in item.covered_by):
        yield "no claim among them"
    text = collect_text(scenario, item).lower()
    for word in item.item.lower().split():
        if word in NUMBER_WORDS and not re.search(rf"(?<![\d.])(?:{NUMBER_WORDS[word]}|{word})\b(?!\.\d)", text):
            yield f"{word} stands in none of them"


def check_date(scenario: Scenario, item: IndexItem) -> Iterator[str]:
    """A day lies in the period of an entry that it became, or stands in its paraphrase."""
    for number, month in DAY_AND_MONTH.findall(item.item):
        if not any(covers_day(scenario, id, int(number), list(month_name).index(month)) for id in item.covered_by):
            yield f"{number} {month} lies in the time of none of them"


def covers_day(scenario: Scenario, id: str, number: int, month: int) -> bool:
    """Whether a day of the year lies in the period of an entry, or stands in its paraphrase."""
    entry = find_entry(scenario, id)
    if f"{number} {month_name[month]}" in f"{getattr(entry, 'statement', '')} {getattr(entry, 'description', '')}":
        return True
    observable = getattr(entry, "observable", None)
    if observable is not None:
        first, last = observable.since or scenario.begins, observable.until - timedelta(microseconds=1)
    elif isinstance(entry, ScheduledOrder):
        first, last = entry.window.earliest, entry.window.latest
    elif hasattr(entry, "begins"):
        first, last = entry.begins, entry.ends
    else:
        return False
    day: date = first.date()
    while day <= last.date():
        if (day.day, day.month) == (number, month):
            return True
        day += timedelta(days=1)
    return False


def check_place(scenario: Scenario, item: IndexItem) -> Iterator[str]:
    """A place became a place, or stands in the paraphrase of a claim."""
    is_place = any(id.startswith("places.") for id in item.covered_by)
    statements = " ".join(find_entry(scenario, id).statement for id in item.covered_by if id.startswith("claims."))
    if not is_place and not any(word in statements for word in re.findall(r"[A-Z][\w'’-]+|\w{6,}", item.item)):
        yield "no place among them, nor its name in a claim"


def check_unit(scenario: Scenario, item: IndexItem) -> Iterator[str]:
    """A unit became a side, a force or a place, or stands in the paraphrase of a claim."""
    if any(id.split(".")[0] in ("sides", "forces", "places") for id in item.covered_by):
        return
    statements = [find_entry(scenario, id).statement for id in item.covered_by if id.startswith("claims.")]
    if not any(item.item.split()[-1].lower() in statement.lower() for statement in statements):
        yield "no side or force among them"


def check_person(scenario: Scenario, item: IndexItem) -> Iterator[str]:
    """A person with a name leads a force, or stands in the paraphrase of a claim; one without became a claim."""
    leaders = {
        name for id in item.covered_by if id.startswith("forces.") for name in find_entry(scenario, id).commanders
    }
    statements = [find_entry(scenario, id).statement for id in item.covered_by if id.startswith("claims.")]
    names = re.findall(r"\b[A-Z]\w+", item.item.split(",")[0].replace("KIA", ""))
    if names and not any(names[-1].lower() in text.lower() for text in (*leaders, *statements)):
        yield "no commander and no claim of that name among them"
    elif not names and not statements:
        yield "no claim among them"


def check_source(scenario: Scenario, item: IndexItem) -> Iterator[str]:
    """A source is that of a claim; `reportedly` makes a claim a hedged one."""
    claims = [find_entry(scenario, id) for id in item.covered_by if id.startswith("claims.")]
    source_ids = [id.partition(".")[2] for id in item.covered_by if id.startswith("sources.")]
    if item.item == "reportedly":
        if not any(claim.uncertain for claim in claims):
            yield "no hedged claim among them"
    elif not any(claim.source in source_ids for claim in claims):
        yield "no claim of that source among them"


ITEM_CHECKS: dict[str, Callable[[Scenario, IndexItem], Iterator[str]]] = {
    "number": check_number,
    "number_word": check_number_word,
    "date": check_date,
    "place": check_place,
    "unit": check_unit,
    "person": check_person,
    "source": check_source,
}
