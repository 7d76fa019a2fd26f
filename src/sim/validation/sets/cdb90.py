"""CDB90: does our engagement, with its break points, end as land battles from 1600 to 1982 did?

Each battle is fought as one assault by the rule book: the recorded strengths, scaled down alike, and the priors of the
scenario. Casualties of the data include prisoners, so ours do too.
"""

from pathlib import Path

import numpy as np

from sim.validation.cdb90_fought import Data, fight_all, variants
from sim.validation.cdb90_told import told
from sim.validation.finding import Finding, Plan
from sim.validation.reading import DataError, numbers, read_rows

TITLE = "CDB90, land battles 1600 to 1982"
FOLDER = "cdb90"
NEEDED = ("isqno", "year", "str_a", "cas_a", "str_d", "cas_d", "wina", "duration_days", "duplicate_of")


def load(root: Path) -> Data:
    """Read the joined table, hold its results against the patched original, and read the fits of break points."""
    folder = root / FOLDER
    path = folder / "derived_engagements.csv"
    rows = read_rows(path, NEEDED)
    original = folder / "CDB90-patched.csv"
    results = {row["ISQNO"]: row["WINA"] for row in read_rows(original, ("ISQNO", "WINA"), encoding="latin-1")}
    for line, row in enumerate(rows, 2):
        if float(row["wina"] or -9) != float(results.get(row["isqno"], "nan")):
            found = f"got {row['wina']!r}, {results.get(row['isqno'])!r} in {original.name}"
            raise DataError([f"{path}:{line}: the result is not that of the patched table ({found})"])
    whole = [row for row in rows if not row["duplicate_of"] and all(row[name] for name in NEEDED[2:7])]
    columns = {name: np.array(numbers(path, whole, name)) for name in ("isqno", "year", *NEEDED[2:7])}
    days = np.array([float(row["duration_days"] or "nan") for row in whole])
    lost = columns["cas_a"] / columns["str_a"], columns["cas_d"] / columns["str_d"]
    usable = (lost[0] > 0) & (lost[0] < 1) & (lost[1] > 0) & (lost[1] < 1)
    fits = folder / "derived_breakpoint_survival.csv"
    given = read_rows(fits, ("subset", "role", "n", "n_broke", "lognorm_median", "lognorm_sigma"))
    values = zip(
        *(numbers(fits, given, name, 0) for name in ("n", "n_broke", "lognorm_median", "lognorm_sigma")), strict=True
    )
    golden = {
        (row["subset"], row["role"]): (int(n), int(broke), median, sigma)
        for row, (n, broke, median, sigma) in zip(given, values, strict=True)
    }
    every = Data(columns["str_a"], columns["str_d"], *lost, columns["wina"], columns["year"], days, golden)
    return every.of(usable)


def hold(data: Data, plan: Plan) -> Finding:
    """Fight all battles in every variant and hold them against the data."""
    return told(TITLE, data, {variant.name: fight_all(plan, data, variant) for variant in variants(plan.law)})
