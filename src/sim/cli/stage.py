"""What settings ask for: a scenario with readings and changes, perturbed or not, and the stage to fight it on."""

import importlib.util
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim import laws
from sim.battle.branch import Branch, BranchError, with_orders_of
from sim.battle.fight import Stage
from sim.battle.given import Given
from sim.cli.settings import Settings, SettingsError
from sim.perturbations.base import PerturbationError
from sim.scenario import Edit, Scenario, load

if TYPE_CHECKING:
    from sim.calibration.posterior import Posterior

FILE = "posterior.nc"  # in the output of a calibration


def edits_of(settings: Settings) -> tuple[Edit, ...]:
    """The changes of the scenario that `+set.a.b=value` asks for."""
    return tuple(Edit(path=path, value=value) for path, value in flattened(settings.set))


def flattened(node: dict[str, Any], above: str = "") -> list[tuple[str, Any]]:
    """Nested settings as dotted paths."""
    found: list[tuple[str, Any]] = []
    for key, value in node.items():
        path = f"{above}.{key}" if above else str(key)
        found += flattened(value, path) if isinstance(value, dict) else [(path, value)]
    return found


def base_edits(settings: Settings) -> tuple[Edit, ...]:
    """The readings and changes asked for, apart from perturbations."""
    if not settings.reading:
        return edits_of(settings)
    return (*readings_of(load(settings.scenario), settings.reading), *edits_of(settings))


def scenario_of(settings: Settings) -> Scenario:
    """The base case: the scenario with the readings and changes asked for; raise ScenarioError or SettingsError."""
    scenario = load(settings.scenario, base_edits(settings))
    for name, (low, high) in laws.limits(settings.law).items():
        prior = scenario.priors.get(laws.SLOT + name)
        if prior is not None and not low <= prior.quantile(1e-9) <= prior.quantile(1 - 1e-9) <= high:
            allowed = f"allowed for the {settings.law} law: {low:g} to {high:g}"
            raise SettingsError([f"scenario: priors.{laws.SLOT}{name} goes beyond what the law can take ({allowed})"])
    if settings.until is not None and not scenario.begins < settings.until <= scenario.last:
        allowed = f"after {scenario.begins:%Y-%m-%d}, at the latest {scenario.last:%Y-%m-%dT%H:%M}"
        raise SettingsError([f"until: outside the battle (got {settings.until:%Y-%m-%dT%H:%M}; allowed: {allowed})"])
    return scenario


def readings_of(scenario: Scenario, chosen: dict[str, str]) -> tuple[Edit, ...]:
    """The edits of the readings chosen; raise SettingsError for a reading or option that does not exist."""
    edits: list[Edit] = []
    for name, option in chosen.items():
        if name not in scenario.readings:
            known = ", ".join(scenario.readings) or "none"
            raise SettingsError([f"reading.{name}: unknown reading (allowed: {known})"])
        options = scenario.readings[name].options
        if option not in options:
            raise SettingsError([f"reading.{name}: unknown option (got {option!r}; allowed: {', '.join(options)})"])
        edits += options[option].edits
    return tuple(edits)


def stage_of(settings: Settings) -> Stage:
    """The stage of the base case, or of the perturbed one; raise ScenarioError or SettingsError."""
    base = scenario_of(settings)
    if not settings.perturb:
        if settings.branch is not None:
            raise SettingsError(["branch: nothing sets in then (allowed: with perturb=[...])"])
        return staged(settings, base)
    return perturbed(settings, base, perturbations_of(settings, base))


def staged(settings: Settings, scenario: Scenario, branch: Branch | None = None) -> Stage:
    """The stage of a scenario."""
    return Stage(
        scenario,
        law=settings.law,
        until=settings.until,
        draw="median" if settings.params == "median" else "prior",
        parameters=settings.fixed,
        branch=branch,
        given=None if settings.posterior is None else given_of(settings, settings.posterior),
    )


def given_of(settings: Settings, path: Path) -> Given:
    """The draws of a posterior as battles; raise SettingsError if it is of something else than the base case."""
    posterior = posterior_of(settings, path)
    return posterior.as_fought if settings.dice == "own" else posterior.with_fresh_dice


def posterior_of(settings: Settings, path: Path) -> "Posterior":
    """A posterior; raise SettingsError if it is of something else than the base case."""
    from sim.calibration.netcdf import PosteriorError

    need("xarray", "params=posterior:...", "infer")
    try:
        posterior = remembered(path, *stamp_of(path))
    except PosteriorError as error:
        raise SettingsError([f"params: {error}"]) from error
    about = posterior.about
    if about["scenario"] != scenario_of(settings).name:
        raise SettingsError([f"params: a posterior of {about['scenario']} (got scenario={settings.scenario})"])
    if about["law"] != settings.law:
        raise SettingsError([f"params: a posterior under the {about['law']} law (got law={settings.law})"])
    if about["law_params"] != settings.law_params:
        raise SettingsError(
            [f"law_params: those of the posterior are others (allowed: {about['law_params'] or 'none'})"]
        )
    then, now = about["scenario_digest"], scenario_of(settings).digest()
    if then != now:
        how = "what changes a calibrated battle is asked as perturb=[...]"
        raise SettingsError(
            [f"params: the scenario was another one when calibrated ({then[:8]}, now {now[:8]}): {how}"]
        )
    return posterior


def stamp_of(path: Path) -> tuple[float, int]:
    """What tells whether a posterior was written anew."""
    try:
        found = (path / FILE if path.is_dir() else path).stat()
    except OSError:
        return 0.0, 0
    return found.st_mtime, found.st_size


@lru_cache(maxsize=2)
def remembered(path: Path, written: float, size: int) -> "Posterior":
    """A posterior, read once: whatever is asked of it comes from many stages."""
    from sim.calibration.netcdf import read_posterior

    return read_posterior(path)


def need(module: str, asked: str, extra: str) -> None:
    """Refuse to begin without a library that not everybody has."""
    if importlib.util.find_spec(module) is None:
        raise SettingsError([f"{asked} needs {module}: pip install 'sim[{extra}]'"])


def perturbations_of(settings: Settings, base: Scenario) -> dict[str, tuple[Edit, ...]]:
    """The edits of each perturbation by name; raise SettingsError for one that the scenario can't have."""
    found = {}
    for name, perturbation in settings.perturb.items():
        try:
            found[name] = perturbation.edits(base)
        except PerturbationError as error:
            raise SettingsError([f"perturb.{name}.{error.setting}: {error.message}"]) from error
    return found


def perturbed(settings: Settings, base: Scenario, changes: dict[str, tuple[Edit, ...]]) -> Stage:
    """The stage of some perturbations together, from the beginning or from a moment on."""
    edits = tuple(edit for each in changes.values() for edit in each)
    changed = load(settings.scenario, (*base_edits(settings), *edits))
    if settings.branch is None:
        return staged(settings, changed)
    if not base.begins <= settings.branch < (settings.until or base.ends):
        allowed = f"{base.begins:%Y-%m-%dT%H:%M} to before {settings.until or base.ends:%Y-%m-%dT%H:%M}"
        raise SettingsError([f"branch: outside the battle (got {settings.branch:%Y-%m-%dT%H:%M}; allowed: {allowed})"])
    aligned = load(settings.scenario, (*base_edits(settings), *with_orders_of(base, edits)))
    stage = staged(settings, aligned, Branch(changed, settings.branch))
    try:
        stage.settings  # noqa: B018 (worked out now, so that what can't be is told before anything runs)
    except BranchError as error:
        raise SettingsError([f"branch: {', '.join(changes)} can't set in during the battle: {error}"]) from error
    return stage
