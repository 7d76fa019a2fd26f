"""The factors of a sweep: parsed, checked and turned into blocks of design points that share a simulation."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from sim import laws
from sim.cli.build import build_base_edits, build_scenario, build_simulation
from sim.cli.errors import SettingsError
from sim.cli.settings import Settings
from sim.perturbations import AnyPerturbation
from sim.runs.design import GRID_STEPS, DesignFactor, LevelFactor, PriorFactor, RangeFactor
from sim.runs.sweep import DesignBlock
from sim.scenario import Edit, load
from sim.scenario.fault_words import describe_value_fault
from sim.scenario.priors import PriorDistribution

MOST_POINTS = 100_000
TAIL_PROBABILITY = 1e-6  # of a prior: mass below this counts as none
ALLOWED_FACTORS = "a prior, law, reading.NAME, override.PATH, perturb.NAME.SETTING"


class FactorSpec(BaseModel):
    """A factor as a mapping: a range or a whole prior, and the number of its levels in a grid."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    low: float | None = None
    high: float | None = None
    prior: bool = False
    steps: int = GRID_STEPS

    @model_validator(mode="after")
    def validate_range(self) -> "FactorSpec":
        """Refuse a range without ends, an empty one, and a range beside a whole prior."""
        if self.prior == (self.low is not None and self.high is not None):
            raise ValueError("give low and high, or prior: true")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("low is not below high")
        if not 2 <= self.steps <= 1000:
            raise ValueError("steps: 2 to 1000")
        return self


def parse_factors(specs: Mapping[str, Any], settings: Settings, design: str) -> dict[str, DesignFactor]:
    """The factors by name; raise SettingsError for an unknown one, or one with fewer than two levels."""
    if not specs:
        raise SettingsError([f"factors: nothing varies (allowed: {ALLOWED_FACTORS})"])
    priors = build_simulation(settings).priors
    factors_by_name = {}
    for name, levels in specs.items():
        check_factor_name(name, priors, settings)
        factors_by_name[name] = parse_factor(name, levels, priors, design)
        if name == "law":
            for law in factors_by_name[name].list_grid():
                if law not in laws.list_names():
                    raise SettingsError(
                        [f"factors.law: unknown law (got {law!r}; allowed: {', '.join(laws.list_names())})"]
                    )
    return factors_by_name


def check_factor_name(name: str, priors: Mapping[str, PriorDistribution], settings: Settings) -> None:
    """Refuse an unknown factor."""
    kind, _, rest = name.partition(".")
    if name == "law" or name in priors or (kind in ("override", "reading") and rest):
        return
    if kind == "perturb":
        perturbation_name, _, setting = rest.partition(".")
        if perturbation_name not in settings.perturb:
            allowed = ", ".join(settings.perturb) or "none is chosen: perturb=[NAME]"
            raise SettingsError([f"factors.{name}: no such perturbation (allowed: {allowed})"])
        fields = [
            field
            for field in type(settings.perturb[perturbation_name]).model_fields
            if field not in ("kind", "description")
        ]
        if setting not in fields:
            raise SettingsError([f"factors.{name}: no such setting (allowed: {', '.join(fields)})"])
        return
    raise SettingsError([f"factors.{name}: unknown factor (allowed: {ALLOWED_FACTORS})"])


def parse_factor(name: str, spec: Any, priors: Mapping[str, PriorDistribution], design: str) -> DesignFactor:
    """A factor from a list of levels (two numbers are a range, except in a grid), `prior`, or a mapping."""
    if spec == "prior":
        spec = {"prior": True}
    if isinstance(spec, list):
        if len(spec) < 2 or any(each in spec[:n] for n, each in enumerate(spec)):
            raise SettingsError([f"factors.{name}: needs two levels or more, each once (got {spec!r})"])
        if design != "grid" and len(spec) == 2 and all(type(each) in (int, float) for each in spec):
            spec = dict(zip(("low", "high"), spec, strict=True))
        else:
            return LevelFactor(tuple(spec))
    try:
        range_ = FactorSpec.model_validate(spec)
    except ValidationError as error:
        message, _ = describe_value_fault(error.errors()[0])
        allowed = "[level, level, ...], prior, {low: .., high: .., steps: ..}"
        raise SettingsError([f"factors.{name}: {message} (got {spec!r}; allowed: {allowed})"]) from None
    if not range_.prior:
        assert range_.low is not None
        assert range_.high is not None
        return RangeFactor(range_.low, range_.high, range_.steps)
    if name not in priors:
        raise SettingsError([f"factors.{name}: is no prior (allowed: [level, level, ...], or a prior's name)"])
    if getattr(priors[name], "distribution", None) == "fixed":
        raise SettingsError([f"factors.{name}: is fixed, and has no range of its own (allowed: [low, high])"])
    return PriorFactor(priors[name], range_.steps)


