"""The tables of CDB90, read and checked: battles with their results, and the days on which they were fought."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np

from sim.analysis.engagement.parameters import REFERENCE_SIZE
from sim.analysis.engagement.record import RecordedEngagements
from sim.analysis.validation.cdb90_simulation import EngagementData
from sim.analysis.validation.csv_tables import CsvRow, DataError, parse_column, read_rows

FOLDER = "cdb90"
ENGAGEMENTS, ORIGINAL, REFERENCE_FITS = (
    "derived_engagements.csv",
    "CDB90-patched.csv",
    "derived_breakpoint_survival.csv",
)
NUMBER_COLUMNS = ("str_a", "cas_a", "str_d", "cas_d", "wina")
REQUIRED_COLUMNS = ("isqno", "war", "year", *NUMBER_COLUMNS, "duration_days", "duplicate_of")
MOMENT_PARTS = ("YR", "MN", "DA", "HR")
MIDNIGHT = 2400  # the end of a day; beyond it an hour is unknown, for which the table has 9999
SHORTEST_PERIOD = 0.5 / 24  # days
SHORTEST_DAY = 1.0 / 24  # of fighting on a single day whose hours are unknown


def load(root: Path) -> EngagementData:
    """Read the tables from their folder below a root."""
    return load_folder(root / FOLDER)


def load_folder(folder: Path) -> EngagementData:
    """Read the joined table, check its results against the patched original, and read the fits of break points."""
    path = folder / ENGAGEMENTS
    rows = read_rows(path, REQUIRED_COLUMNS)
    original = {
        row["ISQNO"]: row for row in read_rows(folder / ORIGINAL, ("ISQNO", "WINA", "NOATP"), encoding="latin-1")
    }
    for line, row in enumerate(rows, 2):
        result = original.get(row["isqno"], {}).get("WINA", "nan")
        if float(row["wina"] or -9) != float(result):
            message = f"got {row['wina']!r}, {result!r} in {ORIGINAL}"
            raise DataError([f"{path}:{line}: the result is not that of the patched table ({message})"])
    complete_rows = [row for row in rows if not row["duplicate_of"] and all(row[name] for name in NUMBER_COLUMNS)]
    columns = {name: np.array(parse_column(path, complete_rows, name)) for name in ("isqno", "year", *NUMBER_COLUMNS)}
    days = np.array([float(row["duration_days"] or "nan") for row in complete_rows])
    active_days = np.array([compute_active_days(original[row["isqno"]]) for row in complete_rows])
    lost = columns["cas_a"] / columns["str_a"], columns["cas_d"] / columns["str_d"]
    is_usable = (lost[0] > 0) & (lost[0] < 1) & (lost[1] > 0) & (lost[1] < 1)
    data = EngagementData(
        columns["str_a"],
        columns["str_d"],
        *lost,
        columns["wina"],
        columns["year"],
        days,
        np.array([row["war"] for row in complete_rows]),
        active_days[:, 0],
        active_days[:, 1],
        read_reference_fits(folder / REFERENCE_FITS),
    )
    return data.select(is_usable)


def read_reference_fits(path: Path) -> dict[tuple[str, str], tuple[int, int, float, float]]:
    """The censored fits of break points made by another program, by subset and side."""
    rows = read_rows(path, ("subset", "role", "n", "n_broke", "lognorm_median", "lognorm_sigma"))
    values = zip(
        *(parse_column(path, rows, name, 0) for name in ("n", "n_broke", "lognorm_median", "lognorm_sigma")),
        strict=True,
    )
    return {
        (row["subset"], row["role"]): (int(n), int(broke), median, sigma)
        for row, (n, broke, median, sigma) in zip(rows, values, strict=True)
    }


def compute_active_days(row: CsvRow) -> tuple[float, float]:
    """The least and the most days that a battle was fought, from its active periods; NaN if they can't be read.

    Where hours are unknown the table counts whole days, the last among them: the fighting took up to that, and more
    than a day less.
    """
    total, is_to_the_hour = 0.0, True
    try:
        for number in range(1, int(row["NOATP"]) + 1):
            (begins, begins_at_hour), (ends, ends_at_hour) = (
                parse_moment(row, side, number, whole_days) for side, whole_days in (("B", 0), ("E", 1))
            )
            total += max((ends - begins) / timedelta(days=1), SHORTEST_PERIOD)
            is_to_the_hour = is_to_the_hour and begins_at_hour and ends_at_hour
    except (KeyError, TypeError, ValueError):
        return np.nan, np.nan
    if not total:
        return np.nan, np.nan
    return (total if is_to_the_hour else max(total - 1, SHORTEST_DAY)), total


def parse_moment(row: CsvRow, side: str, number: int, whole_days: int) -> tuple[datetime, bool]:
    """Beginning (B) or end (E) of an active period, and whether its hour is known; if not, so many days later."""
    year, month, day, hour = (int(float(row[f"ATP{side}{part}{number}"])) for part in MOMENT_PARTS)
    if not 0 <= hour < MIDNIGHT:
        return datetime(year, month, day) + timedelta(days=whole_days), hour == MIDNIGHT
    return datetime(year, month, day, hour // 100, min(hour % 100, 59)), True


def make_record(data: EngagementData) -> RecordedEngagements:
    """The battles as the fit of the engagement reads them."""
    return RecordedEngagements(
        np.log(data.force_ratio),
        np.log(np.sqrt(data.attackers * data.defenders) / REFERENCE_SIZE),
        data.year,
        data.war,
        data.won,
        data.attackers_lost,
        data.defenders_lost,
        data.shortest_days,
        data.longest_days,
    )
