"""The engagements of CDB90, each simulated as one assault by the battle rules."""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from functools import partial

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

from sim import laws
from sim.analysis.validation.results import ValidationSettings
from sim.battle.engagement import AssaultSite, simulate_assault
from sim.battle.records import ModelState
from sim.battle.rulebook import PLAIN
from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import RandomOverrides
from sim.runs.parallel import map_with_workers, split_range
from sim.scenario.model import Scenario
from sim.scenario.rule_parameters import LAW_PREFIX, RULE_PARAMETERS

MAX_STRENGTH = 400.0  # people on the stronger side when simulated: fractions hardly depend on it, computing time does
REPEATS_PER_ENGAGEMENT = 6  # simulated battles for each recorded one
ENGAGEMENTS_PER_BATCH = 25
UNLIMITED_DAYS = 365.0  # long enough for a fight that nothing but a break point ends


@dataclass(frozen=True)
class AssaultVariant:
    """A way to simulate an engagement: a law, and whether only a break point ends it."""

    name: str
    law: str
    break_points_only: bool


@dataclass(frozen=True)
class EngagementData:
    """Battles by row: strengths, fractions lost, result for the attacker (1, 0, -1), year, days, war, and bounds of the
    days on which they were fought; and reference fits.
    """

    attackers: np.ndarray
    defenders: np.ndarray
    attackers_lost: np.ndarray
    defenders_lost: np.ndarray
    won: np.ndarray
    year: np.ndarray
    days: np.ndarray
    war: np.ndarray
    shortest_days: np.ndarray
    longest_days: np.ndarray
    reference_fits: dict[tuple[str, str], tuple[int, int, float, float]]  # subset, side: n, broke, median, sigma

    @property
    def force_ratio(self) -> np.ndarray:
        """Attackers per defender."""
        result: np.ndarray = self.attackers / self.defenders
        return result

    def select(self, mask: np.ndarray) -> "EngagementData":
        """Some of the battles."""
        columns = [each.name for each in fields(self) if each.name != "reference_fits"]
        return replace(self, **{name: getattr(self, name)[mask] for name in columns})


@dataclass(frozen=True)
class AssaultResults:
    """Simulated battles, shape (battles, repeats): whether the attackers won, and the fractions that both lost."""

    won: np.ndarray
    attackers_lost: np.ndarray
    defenders_lost: np.ndarray


def fit_break_points(fractions: np.ndarray, has_broken: np.ndarray) -> tuple[float, float]:
    """Median and sigma of a lognormal break point, by maximum likelihood with censoring: losers broke at their fraction
    lost, all others had not broken yet.
    """
    logs = np.log(fractions)

    def negative_log_likelihood(values: np.ndarray) -> float:
        z = (logs - values[0]) / np.exp(values[1])
        return -float(np.where(has_broken, norm.logpdf(z) - values[1] - logs, norm.logsf(z)).sum())

    optimum = minimize(
        negative_log_likelihood,
        np.array([np.log(0.2), 0.1]),
        method="Nelder-Mead",
        options={"xatol": 1e-6, "fatol": 1e-8},
    )
    return float(np.exp(optimum.x[0])), float(np.exp(optimum.x[1]))


def make_side_parameters(
    values: dict[str, float], variant: AssaultVariant, sides: list[str], parity: int
) -> tuple[dict[str, float], dict[str, float]]:
    """The parameters of attacker and defender, those of the scenario's sides, which take turns; no muster or contact.

    What no order of the scenario uses is 0, and quality and steadiness are those of average forces.
    """
    names = [name for name, row in RULE_PARAMETERS.items() if row.owners and not row.is_optional]
    changes = {"muster_hours": 0.0, "contact_per_1000_day": 0.0}
    if variant.break_points_only:
        changes |= {"fatigue_per_hour": 0.0, "advance_km_per_day": 0.0, "assault_hours": 24 * UNLIMITED_DAYS}
    order = sides if parity % 2 == 0 else sides[::-1]
    attacker, defender = (
        {name: values.get(f"{name}_{side}", values.get(name, 0.0)) for name in names} | changes for side in order
    )
    return attacker, defender


