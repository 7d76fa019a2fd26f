"""CDB90 by whole orders of the battle model: its own rules, with the parameters of a fit to other battles.

What the fit knows is drawn from its posterior for the year and the size of each battle; what it does not know (pace,
ground, fatigue, prisoners, the limits of an assault) comes from the priors of the scenario. The table has no clock, so
that an attack which time breaks off is tried again for as long as it takes.
"""

from collections.abc import Callable
from functools import partial

import numpy as np

from sim.analysis.engagement.closed_form import EngagementOutcomes
from sim.analysis.engagement.pack import SHARED_SHARE
from sim.analysis.engagement.parameters import REFERENCE_SIZE
from sim.analysis.engagement.posterior import EngagementFit
from sim.analysis.validation.cdb90_simulation import (
    ENGAGEMENTS_PER_BATCH,
    AssaultVariant,
    EngagementData,
    average_site,
    make_model,
    make_side_parameters,
    scale_strengths,
)
from sim.analysis.validation.cdb90_tables import make_record
from sim.analysis.validation.results import ValidationSettings
from sim.battle.engagement import AssaultSite, simulate_assault
from sim.battle.rulebook import PLAIN
from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import RandomOverrides
from sim.runs.parallel import map_with_workers, split_range

ORDERS_PER_ENGAGEMENT = 10
PRESS_ON_DAYS = 60.0  # nine orders in ten are over after two weeks
HIGHEST_SHARE = 1 - 1e-9
OrderRow = tuple[bool, float, float, float]  # won, fractions lost, days


def simulate_orders(
    settings: ValidationSettings, data: EngagementData, fit: EngagementFit, seed: int
) -> EngagementOutcomes:
    """Every battle as several orders, shape (battles, orders).

    Parameters
    ----------
    settings : ValidationSettings
        Scenario, law, seed and workers.
    data : EngagementData
        The battles, none of which the fit has seen.
    fit : EngagementFit
        The fit to others.
    seed : int
        Of the draws from the posterior.

    Returns
    -------
    EngagementOutcomes
    """
    n_orders = settings.scale_count(ORDERS_PER_ENGAGEMENT)
    shape = (len(data.won), n_orders)
    coefficients = fit.draw_coefficients(seed, shape[0] * shape[1]).reshape(*shape, -1)
    parameters = fit.compute_parameters(coefficients, make_record(data))
    simulate_rows: Callable[[range], list[OrderRow]] = partial(
        simulate_order_batch, settings, data, parameters, average_site(settings.scenario)
    )
    batches = split_range(len(data.won), ENGAGEMENTS_PER_BATCH)
    parts = settings.progress(
        map_with_workers(simulate_rows, batches, settings.workers), len(batches), "CDB90: whole orders"
    )
    rows = np.array([row for part in parts for row in part], dtype=float).reshape(*shape, 4)
    lost = np.minimum(rows[..., 1:3], HIGHEST_SHARE)
    return EngagementOutcomes(rows[..., 0] > 0, lost[..., 0], lost[..., 1], rows[..., 3])


def simulate_order_batch(
    settings: ValidationSettings,
    data: EngagementData,
    parameters: dict[str, np.ndarray],
    site: AssaultSite,
    rows: range,
) -> list[OrderRow]:
    """Some of the battles."""
    simulation = Simulation(settings.scenario, law=settings.law)
    sides = list(settings.scenario.sides)
    variant = AssaultVariant("whole orders", settings.law, break_points_only=False)
    outcomes: list[OrderRow] = []
    for number in rows:
        strengths, scale = scale_strengths(data, number)
        for order in range(next(iter(parameters.values())).shape[1]):
            values = simulation.draw_parameters(settings.seed, number * 1000 + order, RandomOverrides())
            fitted = {name: float(each[number, order]) for name, each in parameters.items()}
            values |= fitted | {f"{name}_{side}": value for name, value in fitted.items() for side in sides}
            # The size of the fight is scaled as the strengths are, and the fit's power holds for the mean cover.
            values |= {
                "size_reference": REFERENCE_SIZE * scale,
                "reference_cover": site.cover,
                "intensity_shared": SHARED_SHARE,
                "press_on_days": PRESS_ON_DAYS,
            }
            outcome = simulate_assault(
                PLAIN,
                strengths,
                make_model(values, variant, strengths),
                make_side_parameters(values, variant, sides, order),
                site,
                f"cdb90:{number}",
                settings.seed,
                order,
            )
            defenders_lost = (outcome.defenders_lost + outcome.defenders_taken) / strengths[1]
            outcomes.append(
                (outcome.is_victory, outcome.attackers_lost / strengths[0], defenders_lost, outcome.hours / 24)
            )
    return outcomes
