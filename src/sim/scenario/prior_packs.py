"""Packs of priors: the joint prior of a fit to other battles, for the year and the size of this one.

A pack holds the coefficients of a fit as a normal distribution. A scenario names it, with a year and a size:

    prior_packs: [{file: engagement, year: 1950, size: 400}]

and gets the priors of those parameters that the rules read and that it does not give itself, with their correlations.
Beyond the years and sizes of the fitted battles the drift goes on as it was fitted, and is made wider: for each
covariate by a random walk whose variance grows with the distance.

A pack of an era or an echelon (`rule_packs`) has priors as a scenario writes them, and may name such a fit.
"""

import copy
import math
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator

from sim import paths
from sim.scenario.prior_correlations import list_rounded_below_diagonal
from sim.scenario.problems import Problem
from sim.scenario.rule_packs import RulePack, ValueSpan, iter_named_priors
from sim.scenario.rule_parameters import LAW_PREFIX, RULE_PARAMETERS
from sim.scenario.yaml_tree import read_tree, to_plain_data
from sim.types import Id, Remark, StrictModel, Text

FOLDER = "packs"
SIGNIFICANT_DIGITS = 9  # of what is computed of a pack: processors differ by those beyond
CENTRE = {"normal": "mean", "lognormal": "median", "logitnormal": "median"}
# Beyond the years and sizes of its battles a fit widens by itself. So far it may be used.
MOST_YEARS_BEYOND, MOST_SIZE_FACTOR = 50.0, 10.0
SPREAD = {"normal": "sd", "lognormal": "sigma", "logitnormal": "sigma"}


class PriorPackUse(StrictModel):
    """A pack that a scenario takes its priors from, for battles of a year and a size."""

    file: Id
    year: Annotated[float, Field(ge=0, le=3000)]
    size: Annotated[float, Field(ge=1, le=1e7)]  # people; the geometric mean of both sides in a typical assault


class PackYear(StrictModel):
    """The unit of the drift with the year, and the years that were fitted."""

    reference: float
    unit: float
    low: float
    high: float
    reason: Text

    def compute(self, value: float) -> float:
        """The covariate at a value."""
        return (value - self.reference) / self.unit

    def compute_distance(self, value: float) -> float:
        """How far a value lies beyond the fitted battles, on the covariate's scale."""
        nearest = min(max(value, self.low), self.high)
        return abs(self.compute(value) - self.compute(nearest))


class PackSize(StrictModel):
    """Where small battles begin and where they end, and which sizes were fitted."""

    small: float
    large: float
    low: float
    high: float
    reason: Text

    def compute(self, value: float) -> float:
        """How small a battle of a size is: 1 up to `small`, 0 from `large` on, in between by the logarithm."""
        return float(compute_smallness(value, self.small, self.large))

    def compute_distance(self, value: float) -> float:
        """How far a size lies beyond the fitted battles, as a logarithm."""
        return abs(math.log(value / min(max(value, self.low), self.high)))


def compute_smallness(size: np.ndarray | float, small: float, large: float) -> np.ndarray:
    """How small a battle is: 1 up to a size of `small`, 0 from `large` on, in between by the logarithm of the size."""
    return np.clip(np.log(large / np.asarray(size)) / math.log(large / small), 0.0, 1.0)


class PackParameter(StrictModel):
    """A parameter, the scale on which it is normal, and the values that it can have."""

    scale: Literal["normal", "lognormal", "logitnormal"]
    unit: Remark
    low: float
    high: float


class PackCoefficient(StrictModel):
    """A coefficient of the fit: what it is added to, and how wide a random walk beyond the fitted battles is."""

    name: Id
    parameters: tuple[Id, ...]
    covariate: Literal["", "year", "smallness"] = ""
    mean: float
    walk_sd: Annotated[float, Field(ge=0)] = 0.0  # for each unit of the covariate beyond the fitted battles


