"""`python -m tools.assault_reference cdb90=DIR`: what recorded battles say of assaults, by era, odds and size.

DIR is the folder of the tables of CDB90 (docs/validation.md). The table has counts and quantiles alone, no battles, and
`sim check --prior` holds simulated assaults beside it.
"""

import csv
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim.analysis.engagement.parameters import REFERENCE_SIZE
from sim.analysis.engagement.record import ERAS, RecordedEngagements
from sim.analysis.prior_check import ODDS, REFERENCE_COLUMNS, SIZES, find_reference_file
from sim.analysis.validation import cdb90_tables
from sim.analysis.validation.csv_tables import DataError

HOURS_A_DAY = 24.0
QUANTILES = (0.1, 0.5, 0.9)
SOURCE = "CDB90"


def make_rows(data: RecordedEngagements) -> list[list[object]]:
    """A row for each era and class of odds, and of size, that has battles."""
    sizes = REFERENCE_SIZE * np.exp(data.log_size)
    ratios = np.exp(data.log_ratio)
    rows = []
    for era, (first, last) in ERAS.items():
        for kind, values, classes in (("odds", ratios, ODDS), ("size", sizes, SIZES)):
            for low, high in pairwise(classes):
                battles = data.select(data.is_in_era(era) & (values >= low) & (values < high))
                if len(battles):
                    rows.append([first, last, kind, low, high, *summarise_battles(battles), SOURCE])
    return rows


def summarise_battles(battles: RecordedEngagements) -> list[object]:
    """How many, how many the attacker won, and where hours are known quantiles of them and of losses in each."""
    timed = battles.select(battles.shortest_days == battles.longest_days)
    hours = HOURS_A_DAY * timed.longest_days
    summary: list[object] = [len(battles), int((battles.won == 1).sum()), len(timed)]
    for values in (hours, timed.attackers_lost / hours, timed.defenders_lost / hours):
        summary += [f"{np.quantile(values, share):.4g}" if len(timed) else "" for share in QUANTILES]
    return summary


def main(argv: list[str]) -> None:
    """Read the tables, write the summary."""
    if len(argv) != 1 or not argv[0].startswith("cdb90="):
        sys.exit("assault_reference: wants cdb90=DIR")
    try:
        data = cdb90_tables.make_record(cdb90_tables.load_folder(Path(argv[0].partition("=")[2])))
    except DataError as error:
        sys.exit(f"assault_reference: {error}")
    path = find_reference_file()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(REFERENCE_COLUMNS)
        writer.writerows(make_rows(data))
    print(path)


if __name__ == "__main__":
    main(sys.argv[1:])
