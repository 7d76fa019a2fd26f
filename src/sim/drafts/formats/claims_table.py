"""A table of claims, one a row: that of `sim export format=claims`, or a reader's own with some of its columns."""

import re
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from sim.drafts.cells import DayOrder, describe_day_order, find_day_order, parse_count, parse_day, parse_number
from sim.drafts.draft import Draft, DraftedClaim, DraftedPlace, DraftedSide, DraftedSource, DraftedText, require_claims
from sim.drafts.event_places import PlaceBook
from sim.drafts.foreign_file import ForeignFile
from sim.drafts.ids import clean_text, make_id, make_name
from sim.drafts.tables import ForeignTable, TableRow
from sim.drafts.writer import make_claim
from sim.events.observables import OBSERVABLES
from sim.scenario.claim_table import is_list_column, is_number_column, list_observable_columns
from sim.scenario.evidence import Claim
from sim.scenario.fault_words import describe_first_fault
from sim.types import POSITION_PATTERN

DESCRIPTION = "a table of claims with the columns statement and source (docs/importing.md)"
SECTION = "rows"
MAX_STATEMENT = 2_000  # characters of a statement or a reason
SOURCE_KINDS = ("monitor", "belligerent", "press", "text", "reference")
ROLES = ("calibration", "holdout", "context")
TIMES = ("since", "until", "reported")
ID = re.compile(r"[a-z][a-z0-9_]*")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?")
TRUE = ("true", "yes", "1", "x")
NAMED_THINGS = {"side": "side", "sides": "side", "place": "place", "places": "place", "context_places": "place"}


def recognise(file: ForeignFile) -> bool:
    """Whether it is a table of statements and who made them."""
    return file.table is not None and file.table.has("statement", "source")


class ClaimReader:
    """Reads rows into claims, and gathers on its way the sides, places and sources that they name."""

    def __init__(self, table: ForeignTable, draft: Draft):
        self.draft = draft
        self.orders: dict[str, DayOrder] = {}
        self.ids: dict[tuple[str, str], str] = {}
        self.names: dict[str, dict[str, str]] = {"side": {}, "place": {}, "source": {}}
        for column in TIMES:
            self.orders[column] = find_day_order(table.list_values(column))
            draft.notes += describe_day_order(column, self.orders[column])

    def find_id(self, kind: str, name: str) -> str:
        """The id of a side, a place or a source that a cell names by id or by name."""
        if (kind, name) not in self.ids:
            known = self.names[kind]
            id = name if ID.fullmatch(name) else make_id(name, known, kind)
            known.setdefault(id, name.replace("_", " ") if id == name else name)
            self.ids[kind, name] = id
        return self.ids[kind, name]

    def read_names(self, column: str, cell: str) -> list[str]:
        """The ids in a cell: separated by semicolons, or by spaces if all are ids."""
        parts = [part.strip() for part in cell.split(";") if part.strip()]
        if len(parts) == 1 and all(ID.fullmatch(part) for part in parts[0].split()):
            parts = parts[0].split()
        kind = NAMED_THINGS.get(column)
        return [self.find_id(kind, part) for part in parts] if kind else parts

    def read_moment(self, column: str, row: TableRow) -> str | None:
        """A day or a local time."""
        cell = row.get(column)
        if not cell or MOMENT.fullmatch(cell):
            return cell or None
        day = parse_day(cell, self.orders[column])
        if day is None:
            self.draft.notes.append(f"Row {row.number}: {column} is no day that can be read ({clean_text(cell, 40)}).")
        return None if day is None else day.isoformat()

    def read_observable(self, row: TableRow) -> dict[str, Any] | None:
        """The observable of a row; None without a measure."""
        if not row.get("measure"):
            return None
        result: dict[str, Any] = {}
        model = OBSERVABLES.get(row.get("measure"))
        for column in list_observable_columns():
            cell = row.get(column)
            if not cell or (model is not None and column not in model.model_fields):
                continue
            if column in TIMES:
                if moment := self.read_moment(column, row):
                    result[column] = moment
            elif is_list_column(column):
                result[column] = self.read_names(column, cell)
            elif column in NAMED_THINGS:
                result[column] = self.find_id(NAMED_THINGS[column], cell)
            else:
                number = parse_number(cell) if is_number_column(column) else None
                result[column] = cell if number is None else number
        if model is not None and "places" in model.model_fields and "places" not in result and row.get("place"):
            result["places"] = [self.find_id("place", row.get("place"))]
        return result

    def read_source(self, row: TableRow) -> str:
        """The id of the source of a row."""
        cell = row.get("source") or "nobody named"
        id = self.find_id("source", cell)
        if id not in self.draft.sources:
            kind = row.get("source_kind").lower()
            side = row.get("source_side")
            self.draft.sources[id] = DraftedSource(
                make_name(row.get("source_name") or self.names["source"][id], "source"),
                kind if kind in SOURCE_KINDS else "text",  # type: ignore[arg-type]
                self.find_id("side", side) if side else None,
                note="" if kind in SOURCE_KINDS else "of what kind it is is a guess",
            )
        return id

    def read_claim(self, row: TableRow) -> DraftedClaim:
        """The claim of a row, as it stands there."""
        observable, value = self.read_observable(row), read_value(row)
        role = row.get("role").lower()
        if role not in ROLES:
            role = "calibration" if observable and value else "context"
        reason = clean_text(row.get("reason"), MAX_STATEMENT)
        default_reason = None if role == "calibration" else "drafted: no reason is given"
        citation = row.get("citation")
        return DraftedClaim(
            statement=make_name(row.get("statement"), "claim", MAX_STATEMENT),
            citation=citation if POSITION_PATTERN.match(citation) else f"{SECTION} {row.number}.1",
            source=self.read_source(row),
            observable=observable,
            value=value,
            role=role,  # type: ignore[arg-type]
            reason=make_name(reason, "reason", MAX_STATEMENT) if reason else default_reason,
            reported=self.read_moment("reported", row),
            uncertain=row.get("uncertain").lower() in TRUE,
            places=tuple(self.read_names("context_places", row.get("context_places"))),
            population=row.get("population") if ID.fullmatch(row.get("population")) else None,
            includes=tuple(self.read_names("includes", row.get("includes"))),
            reading=row.get("reading") or None,
        )


