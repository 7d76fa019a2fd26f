"""The box "military conflict" of an article's wikitext: sides, commanders, units, strengths and losses, as context."""

import re
from datetime import date
from typing import Any

from sim.drafts.cells import MONTHS, DayOrder, parse_count, parse_day
from sim.drafts.draft import Draft, DraftedClaim, DraftedForce, DraftedPlace, DraftedSide, DraftedSource, DraftedText
from sim.drafts.foreign_file import ForeignFile
from sim.drafts.ids import clean_text, make_id, make_name

DESCRIPTION = "wikitext with an infobox of a military conflict"
TEMPLATE = re.compile(r"\{\{\s*infobox[ _]+military[ _]+(conflict|engagement)\b", re.IGNORECASE)
SOURCE, SECTION = "article", "infobox"
REASON = "an infobox sums the article up, and is no second witness to it"
SKIPPED = re.compile(r"<!--.*?-->|<ref[^>]*/>|<ref.*?</ref>", re.DOTALL | re.IGNORECASE)
BREAK = re.compile(r"<br\s*/?>|\n\s*\*+|\n", re.IGNORECASE)
NUMBER = r"(\d[\d,. ]*\d|\d)"
RANGE = re.compile(rf"{NUMBER}\s*(?:–|-|—|to)\s*{NUMBER}")
MEASURES = {
    "killed": re.compile(r"\b(killed|dead|deaths|kia)\b", re.IGNORECASE),
    "wounded": re.compile(r"\b(wounded|injured|wia)\b", re.IGNORECASE),
    "captured": re.compile(r"\b(captured|prisoners|pow)\b", re.IGNORECASE),
}
ABOUT = re.compile(r"(~|c\.|ca\.?|circa|about|around|approximately|approx\.?|some|est\.?)\s*$", re.IGNORECASE)
OVER = re.compile(r"(over|more than|>)\s*$", re.IGNORECASE)
UNDER = re.compile(r"(under|fewer than|less than|<)\s*$", re.IGNORECASE)
AT_LEAST = re.compile(r"(at least|minimum of|≥)\s*$", re.IGNORECASE)
AT_MOST = re.compile(r"(up to|at most|≤)\s*$", re.IGNORECASE)
DAY_SPAN = re.compile(r"(?<!\d)(\d{1,2})\s*(?:([A-Za-z]+)\s*)?(?:–|-|—|to)\s*(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})")
ONE_DAY = re.compile(r"\d{1,2}\s+[A-Za-z]+\s+\d{4}|[A-Za-z]+\s+\d{1,2},\s*\d{4}|\d{4}-\d\d-\d\d")
MAX_STRENGTH = 1_000_000


def recognise(file: ForeignFile) -> bool:
    """Whether it is text with such a box."""
    return file.text is not None and TEMPLATE.search(file.text) is not None


def draft_scenario(file: ForeignFile) -> Draft:
    """Two sides with a force each, and a claim for each number of losses and strength."""
    fields = read_fields(file.text or "")
    names = [first_line(fields.get(f"combatant{number}", "")) or f"side {number}" for number in (1, 2)]
    sides: dict[str, DraftedSide] = {}
    for name in names:
        sides[make_id(name, sides, "side")] = DraftedSide(make_name(name, "side"))
    title = clean_text(fields.get("conflict", "")) or clean_text(file.path.stem)
    days = find_days(fields.get("date", ""))
    draft = Draft(
        description=clean_text(f"{file.path.name}, the infobox of {title}"),
        title=make_name(title, "the battle of"),
        text=DraftedText(make_name(title, "the article"), (SECTION,)),
        sources={
            SOURCE: DraftedSource("the article", "text", note="name who reported each number, and not the article")
        },
        sides=sides,
    )
    if days is None:
        draft.notes.append(f"The date can't be read: {clean_text(fields.get('date', '') or 'there is none', 120)}.")
    for number in range(3, 6):
        if fields.get(f"combatant{number}"):
            draft.notes.append(
                f"A battle has two sides here; left out: {clean_text(fields[f'combatant{number}'], 120)}."
            )
    if fields.get("result"):
        draft.notes.append(f"The result, which is no claim of a number: {clean_text(fields['result'], 200)}.")
    place = add_place(draft, fields)
    for number, (id, side) in enumerate(sides.items(), 1):
        add_claims(draft, id, side, number, fields, days)
        strength = read_strength(fields.get(f"strength{number}", ""))
        draft.forces[f"{id}_force"] = DraftedForce(
            clean_text(first_line(fields.get(f"units{number}", "")), 80) or f"the people of {side.name}",
            id,
            place,
            strength,
            note=f"strength: {clean_text(fields.get(f'strength{number}', ''), 200) or 'the box has none'}",
        )
    return draft


