"""What the cells of a table say: numbers, days and coordinates in the forms in which people write them."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november"),
    "december",
)
MONTHS = {name[:length]: number for number, name in enumerate(MONTH_NAMES, 1) for length in (3, len(name))} | {
    "sept": 9
}
ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::[\d.]+)?)?$")
NUMBERED_DAY = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
DAY_MONTH = re.compile(r"(\d{1,2})\.?\s+([A-Za-z]+)\.?,?\s+(\d{4})$")
MONTH_DAY = re.compile(r"([A-Za-z]+)\.?\s+(\d{1,2}),?\s+(\d{4})$")
GROUPED = re.compile(r"[+-]?\d{1,3}([ ,.'\u2009\u202f\u00a0]\d{3})+$")  # 1,200 or 1.200 or 1 200
MAX_NUMBER = 1e9  # beyond it nothing of a battle was counted


def parse_number(text: str) -> float | None:
    """A number with a point or a comma, None for anything else; what could be thousands is thousands."""
    text = text.strip()
    if GROUPED.match(text) and not text.lstrip("+-").startswith("0"):
        text = re.sub(r"[ ,.'\u2009\u202f\u00a0]", "", text)
    elif text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")
    if not re.fullmatch(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", text, re.ASCII):
        return None
    value = float(text)
    return value if math.isfinite(value) and abs(value) <= MAX_NUMBER else None


def parse_count(text: str) -> int | None:
    """A whole number of people or things, None for anything else."""
    value = parse_number(text)
    return int(value) if value is not None and value >= 0 and value == int(value) else None


def parse_degrees(text: str) -> float | None:
    """Decimal degrees, with a point or a comma; None for anything else."""
    text = text.strip()
    if text.count(",") == 1 and "." not in text:
        text = text.replace(",", ".")  # no coordinate has thousands
    if not re.fullmatch(r"[+-]?\d{1,3}(\.\d*)?", text, re.ASCII):
        return None
    return float(text)


@dataclass(frozen=True)
class DayOrder:
    """In which order days of a column are written that are numbers alone: 3/10/1973."""

    day_first: bool = True
    is_ambiguous: bool = False
    is_contradictory: bool = False


def find_day_order(values: Iterable[str]) -> DayOrder:
    """Whether the day or the month comes first in a column, by days beyond the twelfth; ambiguous if there are none."""
    pairs = [(int(match[1]), int(match[2])) for value in values if (match := NUMBERED_DAY.match(value.strip()))]
    pairs = [pair for pair in pairs if max(pair) <= 31]
    has_day_first = any(first > 12 for first, _ in pairs)
    has_month_first = any(second > 12 for _, second in pairs)
    if has_day_first and has_month_first:
        return DayOrder(is_contradictory=True)
    is_ambiguous = any(first != second for first, second in pairs) and not (has_day_first or has_month_first)
    return DayOrder(not has_month_first, is_ambiguous)


def parse_day(text: str, order: DayOrder) -> date | None:
    """A day in one of the usual forms; None for anything else."""
    text = text.strip()
    if match := ISO_DAY.match(text):
        year, month, day = (int(each) for each in match.groups()[:3])
    elif match := NUMBERED_DAY.match(text):
        first, second, year = (int(each) for each in match.groups())
        day, month = (first, second) if order.day_first else (second, first)
    elif (match := DAY_MONTH.match(text)) and match[2].lower() in MONTHS:
        day, month, year = int(match[1]), MONTHS[match[2].lower()], int(match[3])
    elif (match := MONTH_DAY.match(text)) and match[1].lower() in MONTHS:
        day, month, year = int(match[2]), MONTHS[match[1].lower()], int(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def describe_day_order(column: str, order: DayOrder) -> list[str]:
    """A note on a column whose days can be read in two ways."""
    if order.is_contradictory:
        return [f"In {column} some days have the day first and some the month: read as day first where possible."]
    if order.is_ambiguous:
        return [f"The days in {column} can be read in two ways (3/10 is 3 October here): look at them first."]
    return []
