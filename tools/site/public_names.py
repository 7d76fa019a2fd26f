"""The public names: what `import sim` has, and the functions and classes that scripts and plug-ins are written against.

Each has a docstring with its sections and examples, which the tests hold, and a place in the site's reference.
"""

import inspect
from importlib import import_module
from typing import Any

import sim

# Beside those of `sim.__all__`: a module and a name in it.
PUBLIC_NAMES = (
    "sim.analysis.output_differences:compare_outputs",
    "sim.battle.run_result:RunResult",
    "sim.battle.simulation:Simulation",
    "sim.battle.simulation:Simulation.run",
    "sim.battle.simulation:Simulation.with_draws",
    "sim.battle.simulation:fight",
    "sim.battle.supplied_draws:RandomOverrides",
    "sim.battle.supplied_draws:SuppliedDraws",
    "sim.errors:SimError",
    "sim.events.daily:compute_daily_series",
    "sim.events.event_text:list_events",
    "sim.events.log:Labels.local_time",
    "sim.events.observable:Observable.observe",
    "sim.events.statistics:LogStatistic",
    "sim.inference.chains:run_chains",
    "sim.inference.chains:run_smc",
    "sim.inference.netcdf:read_posterior",
    "sim.inference.particles:Particles",
    "sim.inference.posterior:Posterior",
    "sim.laws.deitchman:rates",
    "sim.laws.fatigue:rates",
    "sim.laws.linear:rates",
    "sim.laws.logarithmic:rates",
    "sim.laws.power:rates",
    "sim.laws.square:rates",
    "sim.library.calibrate:calibrate",
    "sim.library.call_settings:read_call",
    "sim.library.diff:diff",
    "sim.library.opening:open_stored",
    "sim.library.output:Output",
    "sim.library.output:Output.plot",
    "sim.library.output:Output.table",
    "sim.library.run:RunOutput.control",
    "sim.library.run:run",
    "sim.library.score:score",
    "sim.library.sweep:sweep",
    "sim.library.temporary_folder:TemporaryFolder",
    "sim.library.whatif:whatif",
    "sim.likelihood.observation_model:build_observation_model",
    "sim.likelihood.observation_model:log_likelihood",
    "sim.likelihood.simulated_reports:simulate_reports",
    "sim.registry:PluginRegistry",
    "sim.registry:PluginRegistry.load",
    "sim.runs.design:make_design_points",
    "sim.runs.design:sample_unit_cube",
    "sim.runs.paired:run_paired_comparison",
    "sim.runs.replicate:Batch",
    "sim.runs.replicate:Study",
    "sim.runs.replicate:choose_engine",
    "sim.runs.replicate:replicate",
    "sim.runs.replicate:run_study",
    "sim.runs.sweep:run_sweep",
    "sim.scenario.claim_kinds:ClaimKind",
    "sim.scenario.evidence:ReportedInterval",
    "sim.scenario.loading:load",
    "sim.scenario.model:Scenario.compute_digest",
    "sim.scoring.baseline_inputs:Prediction",
    "sim.scoring.evaluate:evaluate_splits",
    "sim.scoring.scores:compute_crps",
    "sim.scoring.scores:compute_fair_crps",
    "sim.scoring.scores:score_brier",
    "sim.scoring.scores:score_crps",
    "sim.scoring.scores:score_fair_crps",
    "sim.scoring.scores:score_log_crps",
    "sim.scoring.scores:score_rps",
    "sim.scoring.skill:compute_skill_score",
)


def find_public(name: str) -> Any:
    """A function, class or method by its module and its name there, as `sim.laws.square:rates`."""
    module, _, rest = name.partition(":")
    found: Any = import_module(module)
    for part in rest.split("."):
        found = getattr(found, part)
    return found


def list_package_names() -> dict[str, str]:
    """Where each name of `sim.__all__` is defined: `{"sim.load": "sim.scenario.loading.load", ...}`."""
    return {f"sim.{name}": locate_definition(getattr(sim, name)) for name in sim.__all__}


def list_module_names() -> list[str]:
    """The other public names with dots. Methods stand with their class, if that is public itself."""
    present = {*list_package_names().values(), *(name.replace(":", ".") for name in PUBLIC_NAMES)}
    dotted = [name.replace(":", ".") for name in PUBLIC_NAMES]
    return [
        name for name in dotted if name.rpartition(".")[0] not in present and name not in list_package_names().values()
    ]


def locate_definition(value: Any) -> str:
    """The module of a public function, class or module, and its name there."""
    return str(value.__name__) if inspect.ismodule(value) else f"{value.__module__}.{value.__qualname__}"
