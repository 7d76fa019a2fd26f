"""The battles of CDB90 fought as one assault each, by the rule book itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from scipy.optimize import minimize
from scipy.stats import norm

from sim import laws
from sim.battle.engagement import Ground, engage
from sim.battle.fight import Luck, Stage
from sim.battle.rows import Model, Side
from sim.battle.rulebook import PLAIN
from sim.experiment.batches import in_order, split
from sim.scenario import rule_priors
from sim.validation.finding import Plan

LARGEST = 400.0  # people on the stronger side of a simulated battle: fractions hardly depend on it, the time does
REPEATS = 6  # simulated battles for each recorded one
BATCH = 25
CALM_DAYS = 365.0  # long enough for a fight that nothing but a break point ends


@dataclass(frozen=True)
class Variant:
    """A way to fight: a law, and whether a break point alone ends it."""

    name: str
    law: str
    breaks_alone: bool


@dataclass(frozen=True)
class Data:
    """Battles by row: strengths, fractions lost, result for the attacker (1, 0, -1), year, days; and golden fits."""

    attackers: np.ndarray
    defenders: np.ndarray
    attackers_lost: np.ndarray
    defenders_lost: np.ndarray
    won: np.ndarray
    year: np.ndarray
    days: np.ndarray
    golden: dict[tuple[str, str], tuple[int, int, float, float]]  # subset, side: n, broke, median, sigma

    @property
    def ratio(self) -> np.ndarray:
        """Attackers for each defender."""
        found: np.ndarray = self.attackers / self.defenders
        return found

    def of(self, chosen: np.ndarray) -> "Data":
        """Some of the battles."""
        columns = ("attackers", "defenders", "attackers_lost", "defenders_lost", "won", "year", "days")
        return replace(self, **{name: getattr(self, name)[chosen] for name in columns})


@dataclass(frozen=True)
class Fought:
    """Simulated battles, shape (battles, repeats): whether the attackers won, and the fractions that both lost."""

    won: np.ndarray
    attackers_lost: np.ndarray
    defenders_lost: np.ndarray


def censored(fractions: np.ndarray, broke: np.ndarray) -> tuple[float, float]:
    """Median and sigma of a lognormal break point: losers broke, all others had not broken yet."""
    logs = np.log(fractions)

    def unlikely(values: np.ndarray) -> float:
        z = (logs - values[0]) / np.exp(values[1])
        return -float(np.where(broke, norm.logpdf(z) - values[1] - logs, norm.logsf(z)).sum())

    best = minimize(
        unlikely, np.array([np.log(0.2), 0.1]), method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-8}
    )
    return float(np.exp(best.x[0])), float(np.exp(best.x[1]))


def sides_of(values: dict[str, float], sides: list[str], turn: int) -> tuple[Side, Side]:
    """Attacker and defender with the priors of the scenario's sides, which take turns."""
    needed = rule_priors.needed(sides)

    def side(name: str) -> Side:
        found = Side()
        for prior in rule_priors.SIDE:
            given = next(slot for slot in needed[f"{prior}_{name}"] if slot in values)
            setattr(found, prior, values[given])
        return found

    order = sides if turn % 2 == 0 else sides[::-1]
    return side(order[0]), side(order[1])


def variants(law: str) -> list[Variant]:
    """The assault as it is by the chosen law; then only break points, by that law and by the others."""
    others = [name for name in laws.names() if name != law]
    return [
        Variant("assault", law, False),
        Variant("break points alone", law, True),
        *(Variant(f"break points alone, {other}", other, True) for other in others),
    ]


def row_of(values: dict[str, float], variant: Variant, strengths: tuple[float, float]) -> Model:
    """The model's row: the scenario's values, or a fight that only a break point ends. Muster and contact are left out.

    The reference is the mean of both strengths, so that every law kills alike at equal strengths, however large.
    """
    model = Model(law=laws.number(variant.law))
    for name in rule_priors.BATTLE:
        setattr(model, name, values[name])
    for field, name in zip(("law_first", "law_second"), laws.parameters(variant.law), strict=False):
        setattr(model, field, values[laws.SLOT + name])
    model.muster_hours = 0.0
    model.contact_per_1000_day = 0.0
    model.reference_strength = sum(strengths) / 2
    if variant.breaks_alone:
        model.fatigue_per_hour = 0.0
        model.advance_km_per_day = 0.0
        model.assault_hours = 24 * CALM_DAYS
    return model


def fight_some(
    plan: Plan, data: Data, variant: Variant, ground: Ground, numbers_of: range
) -> list[tuple[bool, float, float]]:
    """Some of the battles, each so many times; rows in order."""
    stage = Stage(plan.scenario, law=variant.law)
    sides = list(plan.scenario.sides)
    found = []
    for number in numbers_of:
        scale = min(LARGEST / max(data.attackers[number], data.defenders[number]), 1.0)
        strengths = tuple(max(round(float(side[number]) * scale), 1) for side in (data.attackers, data.defenders))
        for repeat in range(plan.times(REPEATS)):
            values = stage.vector(plan.seed, number * 1000 + repeat, Luck())
            outcome = engage(
                PLAIN,
                (strengths[0], strengths[1]),
                row_of(values, variant, (strengths[0], strengths[1])),
                sides_of(values, sides, repeat),
                ground,
                f"cdb90:{number}",
                plan.seed,
                repeat,
            )
            lost = outcome.defenders_lost + outcome.defenders_taken
            found.append((outcome.won, outcome.attackers_lost / strengths[0], lost / strengths[1]))
    return found


def fight_all(plan: Plan, data: Data, variant: Variant) -> Fought:
    """Every battle so many times."""
    terrains = plan.scenario.terrains.values()
    cover, depth = (
        float(
            np.mean([getattr(terrain, name).value for terrain in terrains if getattr(terrain, name).value is not None])
        )
        for name in ("cover", "depth_km")
    )
    ground = Ground(cover, depth, round(float(np.mean([terrain.blocks for terrain in terrains]))))
    work: Callable[[range], list[tuple[bool, float, float]]] = partial(fight_some, plan, data, variant, ground)
    batches = split(len(data.won), BATCH)
    parts = plan.watch(in_order(work, batches, plan.workers), len(batches), f"CDB90: {variant.name}")
    rows = np.array([row for part in parts for row in part], dtype=float).reshape(len(data.won), -1, 3)
    return Fought(rows[..., 0] > 0, rows[..., 1], rows[..., 2])
