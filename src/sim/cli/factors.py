"""The factors of a sweep as they are typed, checked, and turned into cells that share a stage."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError, model_validator

from sim import laws
from sim.cli.settings import Settings, SettingsError
from sim.cli.stage import base_edits, scenario_of, stage_of
from sim.experiment.design import STEPS, Factor, Levels, Range, WholePrior
from sim.experiment.sweep import Cell
from sim.perturbations import AnyPerturbation
from sim.scenario import Edit, load
from sim.scenario.priors import Distribution

MOST_POINTS = 100_000
RARE = 1e-6  # of a prior: what it has below that, it does not have
ALLOWED = "a prior, law, reading.NAME, set.PATH, perturb.NAME.SETTING"


class Written(BaseModel):
    """A factor written at length: a range, or the whole of a prior, and in how many steps a grid takes it."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    low: float | None = None
    high: float | None = None
    prior: bool = False
    steps: int = STEPS

    @model_validator(mode="after")
    def clear(self) -> "Written":
        """Refuse a range without ends, one that is empty, and a range of a whole prior."""
        if self.prior == (self.low is not None and self.high is not None):
            raise ValueError("give low and high, or prior: true")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise ValueError("low is not below high")
        if not 2 <= self.steps <= 1000:
            raise ValueError("steps: 2 to 1000")
        return self


def factors_of(written: Mapping[str, Any], settings: Settings, design: str) -> dict[str, Factor]:
    """The factors by name; raise SettingsError for one that does not exist or has no two levels."""
    if not written:
        raise SettingsError([f"factors: nothing varies (allowed: {ALLOWED})"])
    priors = stage_of(settings).priors
    found = {}
    for name, levels in written.items():
        check_name(name, priors, settings)
        found[name] = factor_of(name, levels, priors, design)
        if name == "law":
            for law in found[name].grid():
                if law not in laws.names():
                    raise SettingsError([f"factors.law: unknown law (got {law!r}; allowed: {', '.join(laws.names())})"])
    return found


def check_name(name: str, priors: Mapping[str, Distribution], settings: Settings) -> None:
    """Refuse a factor that nothing is known of."""
    kind, _, rest = name.partition(".")
    if name == "law" or name in priors or (kind in ("set", "reading") and rest):
        return
    if kind == "perturb":
        chosen, _, setting = rest.partition(".")
        if chosen not in settings.perturb:
            known = ", ".join(settings.perturb) or "none is chosen: perturb=[NAME]"
            raise SettingsError([f"factors.{name}: no such perturbation (allowed: {known})"])
        fields = [field for field in type(settings.perturb[chosen]).model_fields if field not in ("kind", "says")]
        if setting not in fields:
            raise SettingsError([f"factors.{name}: no such setting (allowed: {', '.join(fields)})"])
        return
    raise SettingsError([f"factors.{name}: unknown factor (allowed: {ALLOWED})"])


def factor_of(name: str, written: Any, priors: Mapping[str, Distribution], design: str) -> Factor:
    """A factor as it is typed: a list of levels (two numbers are a range, but in a grid), `prior`, or at length."""
    if written == "prior":
        written = {"prior": True}
    if isinstance(written, list):
        if len(written) < 2 or any(each in written[:n] for n, each in enumerate(written)):
            raise SettingsError([f"factors.{name}: needs two levels or more, each once (got {written!r})"])
        if design != "grid" and len(written) == 2 and all(type(each) in (int, float) for each in written):
            written = dict(zip(("low", "high"), written, strict=True))
        else:
            return Levels(tuple(written))
    try:
        range_ = Written.model_validate(written)
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        allowed = "[level, level, ...], prior, {low: .., high: .., steps: ..}"
        raise SettingsError([f"factors.{name}: {message} (got {written!r}; allowed: {allowed})"]) from None
    if not range_.prior:
        assert range_.low is not None
        assert range_.high is not None
        return Range(range_.low, range_.high, range_.steps)
    if name not in priors:
        raise SettingsError([f"factors.{name}: is no prior (allowed: [level, level, ...], or a prior's name)"])
    if getattr(priors[name], "distribution", None) == "fixed":
        raise SettingsError([f"factors.{name}: is fixed, and has no range of its own (allowed: [low, high])"])
    return WholePrior(priors[name], range_.steps)