def read_fields(text: str) -> dict[str, str]:
    """The fields of the box as plain text, lines kept."""
    import mwparserfromhell

    templates = mwparserfromhell.parse(SKIPPED.sub("", text)).filter_templates()
    box = next((each for each in templates if TEMPLATE.match("{{" + str(each.name))), None)
    fields: dict[str, str] = {}
    for parameter in [] if box is None else box.params:
        value = str(parameter.value)
        name = str(parameter.name).strip().lower()
        if name == "coordinates":
            fields[name] = value
            continue
        lines = [strip_markup(line) for line in BREAK.split(unfold_lists(value))]
        fields[name] = "\n".join(line for line in lines if line)
    return fields


def unfold_lists(value: str) -> str:
    """Wikitext with the items of its list templates on lines of their own."""
    import mwparserfromhell

    code = mwparserfromhell.parse(value)
    for template in code.filter_templates(recursive=False):
        name = str(template.name).strip().lower()
        if name in ("plainlist", "ubl", "unbulleted list", "flatlist", "collapsible list", "bulleted list"):
            items = [str(each.value) for each in template.params if str(each.name).strip().isdigit()]
            code.replace(template, "\n" + "\n".join(items) + "\n")
        elif name in ("flagicon", "flagdeco", "efn", "sfn", "refn", "cn", "citation needed"):
            code.remove(template)
        elif template.params:
            code.replace(template, str(template.params[0].value))  # {{flag|France}}, {{nowrap|...}}
        else:
            code.remove(template)
    return str(code)


def strip_markup(line: str) -> str:
    """One line without links, marks and tags."""
    import mwparserfromhell

    return clean_text(mwparserfromhell.parse(line).strip_code().replace("'''", "").lstrip("* "), 400)


def first_line(text: str) -> str:
    """The first line of a field."""
    return text.split("\n")[0].strip()


def find_days(text: str) -> tuple[date, date] | None:
    """First and last day of the battle; None if they can't be read."""
    if match := DAY_SPAN.search(text):
        first_month = MONTHS.get((match[2] or match[4]).lower())
        last = parse_day(f"{match[3]} {match[4]} {match[5]}", DayOrder())
        if first_month is not None and last is not None:
            try:
                first = date(last.year - (first_month > last.month), first_month, int(match[1]))
            except ValueError:
                return None
            return (first, last) if first <= last else None
    days = [day for found in ONE_DAY.findall(text) if (day := parse_day(found, DayOrder())) is not None]
    return (min(days), max(days)) if days else None


def add_place(draft: Draft, fields: dict[str, str]) -> str:
    """Add the place of the battle, and return its id."""
    name = first_line(fields.get("place", "")) or "the battlefield"
    id = make_id(name, draft.places, "place")
    point = find_point(fields.get("coordinates", "") or fields.get("place", ""))
    if point is None:
        draft.places[id] = DraftedPlace(
            make_name(name, "place"), 0.0, 0.0, 10_000.0, "the box has no coordinates that can be read"
        )
    else:
        draft.places[id] = DraftedPlace(make_name(name, "place"), *point, source=SOURCE)
    return id


