"""From settings to a scenario (with interpretations, overrides and perturbations) and its simulation."""

import importlib.util
from datetime import datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sim import laws, paths
from sim.battle.intervention import Intervention, InterventionError, add_cancelled_orders
from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import SuppliedDraws
from sim.cli.errors import SettingsError, make_choice_error, suggest_name
from sim.cli.settings import CALIBRATED, Settings
from sim.outputs.deviations import flatten_overrides
from sim.perturbations.base import PerturbationError
from sim.scenario import Edit, Scenario, load
from sim.scenario.prior_pools import load_pool
from sim.scenario.rule_parameters import LAW_PREFIX

if TYPE_CHECKING:
    from sim.inference.posterior import Posterior

POSTERIOR_FILE = "posterior.nc"  # in the output of a calibration


def build_override_edits(settings: Settings) -> tuple[Edit, ...]:
    """The edits of the scenario that `+override.a.b=value` asks for."""
    return tuple(Edit(path=path, value=value) for path, value in flatten_overrides(settings.override))


def build_base_edits(settings: Settings) -> tuple[Edit, ...]:
    """The edits of interpretations and overrides, without perturbations."""
    if not settings.reading:
        return build_override_edits(settings)
    return (*build_interpretation_edits(load(settings.scenario), settings.reading), *build_override_edits(settings))


def build_scenario(settings: Settings) -> Scenario:
    """The base case: the scenario with interpretations and overrides; raise ScenarioError or SettingsError."""
    scenario = load(settings.scenario, build_base_edits(settings))
    for name, (low, high) in laws.load_limits(settings.law).items():
        prior = scenario.priors.get(LAW_PREFIX + name)
        if prior is not None and not low <= prior.quantile(1e-9) <= prior.quantile(1 - 1e-9) <= high:
            allowed = f"allowed for {laws.find_display_name(settings.law)}: {low:g} to {high:g}"
            raise SettingsError([f"scenario: priors.{LAW_PREFIX}{name} goes beyond what the law can take ({allowed})"])
    if scenario.prior_pool is not None and (law := load_pool(scenario.prior_pool).law) != settings.law:
        raise SettingsError(
            [f"law: {scenario.prior_pool} is pooled under another (got {settings.law}; allowed: {law})"]
        )
    if settings.until is not None and not scenario.begins < settings.until <= scenario.horizon:
        allowed = f"after {scenario.begins:%Y-%m-%d}, at the latest {format_end_time(scenario.horizon)}"
        raise SettingsError([f"until: outside the battle (got {format_end_time(settings.until)}; allowed: {allowed})"])
    return scenario


def format_end_time(moment: datetime) -> str:
    """A moment at which a battle ends, as it would be set: midnight is the end of a day, whose date stands for it."""
    is_midnight = moment.time() == time()
    return f"{moment - timedelta(days=1):%Y-%m-%d}" if is_midnight else f"{moment:%Y-%m-%dT%H:%M}"


def build_interpretation_edits(scenario: Scenario, chosen: dict[str, str]) -> tuple[Edit, ...]:
    """The edits of the chosen interpretations; raise SettingsError for one that does not exist."""
    edits: list[Edit] = []
    for name, option in chosen.items():
        if name not in scenario.readings:
            allowed = ", ".join(scenario.readings) or "none"
            suggestion = suggest_name(name, scenario.readings)
            raise SettingsError([f"reading.{name}: unknown reading ({suggestion}allowed: {allowed})"])
        options = scenario.readings[name].options
        if option not in options:
            raise make_choice_error(f"reading.{name}", "option", option, options)
        edits += options[option].edits
    return tuple(edits)


def build_simulation(settings: Settings) -> Simulation:
    """The simulation of the base case, or of the perturbed one; raise ScenarioError or SettingsError."""
    base = build_scenario(settings)
    if not settings.perturb:
        if settings.intervene_at is not None:
            raise SettingsError(["intervene_at: needs a perturbation that begins then (allowed: with perturb=[...])"])
        return make_simulation(settings, base)
    return build_perturbed_simulation(settings, base, build_perturbation_edits(settings, base))


def make_simulation(settings: Settings, scenario: Scenario, intervention: Intervention | None = None) -> Simulation:
    """The simulation of a scenario."""
    return Simulation(
        scenario,
        law=settings.law,
        until=settings.until,
        draw="median" if settings.parameters == "median" else "prior",
        parameters=settings.fixed_parameters,
        intervention=intervention,
        supplied=load_supplied_draws(settings, scenario),
    )


def load_supplied_draws(settings: Settings, scenario: Scenario) -> SuppliedDraws | None:
    """The draws of a posterior or of a pool; None if parameters are drawn from the prior.

    Raises
    ------
    SettingsError
        The posterior is not of the base case, or the pool is of another law or has nothing that the scenario has.
    """
    if settings.pool_path is not None:
        return load_pooled_draws(settings, settings.pool_path, scenario)
    if settings.posterior_path is None:
        return None
    posterior = load_posterior(settings, settings.posterior_path)
    return posterior.matched_draws if settings.randomness == "matched" else posterior.independent_draws