def list_assault_variants(law: str) -> list[AssaultVariant]:
    """The assault by its full rules and the chosen law; then with break points alone, by that law and by the others."""
    others = [name for name in laws.list_names() if name != law]
    return [
        AssaultVariant("assault", law, False),
        AssaultVariant("break points alone", law, True),
        *(AssaultVariant(f"break points alone, {other}", other, True) for other in others),
    ]


def make_model(values: dict[str, float], variant: AssaultVariant, strengths: tuple[float, float]) -> ModelState:
    """The parameters that hold for the whole battle: the scenario's values.

    The reference strength is the mean of both strengths, so that every law has the same losses at equal strengths,
    however large.
    """
    model = ModelState(law=laws.find_law_number(variant.law))
    for name in (name for name, row in RULE_PARAMETERS.items() if not row.owners):
        setattr(model, name, values.get(name, 0.0))  # without what no order of the scenario uses
    for field, name in zip(("law_parameter_1", "law_parameter_2"), laws.load_priors(variant.law), strict=False):
        setattr(model, field, values[LAW_PREFIX + name])
    model.reference_strength = sum(strengths) / 2
    return model


def scale_strengths(data: EngagementData, number: int) -> tuple[tuple[int, int], float]:
    """Attackers and defenders of a battle as they are simulated, and by what they were multiplied."""
    scale = min(MAX_STRENGTH / max(data.attackers[number], data.defenders[number]), 1.0)
    attackers, defenders = (max(round(float(side[number]) * scale), 1) for side in (data.attackers, data.defenders))
    return (attackers, defenders), scale


def average_site(scenario: Scenario) -> AssaultSite:
    """The mean ground of a scenario's terrains."""
    terrains = scenario.terrains.values()
    cover, depth = (
        float(
            np.mean([getattr(terrain, name).value for terrain in terrains if getattr(terrain, name).value is not None])
        )
        for name in ("cover", "depth_km")
    )
    return AssaultSite(cover, depth, round(float(np.mean([terrain.blocks for terrain in terrains]))))


def simulate_engagement_batch(
    settings: ValidationSettings, data: EngagementData, variant: AssaultVariant, ground: AssaultSite, rows: range
) -> list[tuple[bool, float, float]]:
    """Some of the engagements, each simulated several times: whether the attackers won, and the fractions lost."""
    simulation = Simulation(settings.scenario, law=variant.law)
    sides = list(settings.scenario.sides)
    outcomes = []
    for number in rows:
        strengths, _ = scale_strengths(data, number)
        for repeat in range(settings.scale_count(REPEATS_PER_ENGAGEMENT)):
            values = simulation.draw_parameters(settings.seed, number * 1000 + repeat, RandomOverrides())
            outcome = simulate_assault(
                PLAIN,
                strengths,
                make_model(values, variant, strengths),
                make_side_parameters(values, variant, sides, repeat),
                ground,
                f"cdb90:{number}",
                settings.seed,
                repeat,
            )
            defenders_lost = outcome.defenders_lost + outcome.defenders_taken
            outcomes.append((outcome.is_victory, outcome.attackers_lost / strengths[0], defenders_lost / strengths[1]))
    return outcomes


def simulate_engagements(settings: ValidationSettings, data: EngagementData, variant: AssaultVariant) -> AssaultResults:
    """Every engagement, simulated several times."""
    ground = average_site(settings.scenario)
    simulate_rows: Callable[[range], list[tuple[bool, float, float]]] = partial(
        simulate_engagement_batch, settings, data, variant, ground
    )
    batches = split_range(len(data.won), ENGAGEMENTS_PER_BATCH)
    parts = settings.progress(
        map_with_workers(simulate_rows, batches, settings.workers), len(batches), f"CDB90: {variant.name}"
    )
    rows = np.array([row for part in parts for row in part], dtype=float).reshape(len(data.won), -1, 3)
    return AssaultResults(rows[..., 0] > 0, rows[..., 1], rows[..., 2])
