"""The losses of won assaults: what it costs to take a place by force, in battles drawn from the priors of a scenario.

A prior predictive check: no report of the scenario is used. Beside it stand the battles of CDB90 that the attacker won,
of similar sizes. CDB90 counts casualties (killed, wounded and taken together) and no dead: at one dead to some three
wounded ten casualties are about three dead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from sim.analysis.validation.cdb90_tables import ENGAGEMENTS, NUMBER_COLUMNS
from sim.analysis.validation.cdb90_tables import FOLDER as FOLDER
from sim.analysis.validation.csv_tables import parse_column, read_rows
from sim.analysis.validation.results import ReproductionCheck, ResultTable, ValidationResult, ValidationSettings
from sim.analysis.validation.won_assaults import find_won_assaults, tabulate_assaults
from sim.battle.simulation import Simulation
from sim.runs.replicate import choose_engine

TITLE = "Losses of won assaults"
BATTLES = 1000
SIDES = ("attackers", "defenders")
ORDER_KINDS = ("attack", "counterattack")
ATTACKER_EDGES = (0.0, 100.0, 300.0, 1000.0, np.inf)
GARRISON_EDGES = (0.0, 50.0, 150.0, np.inf)
RECORDED_STRENGTHS = (2_000.0, 5_000.0, 10_000.0)  # at most so many on either side
N_SMALLEST = 5
CHECKED_ATTACKERS = 300.0
CHEAP_DEAD, CHEAP_CASUALTIES = 3.0, 10.0  # on both sides together
HIGHEST_CHEAP_SHARE = 0.05
N_POINTS = 400  # won assaults that the figure shows
NOTHING = "-"
RECORDED_COLUMNS = ("isqno", "name", "year", *NUMBER_COLUMNS, "duplicate_of")
COST_HEADINGS = (
    "which",
    "attackers",
    "won",
    "attackers' dead",
    "attackers' dead and wounded",
    "of the attackers",
    "defenders' dead",
    "defenders' dead and wounded",
    "of the defenders",
    "at most 3 dead in all",
    "at most 10 casualties in all",
)
Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class RecordedVictories:
    """Recorded battles that the attacker won, by row: names, strengths and casualties."""

    name: tuple[str, ...]
    attackers: np.ndarray
    defenders: np.ndarray
    attackers_lost: np.ndarray  # people
    defenders_lost: np.ndarray

    @property
    def larger_strength(self) -> np.ndarray:
        """Of attackers and defenders the greater number."""
        result: np.ndarray = np.maximum(self.attackers, self.defenders)
        return result


def load(root: Path) -> RecordedVictories:
    """Read the battles that the attacker won, also those in which a side lost nobody or everybody."""
    path = root / FOLDER / ENGAGEMENTS
    rows = read_rows(path, RECORDED_COLUMNS)
    complete_rows = [row for row in rows if not row["duplicate_of"] and all(row[name] for name in NUMBER_COLUMNS)]
    columns = {name: np.array(parse_column(path, complete_rows, name)) for name in NUMBER_COLUMNS}
    won = np.flatnonzero(columns["wina"] > 0)
    names = tuple(f"{complete_rows[n]['name']}, {complete_rows[n]['year']}" for n in won)
    return RecordedVictories(names, *(columns[name][won] for name in ("str_a", "str_d", "cas_a", "cas_d")))


def simulate_won_assaults(settings: ValidationSettings) -> Columns:
    """The won assaults of many battles, with all parameters drawn from the priors."""
    n_battles = settings.scale_count(BATTLES)
    simulation = choose_engine(Simulation(settings.scenario, law=settings.law), "auto", n_battles)
    orders = [id for id, order in settings.scenario.active_orders.items() if order.kind in ORDER_KINDS]
    assaults = []
    for replication in settings.progress(range(n_battles), n_battles, TITLE):
        assaults += find_won_assaults(simulation.run(settings.seed, replication).event_log, orders)
    return tabulate_assaults(assaults)


def sum_columns(assaults: Columns, *names: str) -> np.ndarray:
    """The sum of some columns."""
    result: np.ndarray = np.sum([assaults[name] for name in names], axis=0)
    return result


def select_rows(assaults: Columns, mask: np.ndarray) -> Columns:
    """Some of the assaults."""
    return {name: column[mask] for name, column in assaults.items()}


def count_dead(assaults: Columns) -> np.ndarray:
    """The dead of both sides in each assault."""
    return sum_columns(assaults, "attackers_killed", "defenders_killed")


def count_casualties(assaults: Columns) -> np.ndarray:
    """Killed, wounded and taken of both sides in each assault, as CDB90 counts casualties."""
    fates = ("killed", "wounded", "taken")
    return sum_columns(assaults, *(f"{side}_{fate}" for side in SIDES for fate in fates))


def format_range(values: np.ndarray, form: str) -> str:
    """Median, and 5% to 95% quantile."""
    if not len(values):
        return NOTHING
    low, median, high = np.quantile(values, (0.05, 0.5, 0.95))
    return f"{median:{form}} ({low:{form}} to {high:{form}})"


def format_share(mask: np.ndarray) -> str:
    """The share of cases for which something is so."""
    return f"{mask.mean():.1%}" if len(mask) else NOTHING


def format_class(low: float, high: float) -> str:
    """A class of strengths in words."""
    if low == 0:
        return f"below {high:,.0f}"
    return f"{low:,.0f} or more" if high == np.inf else f"{low:,.0f} to {high - 1:,.0f}"


def check_cheap_assaults(assaults: Columns) -> ReproductionCheck:
    """The check that few assaults of many people cost next to nobody."""
    many = select_rows(assaults, assaults["attackers"] >= CHECKED_ATTACKERS)
    n_won = len(many["attackers"])
    is_cheap = count_dead(many) <= CHEAP_DEAD
    return ReproductionCheck(
        f"won assaults by {CHECKED_ATTACKERS:.0f} or more that cost at most {CHEAP_DEAD:.0f} dead in all",
        f"under {HIGHEST_CHEAP_SHARE:.0%}",
        f"{is_cheap.mean():.1%} of {n_won:,}" if n_won else "no assault of that size was won",
        bool(n_won and is_cheap.mean() < HIGHEST_CHEAP_SHARE),
    )


def build_cost_table(assaults: Columns, recorded: RecordedVictories) -> ResultTable:
    """What a place cost both sides, by class of the attackers' strength, and recorded battles beside it."""
    rows = []
    for low, high in pairwise(ATTACKER_EDGES):
        some = select_rows(assaults, (assaults["attackers"] >= low) & (assaults["attackers"] < high))
        dead = {side: some[f"{side}_killed"] for side in SIDES}
        hit = {side: sum_columns(some, f"{side}_killed", f"{side}_wounded") for side in SIDES}
        rows.append(
            (
                "simulated",
                format_class(low, high),
                len(some["attackers"]),
                *(
                    cell
                    for side in SIDES
                    for cell in (
                        format_range(dead[side], ".0f"),
                        format_range(hit[side], ".0f"),
                        format_range(hit[side] / some[side], ".2f"),
                    )
                ),
                format_share(count_dead(some) <= CHEAP_DEAD),
                format_share(count_casualties(some) <= CHEAP_CASUALTIES),
            )
        )
    for highest in RECORDED_STRENGTHS:
        is_small = recorded.larger_strength <= highest
        lost = {"attackers": recorded.attackers_lost[is_small], "defenders": recorded.defenders_lost[is_small]}
        strengths = {"attackers": recorded.attackers[is_small], "defenders": recorded.defenders[is_small]}
        rows.append(
            (
                "CDB90, casualties",
                f"both sides up to {highest:,.0f}",
                int(is_small.sum()),
                *(
                    cell
                    for side in SIDES
                    for cell in (
                        NOTHING,
                        format_range(lost[side], ".0f"),
                        format_range(lost[side] / strengths[side], ".2f"),
                    )
                ),
                NOTHING,
                format_share(lost["attackers"] + lost["defenders"] <= CHEAP_CASUALTIES),
            )
        )
    title = "Losses of both sides for each place taken by force, median and 5% to 95%"
    return ResultTable("cost", f"{title} (CDB90 counts those taken with the wounded)", COST_HEADINGS, rows)