def load_pooled_draws(settings: Settings, path: Path, scenario: Scenario) -> SuppliedDraws:
    """The draws of a pool for a scenario, without what it taught itself."""
    from sim.inference.pool_tables import read_pooled_draws
    from sim.storage.manifest import PoolManifest
    from sim.storage.reader import open_output
    from sim.storage.seal import StoredError

    try:
        output = open_output(path)
        law = output.require(PoolManifest).law
        draws = read_pooled_draws(output, scenario)
    except StoredError as error:
        raise SettingsError([f"parameters: {error}"]) from error
    if law != settings.law:
        raise SettingsError([f"parameters: pooled under {laws.find_display_name(law)} (got law={settings.law})"])
    if not draws.priors or len(draws.values) == 0:
        raise SettingsError([f"parameters: {path} says nothing of the unknowns of {scenario.name}"])
    return draws


def load_posterior(settings: Settings, path: Path) -> "Posterior":
    """A posterior; raise SettingsError if it is not of the base case."""
    from sim.inference.netcdf import PosteriorError

    require_library("xarray", "parameters=posterior:...", "infer")
    if settings.parameters == CALIBRATED and not path.is_dir():
        shipped = ", ".join(sorted(each.name for each in paths.posterior_folder().iterdir()))
        raise SettingsError([f"parameters: no posterior is shipped with {path.name} (shipped with: {shipped})"])
    try:
        posterior = read_cached_posterior(path, *read_file_stamp(path))
    except PosteriorError as error:
        raise SettingsError([f"parameters: {error}"]) from error
    metadata = posterior.metadata
    if metadata.scenario != build_scenario(settings).name:
        raise SettingsError([f"parameters: a posterior of {metadata.scenario} (got scenario={settings.scenario})"])
    if metadata.law != settings.law:
        raise SettingsError(
            [f"parameters: a posterior under {laws.find_display_name(metadata.law)} (got law={settings.law})"]
        )
    if metadata.law_parameters != settings.law_parameters:
        raise SettingsError(
            [f"law_parameters: those of the posterior are others (allowed: {metadata.law_parameters or 'none'})"]
        )
    calibrated_digest, current_digest = metadata.scenario_digest, build_scenario(settings).compute_digest()
    if calibrated_digest != current_digest:
        digests = f"{calibrated_digest[:8]}, now {current_digest[:8]}"
        advice = "what changes a calibrated battle is asked as perturb=[...]"
        raise SettingsError([f"parameters: the scenario was another one when calibrated ({digests}): {advice}"])
    return posterior


def read_file_stamp(path: Path) -> tuple[float, int]:
    """Time and size of a posterior's file, which change when it is written anew."""
    try:
        status = (path / POSTERIOR_FILE if path.is_dir() else path).stat()
    except OSError:
        return 0.0, 0
    return status.st_mtime, status.st_size


@lru_cache(maxsize=2)
def read_cached_posterior(path: Path, modified: float, size: int) -> "Posterior":
    """A posterior, read once although many simulations need it."""
    from sim.inference.netcdf import read_posterior

    return read_posterior(path)


def require_library(module: str, feature: str, extra: str) -> None:
    """Raise SettingsError if an optional library is not installed."""
    if importlib.util.find_spec(module) is None:
        raise SettingsError([f"{feature} needs {module}: pip install 'sim[{extra}]'"])


def build_perturbation_edits(settings: Settings, base: Scenario) -> dict[str, tuple[Edit, ...]]:
    """The edits of each perturbation by name; raise SettingsError for one that does not fit the scenario."""
    edits_by_name = {}
    for name, perturbation in settings.perturb.items():
        try:
            edits_by_name[name] = perturbation.edits(base)
        except PerturbationError as error:
            raise SettingsError([f"perturb.{name}.{error.setting}: {error.message}"]) from error
    return edits_by_name


def build_perturbed_simulation(settings: Settings, base: Scenario, changes: dict[str, tuple[Edit, ...]]) -> Simulation:
    """The simulation of some perturbations together, from the beginning or from a moment on."""
    edits = tuple(edit for each in changes.values() for edit in each)
    changed = load(settings.scenario, (*build_base_edits(settings), *edits))
    if settings.intervene_at is None:
        return make_simulation(settings, changed)
    if not base.begins <= settings.intervene_at < (settings.until or base.ends):
        allowed = f"{base.begins:%Y-%m-%dT%H:%M} to before {settings.until or base.ends:%Y-%m-%dT%H:%M}"
        raise SettingsError(
            [f"intervene_at: outside the battle (got {settings.intervene_at:%Y-%m-%dT%H:%M}; allowed: {allowed})"]
        )
    aligned = load(settings.scenario, (*build_base_edits(settings), *add_cancelled_orders(base, edits)))
    simulation = make_simulation(settings, aligned, Intervention(changed, settings.intervene_at))
    try:
        simulation.overrides  # noqa: B018 (computed now, so that faults are reported before anything runs)
    except InterventionError as error:
        raise SettingsError([f"intervene_at: {', '.join(changes)} can't set in during the battle: {error}"]) from error
    return simulation
