"""1,079 battles from 1620 to 1905: four laws by approximate Bayesian computation, with and without the known losses.

The published comparison stops each simulated battle when one side has lost what is recorded of it, so that half of
what is compared is given. Here a battle lasts a drawn time instead, and every parameter is held out by tenths.
"""

from functools import partial
from itertools import product
from pathlib import Path

import numpy as np

from sim.experiment.batches import in_order
from sim.validation.finding import Finding, Plan
from sim.validation.reading import numbers, read_rows
from sim.validation.victors_draws import Battles, draw_all
from sim.validation.victors_told import told
from sim.validation.whole_battles import LAWS

TITLE = "1,079 battles, 1620 to 1905"
FOLDER = "rubio_battles"
COLUMNS = ("R0", "Rc", "B0", "Bc")
PERIODS = {"01.csv": "1620-1701", "02.csv": "1702-1792", "03.csv": "1793-1860", "04.csv": "1861-1905"}
DRAWS = 10_000  # from the prior of each law, for each period


def load(root: Path) -> dict[str, Battles]:
    """Read the four periods."""
    found = {}
    for file, period in PERIODS.items():
        path = root / FOLDER / file
        rows = read_rows(path, COLUMNS, delimiter=";")
        x0, x_lost, y0, y_lost = (np.array(numbers(path, rows, column, 1)) for column in COLUMNS)
        found[period] = Battles(x0, y0, x_lost / x0, y_lost / y0)
    return found


def hold(data: dict[str, Battles], plan: Plan) -> Finding:
    """Every law in every period; then what it says."""
    units = list(product(data, LAWS))
    work = partial(draw_all, data, plan.seed, plan.times(DRAWS))
    drawn = dict(zip(units, plan.watch(in_order(work, units, plan.workers), len(units), TITLE), strict=True))
    return told(TITLE, data, drawn, plan)