def build_garrison_table(assaults: Columns) -> ResultTable:
    """Cheap victories by the size of the garrison, for all attackers and for many."""
    rows = []
    for least, of_whom in ((0.0, "all"), (CHECKED_ATTACKERS, f"{CHECKED_ATTACKERS:.0f} or more")):
        for low, high in pairwise(GARRISON_EDGES):
            mask = (assaults["defenders"] >= low) & (assaults["defenders"] < high) & (assaults["attackers"] >= least)
            some = select_rows(assaults, mask)
            rows.append(
                (
                    of_whom,
                    format_class(low, high),
                    len(some["attackers"]),
                    format_range(count_dead(some), ".0f"),
                    format_range(count_casualties(some), ".0f"),
                    format_share(count_dead(some) <= CHEAP_DEAD),
                    format_share(count_casualties(some) <= CHEAP_CASUALTIES),
                )
            )
    headings = ("attackers", "garrison", "won", "dead in all", "casualties in all", *COST_HEADINGS[-2:])
    return ResultTable("garrison", "The same by size of the garrison, both sides together", headings, rows)


def build_smallest_table(recorded: RecordedVictories) -> ResultTable:
    """The recorded victories of attackers in which the fewest fought."""
    smallest = np.argsort(recorded.larger_strength, kind="stable")[:N_SMALLEST]
    rows = [
        (
            recorded.name[n],
            *(
                f"{column[n]:,.0f}"
                for column in (
                    recorded.attackers,
                    recorded.attackers_lost,
                    recorded.defenders,
                    recorded.defenders_lost,
                )
            ),
        )
        for n in smallest
    ]
    headings = ("battle", "attackers", "attackers' casualties", "defenders", "defenders' casualties")
    return ResultTable("smallest", "The smallest battles of CDB90 that the attacker won", headings, rows)


def build_curves(assaults: Columns, recorded: RecordedVictories) -> dict[str, np.ndarray]:
    """Attackers and casualties in all: of some of the won assaults, evenly taken, and of recorded battles."""
    step = max(len(assaults["attackers"]) // N_POINTS, 1)
    is_small = recorded.larger_strength <= RECORDED_STRENGTHS[-1]
    casualties = recorded.attackers_lost + recorded.defenders_lost
    return {
        "simulated": np.stack([assaults["attackers"], count_casualties(assaults)], axis=1)[::step],
        "recorded": np.stack([recorded.attackers, casualties], axis=1)[is_small],
    }


def validate(data: RecordedVictories, settings: ValidationSettings) -> ValidationResult:
    """Fight battles from the priors, and hold what their won assaults cost against small recorded battles."""
    assaults = simulate_won_assaults(settings)
    return ValidationResult(
        "assault_losses",
        f"{TITLE}: {settings.scenario.title}",
        (check_cheap_assaults(assaults),),
        (build_cost_table(assaults, data), build_garrison_table(assaults), build_smallest_table(data)),
        build_curves(assaults, data),
    )