class PriorPack(StrictModel):
    """The coefficients of a fit, jointly normal, with all that says where they come from."""

    title: Text
    reference: tuple[str, ...]
    fitted_to: tuple[Text, ...]
    tables: dict[str, str]  # SHA-256 by file name
    method: Text
    checks: tuple[Text, ...] = ()
    written: str
    year: PackYear
    size: PackSize
    parameters: dict[Id, PackParameter]
    coefficients: tuple[PackCoefficient, ...]
    cholesky: tuple[tuple[float, ...], ...]  # of the covariance of the coefficients, row by row

    @model_validator(mode="after")
    def check_shape(self) -> "PriorPack":
        """Refuse a factor of another shape, and a coefficient of an unknown parameter."""
        if [len(row) for row in self.cholesky] != list(range(1, len(self.coefficients) + 1)):
            raise ValueError("cholesky wants rows of 1 number, 2 numbers and so on, one for each coefficient")
        if unknown := {name for each in self.coefficients for name in each.parameters} - set(self.parameters):
            raise ValueError(f"coefficients of unknown parameters: {', '.join(sorted(unknown))}")
        return self

    @property
    def years(self) -> ValueSpan:
        """The years of the fitted battles, and as many beyond as it may be carried."""
        return ValueSpan(low=self.year.low - MOST_YEARS_BEYOND, high=self.year.high + MOST_YEARS_BEYOND)

    @property
    def sizes(self) -> ValueSpan:
        """The same for sizes."""
        return ValueSpan(low=self.size.low / MOST_SIZE_FACTOR, high=self.size.high * MOST_SIZE_FACTOR)

    def compute_moments(self, year: float, size: float) -> tuple[np.ndarray, np.ndarray]:
        """Mean and covariance of the parameters on their scales, for battles of a year and a size."""
        factor = np.zeros((len(self.coefficients), len(self.coefficients)))
        for n, row in enumerate(self.cholesky):
            factor[n, : n + 1] = row
        values = {"": 1.0, "year": self.year.compute(year), "smallness": self.size.compute(size)}
        distances = {"": 0.0, "year": self.year.compute_distance(year), "smallness": self.size.compute_distance(size)}
        names = list(self.parameters)
        loadings = np.zeros((len(names), len(self.coefficients)))
        for n, each in enumerate(self.coefficients):
            loadings[[names.index(name) for name in each.parameters], n] = 1.0
        design = loadings * [values[each.covariate] for each in self.coefficients]
        walks = loadings * [each.walk_sd * math.sqrt(distances[each.covariate]) for each in self.coefficients]
        means = np.array([each.mean for each in self.coefficients])
        spread = design @ factor
        return design @ means, spread @ spread.T + walks @ walks.T

    def make_priors(self, use: PriorPackUse, omitted: set[str]) -> tuple[dict[str, Any], dict[str, Any] | None]:
        """Priors as a scenario writes them, without those omitted, and their correlations."""
        means, covariance = self.compute_moments(use.year, use.size)
        sds = np.sqrt(np.diag(covariance))
        kept = [n for n, name in enumerate(self.parameters) if name not in omitted]
        reason = f"{self.title}, for battles of {use.size:,.0f} people in {use.year:g} (pack {use.file})"
        priors = {}
        for n in kept:
            name, parameter = list(self.parameters.items())[n]
            priors[name] = {
                "distribution": parameter.scale,
                CENTRE[parameter.scale]: round_computed(invert_scale(parameter.scale, float(means[n]))),
                SPREAD[parameter.scale]: round_computed(float(sds[n])),
                "low": parameter.low,
                "high": parameter.high,
                "unit": parameter.unit,
                "reason": reason,
                "basis": "literature",
                "reference": list(self.reference),
            }
        if len(kept) < 2:
            return priors, None
        matrix = (covariance / np.outer(sds, sds))[np.ix_(kept, kept)]
        return priors, {"reason": reason, "priors": list(priors), "below_diagonal": list_rounded_below_diagonal(matrix)}


def round_computed(value: float) -> float:
    """A number with as many digits as every processor computes alike; it becomes part of the scenario's digest.

    Examples
    --------
    >>> round_computed(0.1 + 0.2)
    0.3
    """
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")


def invert_scale(scale: str, value: float) -> float:
    """A number of a parameter's scale as the parameter itself."""
    if scale == "normal":
        return value
    return math.exp(value) if scale == "lognormal" else 1 / (1 + math.exp(-value))


def list_packs() -> list[str]:
    """The names of the packs that there are."""
    return sorted(path.stem for path in (paths.scenario_folder() / FOLDER).glob("*.yaml"))


AnyPack = PriorPack | RulePack


@cache
def load_any_pack(name: str) -> AnyPack:
    """The pack of a name, of a fit or of an era or echelon."""
    text = (paths.scenario_folder() / FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    data = to_plain_data(read_tree(text))
    return PriorPack.model_validate(data) if "coefficients" in data else RulePack.model_validate(data)


def load_pack(name: str) -> PriorPack:
    """The pack of a fit."""
    pack = load_any_pack(name)
    if not isinstance(pack, PriorPack):
        raise TypeError(f"{name} is no fit")
    return pack


def load_rule_packs() -> dict[str, RulePack]:
    """The packs of eras and echelons by name."""
    packs = {name: load_any_pack(name) for name in list_packs()}
    return {name: pack for name, pack in packs.items() if isinstance(pack, RulePack)}


def expand_prior_packs(data: Any) -> tuple[Any, list[Problem]]:
    """The data of a scenario with the priors of its packs written out, and the problems of packs that can't be read.

    What is not a list of packs stays, for the schema to refuse.
    """
    uses = data.get("prior_packs") if isinstance(data, dict) else None
    if not uses or not isinstance(uses, list) or not isinstance(data.get("priors"), dict):
        return data, []
    try:
        packs = [PriorPackUse.model_validate(use) for use in uses]
    except ValidationError:
        return data, []
    problems = list(find_unknown_packs(packs))
    if problems:
        return data, problems
    expanded = copy.copy(data)
    expanded["priors"] = dict(data["priors"])
    correlations = list(data.get("prior_correlations", []))
    named = set(iter_named_priors(data))
    for use in packs:
        pack = load_any_pack(use.file)
        if isinstance(pack, RulePack):
            unread = {name for name in pack.priors if not is_read(name) and name not in named}
            expanded["priors"] |= pack.make_priors(use.file, unread | set(expanded["priors"]))
            if pack.engagement is None:
                continue
            use = use.model_copy(update={"file": pack.engagement})
            pack = load_pack(pack.engagement)
        unread = {name for name in pack.parameters if not is_read(name)}
        priors, correlation = pack.make_priors(use, unread | set(expanded["priors"]))
        expanded["priors"] |= priors
        correlations += [] if correlation is None else [correlation]
    del expanded["prior_packs"]
    return expanded | {"prior_correlations": correlations}, []


def is_read(parameter: str) -> bool:
    """Whether the rules, or a law, read a parameter of this name."""
    return parameter in RULE_PARAMETERS or parameter.startswith(LAW_PREFIX)


def find_unknown_packs(uses: list[PriorPackUse]) -> Iterator[Problem]:
    """A problem for each pack that there is not."""
    for n, use in enumerate(uses):
        if use.file not in list_packs():
            yield Problem(("prior_packs", n, "file"), "unknown pack", use.file, ", ".join(list_packs()))