def draft_scenario(file: ForeignFile) -> Draft:
    """A claim for each row with a statement; the first two sides that are named are the sides."""
    table = file.require_table()
    description = clean_text(f"{file.path.name}, a table of {len(table.rows)} claims")
    draft = Draft(description, f"A battle of {clean_text(file.path.stem, 60)}", notes=list(table.notes))
    reader = ClaimReader(table, draft)
    book = PlaceBook("")
    for row in table.rows:
        if not row.get("statement"):
            draft.notes.append(f"Row {row.number} has no statement, and is left out.")
            continue
        claim = settle_claim(reader.read_claim(row))
        id = row.get("id")
        draft.claims[id if ID.fullmatch(id) and id not in draft.claims else make_id(id, draft.claims, "claim")] = claim
        if row.get("latitude") and row.get("longitude") and row.get("place"):
            locate_place(draft, book, reader.find_id("place", row.get("place")), row)
    draft.notes += book.notes
    draft.sides = {id: DraftedSide(make_name(name, "side")) for id, name in list(reader.names["side"].items())[:2]}
    if others := list(reader.names["side"].values())[2:]:
        draft.notes.append(f"More than two sides are named; left out: {clean_text(', '.join(others), 200)}.")
    add_places(draft, reader.names["place"])
    add_texts(draft)
    return require_claims(draft)


def locate_place(draft: Draft, book: PlaceBook, id: str, row: TableRow) -> None:
    """Put a place where the row has it."""
    known = book.find_place(row.get("place"), row.get("latitude"), row.get("longitude"), row.number)
    if known is not None and id not in draft.places:
        place = book.places[known]
        source = next(iter(draft.sources))
        draft.places[id] = DraftedPlace(
            make_name(row.get("place"), "place"), place.latitude, place.longitude, source=source, note=place.note
        )


def add_places(draft: Draft, names: dict[str, str]) -> None:
    """Add places that have no coordinates: where the others are, or nowhere in particular, and it says so."""
    middle = next(iter(draft.places.values()), None)
    for id, name in names.items():
        if id not in draft.places:
            draft.places[id] = DraftedPlace(
                make_name(name, "place"),
                0.0 if middle is None else middle.latitude,
                0.0 if middle is None else middle.longitude,
                10_000.0 if middle is None else 100.0,
                "the table has no coordinates",
                note="put in where it was",
            )


def add_texts(draft: Draft) -> None:
    """Add the texts and sections that citations name."""
    sections: dict[str, list[str]] = {}
    for claim in draft.claims.values():
        match = POSITION_PATTERN.match(claim.citation)
        assert match is not None
        sections.setdefault(match[1] or "", []).append(match[2])
    for name, found in sections.items():
        if name:
            draft.texts[name] = DraftedText(make_name(name.replace("_", " "), "text"), tuple(dict.fromkeys(found)))
    if "" in sections:
        draft.text = DraftedText(draft.description, tuple(dict.fromkeys(sections[""])))


def read_value(row: TableRow) -> str | None:
    """What was said of the number: the phrase, else the numbers of `low`, `best` and `high`."""
    if phrase := row.get("value"):
        count = parse_count(phrase)
        return phrase if count is None else f"exactly {count}"
    low, best, high = (parse_count(row.get(column)) for column in ("low", "best", "high"))
    if low is not None and high is not None and low != high:
        return f"{min(low, high)} to {max(low, high)}"
    number = next((each for each in (best, low, high) if each is not None), None)
    return None if number is None else f"exactly {number}"


def settle_claim(claim: DraftedClaim) -> DraftedClaim:
    """The claim if a scenario can hold it; else as context without what it can't hold, and what that was."""
    try:
        Claim.model_validate(make_claim(claim))
    except ValidationError as error:
        fault = describe_first_fault(error)
        note = clean_text(f"its observable is left out: {fault} (the source says: {claim.value})", 300)
        return replace(
            claim,
            observable=None,
            value=None,
            role="context",
            reason=claim.reason or "drafted: what was said can't be observed as it stands",
            reported=None,
            reading=None,
            note=note,
        )
    return claim