def build_cells(points: list[dict[str, Any]], settings: Settings) -> list[DesignBlock]:
    """The points in blocks that share a simulation; raise SettingsError or ScenarioError for an impossible level.

    Each combination of levels other than priors has a simulation of its own. Of priors only the lowest and highest
    levels are checked, as edits of the scenario.
    """
    all_priors = build_simulation(settings).priors
    if len(points) > MOST_POINTS:
        raise SettingsError([f"points: more than {MOST_POINTS} design points (got {len(points)})"])
    priors = [name for name in points[0] if name in all_priors]
    check_levels(points, priors, settings, all_priors)
    groups: dict[str, list[int]] = {}
    for number, point in enumerate(points):
        groups.setdefault(repr([level for name, level in point.items() if name not in priors]), []).append(number)
    cells = [
        DesignBlock(
            build_simulation(apply_point(settings, points[numbers[0]], priors)),
            tuple(numbers),
            {name: np.array([points[number][name] for number in numbers], dtype=np.float64) for name in priors},
        )
        for numbers in groups.values()
    ]
    for name in priors:
        for cell in cells:
            if name not in cell.simulation.parameter_names:
                raise SettingsError(
                    [f"factors.{name}: {laws.find_display_name(cell.simulation.law)} has no such prior"]
                )
    return cells


def check_levels(
    points: list[dict[str, Any]], priors: list[str], settings: Settings, all_priors: Mapping[str, PriorDistribution]
) -> None:
    """Refuse levels of priors that are impossible in the scenario."""
    for name in priors:
        for point in points:
            if type(point[name]) not in (int, float):
                raise SettingsError([f"factors.{name}: not a number (got {point[name]!r})"])
        prior = all_priors[name]
        upper = 1.0 if prior.unit in ("share", "chance") else math.inf
        lower = 0.0 if prior.quantile(TAIL_PROBABILITY) >= 0 else -math.inf
        for level in (min(point[name] for point in points), max(point[name] for point in points)):
            if not lower <= level <= upper:
                allowed = f"{lower:g} to {upper:g}" if upper < math.inf else f"{lower:g} or more"
                raise SettingsError([f"factors.{name}: can't be (got {level:g}; allowed: {allowed})"])
    editable = [
        name for name in priors if name in build_scenario(settings).priors
    ]  # the law's own have no place to edit
    for extreme in (min, max):
        edits = tuple(Edit(path=f"priors.{name}", value=extreme(point[name] for point in points)) for name in editable)
        load(settings.scenario, (*build_base_edits(settings), *edits))


def apply_point(settings: Settings, point: dict[str, Any], priors: list[str]) -> Settings:
    """The settings with those levels of a point that are not of priors."""
    changes: dict[str, Any] = {"override": dict(settings.override), "reading": dict(settings.reading)}
    perturb: dict[str, dict[str, Any]] = {}
    for name, level in point.items():
        kind, _, rest = name.partition(".")
        if name == "law":
            changes["law"] = level
        elif kind in ("override", "reading") and name not in priors:
            changes[kind][rest] = level
        elif kind == "perturb":
            perturbation_name, _, setting = rest.partition(".")
            perturb.setdefault(perturbation_name, {})[setting] = level
    changes["perturb"] = settings.perturb | {
        name: change_perturbation(settings, name, values) for name, values in perturb.items()
    }
    return settings.model_copy(update=changes)


def change_perturbation(settings: Settings, name: str, values: dict[str, Any]) -> Any:
    """A perturbation with other values of its settings; raise SettingsError for an impossible one."""
    merged = settings.perturb[name].model_dump(exclude_unset=True) | values
    try:
        return TypeAdapter(AnyPerturbation).validate_python(merged)
    except ValidationError as error:
        fault = error.errors()[0]
        message, allowed = describe_value_fault(fault)
        got = ", ".join(f"{key}: {value!r}" for key, value in values.items())
        allowed = f"; allowed: {allowed}" if allowed else ""
        raise SettingsError([f"factors.perturb.{name}: {message} (got {got}{allowed})"]) from None
