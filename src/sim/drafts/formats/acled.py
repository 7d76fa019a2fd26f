"""Events in the columns of ACLED's data, one claim a row: one number of fatalities, and who took what."""

from collections import Counter
from typing import Any

from sim.drafts.cells import describe_day_order, find_day_order, parse_count, parse_day
from sim.drafts.draft import Draft, DraftedClaim, DraftedSide, DraftedSource, DraftedText, require_claims
from sim.drafts.event_places import PlaceBook
from sim.drafts.foreign_file import ForeignFile
from sim.drafts.ids import clean_text, make_id, make_name
from sim.drafts.tables import TableRow

DESCRIPTION = "a table of events in the columns of ACLED"
COLUMNS = ("event_date", "event_type", "actor1", "actor2", "location", "latitude", "longitude", "fatalities")
SOURCE, SECTION = "acled", "rows"
# How exactly a place is known, by `geo_precision`, and a day, by `time_precision`; 1 is the place or the day itself.
PLACE_PRECISIONS = {
    "2": (25.0, "geo_precision 2: near that town, or in that part of a region (25 km is an assumption)"),
    "3": (150.0, "geo_precision 3: somewhere in the region (150 km is an assumption)"),
}
DATE_PRECISIONS = {"2": "time_precision 2: within that week", "3": "time_precision 3: within that month"}
FIGHTING = ("battles", "explosions/remote violence")
# Events after which `actor1` holds the place.
TAKEOVERS = ("government regains territory", "non-state actor overtakes territory")


def recognise(file: ForeignFile) -> bool:
    """Whether it is a table with ACLED's columns."""
    return file.table is not None and file.table.has(*COLUMNS)


def draft_scenario(file: ForeignFile) -> Draft:
    """The two actors who fought one another most often as sides, and a claim for each of their events."""
    table = file.require_table()
    pairs = Counter(pair for row in table.rows if len(pair := find_pair(row)) == 2)
    pair = min(pairs, key=lambda each: (-pairs[each], sorted(each))) if pairs else frozenset()
    sides: dict[str, DraftedSide] = {}
    side_ids: dict[str, str] = {}
    for name in sorted(pair):
        side_ids[name] = make_id(name, sides, "side")
        sides[side_ids[name]] = DraftedSide(make_name(name, "side"))
    draft = Draft(
        description=clean_text(f"{file.path.name}, a table of ACLED's of {len(table.rows)} rows"),
        title=clean_text(" and ".join(sorted(pair)) or "Events without two sides"),
        text=DraftedText("rows of a table of ACLED", (SECTION,)),
        sources={SOURCE: DraftedSource("ACLED", "monitor", note="name the version and the day")},
        sides=sides,
        notes=list(table.notes),
    )
    order = find_day_order(table.list_values("event_date"))
    draft.notes += describe_day_order("event_date", order)
    book, left_out = PlaceBook(SOURCE), 0
    for row in table.rows:
        day, deaths = parse_day(row.get("event_date"), order), parse_count(row.get("fatalities"))
        if day is None or deaths is None:
            draft.notes.append(f"Row {row.number} is left out: no day or no number that can be read.")
        elif find_pair(row) <= pair and find_pair(row):
            add_claim(draft, book, row, day.isoformat(), deaths, side_ids)
        else:
            left_out += 1
    if left_out:
        draft.notes.append(f"Rows of other actors are left out: {left_out}.")
    draft.places = book.places
    draft.notes += book.notes
    return require_claims(draft)


def find_pair(row: TableRow) -> frozenset[str]:
    """The actors of an event."""
    return frozenset(filter(None, (row.get("actor1"), row.get("actor2"))))


def add_claim(draft: Draft, book: PlaceBook, row: TableRow, day: str, deaths: int, side_ids: dict[str, str]) -> None:
    """Add the claims of a row: of its dead, and of who holds the place if it says so; and its place."""
    within = PLACE_PRECISIONS.get(row.get("geo_precision"))
    place = book.find_place(row.get("location"), row.get("latitude"), row.get("longitude"), row.number, within)
    precision = [*([within[1]] if within else []), *filter(None, [DATE_PRECISIONS.get(row.get("time_precision"))])]
    reason = find_context_reason(row, place, precision)
    told = clean_text(row.get("notes"), 300) or clean_text(row.get("sub_event_type") or row.get("event_type"))
    about: dict[str, Any] = {"since": day, "until": day}

    def add(suffix: str, observable: dict[str, Any], value: str) -> None:
        draft.claims[make_id(f"{row.get('event_id_cnty') or row.number}{suffix}", draft.claims, "acled")] = (
            DraftedClaim(
                statement=make_name(f"{told} ({deaths} dead)", "event", 400),
                citation=f"{SECTION} {row.number}.{1 + bool(suffix)}",
                source=SOURCE,
                observable=observable | about,
                value=value,
                role="context" if reason else "calibration",
                reason=reason,
                note="; ".join(
                    [*precision, *([f"reported by {clean_text(row.get('source'), 80)}"] if row.get("source") else [])]
                ),
            )
        )

    where = {"places": [place]} if place else {}
    add("", {"measure": "killed", "sides": list(draft.sides) or ["side_1", "side_2"], **where}, f"exactly {deaths}")
    if place and row.get("sub_event_type").lower() in TAKEOVERS and row.get("actor1") in side_ids:
        add("_taken", {"measure": "peak_control", "side": side_ids[row.get("actor1")], "place": place}, "at least 0.85")


def find_context_reason(row: TableRow, place: str | None, precision: list[str]) -> str | None:
    """Why a row is not scored; None if it can be."""
    if row.get("civilian_targeting") or row.get("event_type").lower() not in FIGHTING:
        return "it is no fight of the two sides with one another"
    if place is None:
        return "the place has no coordinates that can be read"
    return "; ".join(precision) or None
