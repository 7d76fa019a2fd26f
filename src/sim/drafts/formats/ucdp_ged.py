"""Events of UCDP's Georeferenced Event Dataset, one claim a row. Source: UCDPGED, its codebook for the precisions."""

from collections import Counter

from sim.drafts.cells import DayOrder, parse_count, parse_day
from sim.drafts.draft import Draft, DraftedClaim, DraftedSide, DraftedSource, DraftedText, DraftError, require_claims
from sim.drafts.event_places import PlaceBook
from sim.drafts.foreign_file import ForeignFile
from sim.drafts.ids import clean_text, make_id, make_name
from sim.drafts.tables import ForeignTable, TableRow

DESCRIPTION = "a table of UCDP's georeferenced events (GED)"
COLUMNS = ("dyad_name", "side_a", "side_b", "where_prec", "date_prec", "date_start", "date_end", "best", "low", "high")
SOURCE, SECTION = "ucdp", "rows"
ONE_SIDED = "3"  # type_of_violence: against civilians
# How exactly a place is known, by `where_prec`: how far off it may be, and why. 1 is the place itself.
PLACE_PRECISIONS = {
    "2": (25.0, "where_prec 2: within 25 km of the place that is named"),
    "3": (50.0, "where_prec 3: only the district is known, and the point stands for it (50 km is an assumption)"),
    "4": (150.0, "where_prec 4: only the province is known, and the point stands for it (150 km is an assumption)"),
    "5": (100.0, "where_prec 5: a region or a line, and the point stands for it (100 km is an assumption)"),
    "6": (500.0, "where_prec 6: only the country is known (500 km is an assumption)"),
    "7": (500.0, "where_prec 7: in international waters or air (500 km is an assumption)"),
}
DATE_PRECISIONS = {
    "2": "date_prec 2: within two to six days",
    "3": "date_prec 3: within a week",
    "4": "date_prec 4: within a month",
    "5": "date_prec 5: within a year",
}
EXACT_DATES = ("", "1", "2")


def recognise(file: ForeignFile) -> bool:
    """Whether it is a table with GED's columns."""
    return file.table is not None and file.table.has(*COLUMNS)


def draft_scenario(file: ForeignFile) -> Draft:
    """The dyad with most rows as two sides, and a claim for each of its rows."""
    table = file.require_table()
    refuse_simulated(file, table)
    dyads = Counter(row.get("dyad_name") for row in table.rows)
    dyad = dyads.most_common(1)[0][0]
    rows = [row for row in table.rows if row.get("dyad_name") == dyad]
    names = [rows[0].get("side_a") or "side A", rows[0].get("side_b") or "side B"]
    sides: dict[str, DraftedSide] = {}
    for name in names:
        sides[make_id(name, sides, "side")] = DraftedSide(make_name(name, "side"), clean_text(name, 24))
    description = f"{file.path.name}, a table of UCDP GED of {len(table.rows)} rows"
    draft = Draft(
        description=clean_text(description),
        title=clean_text(f"{names[0]} against {names[1]}"),
        text=DraftedText("rows of a table of UCDP GED", (SECTION,)),
        sources={SOURCE: DraftedSource("UCDP", "monitor", reference="UCDPGED", note="name the version and the day")},
        sides=sides,
        notes=list(table.notes),
    )
    book = PlaceBook(SOURCE)
    for row in rows:
        add_claim(draft, book, row)
    draft.places = book.places
    draft.notes += book.notes
    if len(dyads) > 1:
        others = ", ".join(f"{clean_text(name) or 'unnamed'} ({count})" for name, count in dyads.most_common()[1:9])
        draft.notes.append(f"Rows of other dyads are left out: {others}.")
    return require_claims(draft)


def refuse_simulated(file: ForeignFile, table: ForeignTable) -> None:
    """Raise DraftError for events that were simulated: no record says them."""
    if any(row.get("simulated").lower() == "true" or row.get("code_status") == "Simulated" for row in table.rows):
        raise DraftError(f"{file.path}: its events are simulated, and no record (allowed: events that were reported)")


def add_claim(draft: Draft, book: PlaceBook, row: TableRow) -> None:
    """Add the claim of a row, and its place."""
    order = DayOrder()
    since, until = (parse_day(row.get(column), order) for column in ("date_start", "date_end"))
    low, best, high = (parse_count(row.get(column)) for column in ("low", "best", "high"))
    since, until = since or until, until or since
    if since is None or until is None or best is None:
        draft.notes.append(f"Row {row.number} is left out: no day or no number that can be read.")
        return
    if until < since:
        since, until = until, since
        draft.notes.append(f"Row {row.number}: date_end lies before date_start; they are exchanged.")
    within = PLACE_PRECISIONS.get(row.get("where_prec"))
    name = row.get("where_coordinates") or row.get("where_description")
    place = book.find_place(name, row.get("latitude"), row.get("longitude"), row.number, within)
    low, high = min(best, best if low is None else low), max(best, best if high is None else high)
    reason = find_context_reason(row, place)
    observable = {
        "measure": "killed",
        "sides": list(draft.sides),
        "since": since.isoformat(),
        "until": until.isoformat(),
    }
    draft.claims[make_id(f"ged_{row.get('id') or row.number}", draft.claims, "ged")] = DraftedClaim(
        statement=describe_row(row, low, best, high),
        citation=f"{SECTION} {row.number}.1",
        source=SOURCE,
        observable=observable | ({"places": [place]} if place else {}),
        value=f"exactly {best}" if low == high else f"{low} to {high}",
        role="context" if reason else "calibration",
        reason=reason,
        note="; ".join(filter(None, describe_precision(row))),
    )


def describe_row(row: TableRow, low: int, best: int, high: int) -> str:
    """What a row says, in words, with its precision and who reported it."""
    parts = {
        column: parse_count(row.get(column)) or 0
        for column in ("deaths_a", "deaths_b", "deaths_civilians", "deaths_unknown")
    }
    kinds = zip(parts.values(), (row.get("side_a"), row.get("side_b"), "civilians", "unknown"), strict=True)
    split = ", ".join(
        f"{number} of {who}" if who != "unknown" else f"{number} unknown" for number, who in kinds if number
    )
    where = row.get("where_coordinates") or "a place that is not named"
    office = f"; reported by {row.get('source_office')}" if row.get("source_office") else ""
    return clean_text(f"{best} killed at {where}, {low} to {high}" + (f" ({split})" if split else "") + office)


def find_context_reason(row: TableRow, place: str | None) -> str | None:
    """Why a row is not scored; None if it can be."""
    if row.get("type_of_violence") == ONE_SIDED:
        return "one-sided violence: the dead are civilians, whom no rule follows"
    if any(parse_count(row.get(column)) for column in ("deaths_civilians", "deaths_unknown")):
        return "some of the dead are civilians or unknown, whom no rule follows"
    if place is None:
        return "the place has no coordinates that can be read"
    if row.get("where_prec") not in ("", "1", "2") or row.get("date_prec") not in EXACT_DATES:
        return "; ".join(describe_precision(row)) or "its precision is not stated"
    return None


def describe_precision(row: TableRow) -> list[str]:
    """How exactly place and day are known, and whether UCDP itself has a doubt."""
    place = PLACE_PRECISIONS.get(row.get("where_prec"))
    status = row.get("code_status")
    return [
        *([place[1]] if place else []),
        *filter(None, [DATE_PRECISIONS.get(row.get("date_prec"))]),
        *([f"code_status: {clean_text(status, 80)}"] if status and status != "Clear" else []),
    ]