def cells_of(points: list[dict[str, Any]], settings: Settings) -> list[Cell]:
    """The points in groups that share a stage; raise SettingsError or ScenarioError for a level that can't be.

    What is no prior makes a stage of its own for each combination. Of priors only the lowest and highest levels are
    checked, as edits of the scenario: then nothing is checked again.
    """
    known = stage_of(settings).priors
    if len(points) > MOST_POINTS:
        raise SettingsError([f"points: more than {MOST_POINTS} design points (got {len(points)})"])
    priors = [name for name in points[0] if name in known]
    check_levels(points, priors, settings, known)
    groups: dict[str, list[int]] = {}
    for number, point in enumerate(points):
        groups.setdefault(repr([level for name, level in point.items() if name not in priors]), []).append(number)
    cells = [
        Cell(
            stage_of(at_point(settings, points[numbers[0]], priors)),
            tuple(numbers),
            {name: np.array([points[number][name] for number in numbers], dtype=np.float64) for name in priors},
        )
        for numbers in groups.values()
    ]
    for name in priors:
        for cell in cells:
            if name not in cell.stage.slots:
                raise SettingsError([f"factors.{name}: the {cell.stage.law} law has no such prior"])
    return cells


def check_levels(
    points: list[dict[str, Any]], priors: list[str], settings: Settings, known: Mapping[str, Distribution]
) -> None:
    """Refuse levels of priors that the scenario can't have."""
    for name in priors:
        for point in points:
            if type(point[name]) not in (int, float):
                raise SettingsError([f"factors.{name}: not a number (got {point[name]!r})"])
        prior = known[name]
        most = 1.0 if prior.unit in ("share", "chance") else math.inf
        least = 0.0 if prior.quantile(RARE) >= 0 else -math.inf
        for level in (min(point[name] for point in points), max(point[name] for point in points)):
            if not least <= level <= most:
                allowed = f"{least:g} to {most:g}" if most < math.inf else f"{least:g} or more"
                raise SettingsError([f"factors.{name}: can't be (got {level:g}; allowed: {allowed})"])
    given = [name for name in priors if name in scenario_of(settings).priors]  # the law's own have no place to edit
    for furthest in (min, max):
        edits = tuple(Edit(path=f"priors.{name}", value=furthest(point[name] for point in points)) for name in given)
        load(settings.scenario, (*base_edits(settings), *edits))


def at_point(settings: Settings, point: dict[str, Any], priors: list[str]) -> Settings:
    """The settings with the levels of a point that are no priors."""
    changes: dict[str, Any] = {"set": dict(settings.set), "reading": dict(settings.reading)}
    perturb: dict[str, dict[str, Any]] = {}
    for name, level in point.items():
        kind, _, rest = name.partition(".")
        if name == "law":
            changes["law"] = level
        elif kind in ("set", "reading") and name not in priors:
            changes[kind][rest] = level
        elif kind == "perturb":
            chosen, _, setting = rest.partition(".")
            perturb.setdefault(chosen, {})[setting] = level
    changes["perturb"] = settings.perturb | {
        chosen: changed_perturbation(settings, chosen, values) for chosen, values in perturb.items()
    }
    return settings.model_copy(update=changes)


def changed_perturbation(settings: Settings, chosen: str, values: dict[str, Any]) -> Any:
    """A perturbation with other settings; raise SettingsError for a level that it can't have."""
    plain = settings.perturb[chosen].model_dump(exclude_unset=True) | values
    try:
        return TypeAdapter(AnyPerturbation).validate_python(plain)
    except ValidationError as error:
        fault = error.errors()[0]
        message = fault["msg"].removeprefix("Value error, ")
        got = ", ".join(f"{key}: {value!r}" for key, value in values.items())
        raise SettingsError([f"factors.perturb.{chosen}: {message} (got {got})"]) from None