def find_point(text: str) -> tuple[float, float] | None:
    """Latitude and longitude of a template `coord`: degrees, or degrees, minutes and seconds with a letter."""
    match = re.search(r"\{\{\s*coord\s*\|([^{}]*)\}\}", text, re.IGNORECASE)
    parts = [part.strip() for part in match[1].split("|")] if match else []
    values: list[float] = []
    numbers: list[float] = []
    for part in parts:
        if re.fullmatch(r"-?\d{1,3}(\.\d+)?", part):
            numbers.append(float(part))
        elif part.upper() in ("N", "S", "E", "W") and numbers:
            degrees = sum(number / 60**place for place, number in enumerate(numbers[:3]))
            values.append(-degrees if part.upper() in "SW" else degrees)
            numbers = []
        else:
            break
    values = values or numbers[:2]
    if len(values) < 2 or abs(values[0]) > 90 or abs(values[1]) > 180:
        return None
    return round(values[0], 5), round(values[1], 5)


def read_phrase(line: str, start: int, end: int, low: int, high: int | None) -> str:
    """What a line says of a number: a range, or what stands before and after it."""
    before, after = line[:start], line[end:]
    if high is not None:
        return f"{low} to {high}" if low <= high else f"exactly {low}"
    for pattern, kind in (
        (ABOUT, "about"),
        (OVER, "over"),
        (UNDER, "under"),
        (AT_LEAST, "at least"),
        (AT_MOST, "at most"),
    ):
        if pattern.search(before):
            return f"{kind} {low}"
    return f"at least {low}" if after.lstrip().startswith("+") else f"exactly {low}"


def find_numbers(line: str) -> list[tuple[int, int, str]]:
    """The numbers of a line: where each begins and ends, and the phrase that it is."""
    found: list[tuple[int, int, str]] = []
    for match in RANGE.finditer(line):
        low, high = parse_count(match[1]), parse_count(match[2])
        if low is not None and high is not None:
            found.append((match.start(), match.end(), read_phrase(line, *match.span(), low, high)))
    for match in re.finditer(NUMBER, line):
        number = parse_count(match[0])
        if number is not None and all(match.end() <= start or match.start() >= end for start, end, _ in found):
            found.append((match.start(), match.end(), read_phrase(line, *match.span(), number, None)))
    return sorted(found)


def add_claims(
    draft: Draft, id: str, side: DraftedSide, number: int, fields: dict[str, str], days: tuple[date, date] | None
) -> None:
    """Add a claim for each number of losses whose word says what it counts."""
    for place, line in enumerate(fields.get(f"casualties{number}", "").split("\n"), 1):
        numbers = find_numbers(line)
        for index, (_, end, phrase) in enumerate(numbers):
            until = numbers[index + 1][0] if index + 1 < len(numbers) else len(line)
            measure = next((name for name, word in MEASURES.items() if word.search(line[end:until])), None)
            if measure is None:
                continue
            observable: dict[str, Any] | None = {"measure": measure, "side": id}
            if days is not None and observable is not None:
                observable |= {"since": days[0].isoformat(), "until": days[1].isoformat()}
            draft.claims[make_id(f"{id}_{measure}", draft.claims, "claim")] = DraftedClaim(
                statement=make_name(f"{side.name}: {line}", "claim", 400),
                citation=f"{SECTION} {number}.{place}",
                source=SOURCE,
                observable=observable if days is not None else None,
                value=phrase if days is not None else None,
                role="context",
                reason=REASON,
            )


def read_strength(text: str) -> float | None:
    """The first number of people of a strength; None if there is none, or one that can't be of people."""
    number = next((parse_count(match[0]) for match in re.finditer(NUMBER, first_line(text))), None)
    return float(number) if number is not None and 0 < number <= MAX_STRENGTH else None
