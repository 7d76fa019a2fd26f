"""Keyword arguments of a call as the settings of a command: choices by name, values, scenarios and perturbations."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal, TypedDict, TypeVar

from sim.cli.errors import make_choice_error
from sim.cli.groups import list_choices
from sim.cli.settings import (
    POSTERIOR_PREFIX,
    CommandSettings,
    Settings,
    compose_command_settings,
    compose_config,
    compose_settings,
)
from sim.library.output import Output
from sim.library.temporary_folder import TemporaryFolder
from sim.perturbations.base import Perturbation
from sim.scenario import Scenario, load
from sim.scenario.loading import find_scenario_file
from sim.scenario.migration import SCHEMA, SCHEMA_KEY
from sim.scenario.problems import ScenarioError

ScenarioSource = str | os.PathLike[str] | Scenario
PerturbationSource = (
    str | Perturbation | Sequence[str | Perturbation] | Mapping[str, Perturbation]
)  # a name of conf/perturb, an object, several of both, or objects by names of one's own
Moment = datetime | date | str
ParameterSource = str | os.PathLike[str] | Output  # an output of `sim.calibrate`, or its folder: its posterior
OutputSource = str | os.PathLike[str] | Output
CommandSettingsT = TypeVar("CommandSettingsT", bound=CommandSettings)


class FurtherSettings(TypedDict, total=False):
    """Settings that every function takes as well, as keyword arguments; `conf/config.yaml` has the meaning of each."""

    law_parameters: Mapping[str, float]
    randomness: Literal["matched", "independent"]
    engine: Literal["auto", "simpy", "compiled"]
    intervene_at: Moment
    save_logs: int
    backend: str
    question_text: str


@dataclass(frozen=True)
class CallSettings:
    """What the keyword arguments of a call ask for.

    Parameters
    ----------
    choices
        Files of settings that are chosen by name, as on the command line: `question=NAME`.
    values
        Settings by name; those that are left out are as the files have them.
    folder
        The folder of a scenario that came as an object, which is to stay as long as the output does.
    """

    choices: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    folder: TemporaryFolder | None = None

    def compose(self, more: Sequence[str] = ()) -> Settings:
        """The settings with these, and with more choices; raise SimError with one line for each fault."""
        return compose_settings([*self.choices, *more], self.values)

    def compose_command(
        self, primary: str, model: type[CommandSettingsT], own: Mapping[str, Any]
    ) -> tuple[Settings, CommandSettingsT]:
        """The settings with these, and those of one command; raise SimError with one line for each fault."""
        return compose_command_settings([*self.choices], primary, model, {**self.values, **drop_missing(own)})


def read_call(
    scenario: ScenarioSource | None,
    perturb: PerturbationSource | None,
    values: Mapping[str, Any],
    **choices: str | None,
) -> CallSettings:
    """The settings that a call asks for.

    Parameters
    ----------
    scenario
        A name, a path or a model.
    perturb
        Perturbations, by name or as objects.
    values
        Settings by name; None leaves one as the files have it.
    choices
        Files of settings by their groups: `question="NAME/no_airstrikes"`.

    Returns
    -------
    CallSettings
        The settings, not yet checked.

    Examples
    --------
    >>> from sim.perturbations.strength import ChangeStrength
    >>> call = read_call("teaching", ChangeStrength(side="teal", factor=0.5), {"runs": 3, "seed": None})
    >>> settings = call.compose()
    >>> settings.scenario, settings.runs, list(settings.perturb)
    ('teaching', 3, ['strength'])
    """
    folder = None
    given = drop_missing(values)
    if "parameters" in values and isinstance(values["parameters"], os.PathLike | Output):
        given["parameters"] = f"{POSTERIOR_PREFIX}{find_output_folder(values['parameters'])}"
    if isinstance(scenario, Scenario):
        given["scenario"], folder = store_scenario(scenario)
    elif scenario is not None:
        given["scenario"] = os.fspath(scenario)
    if perturb is not None:
        given["perturb"] = name_perturbations(perturb)
    if "backend" in given:
        given["backend"] = {"name": given["backend"]}
    return CallSettings(tuple(f"{group}={name}" for group, name in choices.items() if name is not None), given, folder)


def drop_missing(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values without those that are None, as plain data."""
    return {name: convert_value(value) for name, value in values.items() if value is not None}


def convert_value(value: Any) -> Any:
    """A value as files of settings have it: paths and moments as text, mappings and lists as such."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    if isinstance(value, Mapping):
        return {name: convert_value(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [convert_value(each) for each in value]
    return value


def name_perturbations(perturb: PerturbationSource) -> dict[str, Any]:
    """Perturbations by name: those of `conf/perturb` by theirs, objects by their kind unless they have a name.

    Examples
    --------
    >>> from sim.perturbations.cancel import CancelOrders
    >>> list(name_perturbations(["no_airstrikes", CancelOrders(order_kind="ambush")]))
    ['no_airstrikes', 'cancel']
    """
    if isinstance(perturb, Mapping):
        return dict(perturb)
    named: dict[str, Any] = {}
    for each in [perturb] if isinstance(perturb, str | Perturbation) else perturb:
        if isinstance(each, str):
            named |= read_perturbation(each)
        else:
            kind = str(each.model_dump(include={"kind"})["kind"])
            same_kind = sum(name.split(" ")[0] == kind for name in named)
            named[f"{kind} {same_kind + 1}" if same_kind else kind] = each
    return named


def read_perturbation(name: str) -> dict[str, Any]:
    """A ready-made perturbation by its name; raise SimError for an unknown one."""
    if name not in (allowed := list_choices("perturb")):
        raise make_choice_error("perturb", "perturbation", name, allowed)
    perturbations: dict[str, Any] = compose_config([f"perturb=[{name}]"], "config", tuple(Settings.model_fields))[
        "perturb"
    ]
    return perturbations


def store_scenario(scenario: Scenario) -> tuple[str, TemporaryFolder | None]:
    """The name of a scenario that is shipped, or the path of a file that it is written into, and its folder."""
    try:
        find_scenario_file(scenario.name)
        if load(scenario.name).compute_digest() == scenario.compute_digest():
            return scenario.name, None
    except ScenarioError:  # another one, of a user
        pass
    folder = TemporaryFolder()
    path = folder.path / f"{scenario.name}.yaml"
    data = {SCHEMA_KEY: SCHEMA} | scenario.model_dump(mode="json", exclude_defaults=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
    return str(path), folder


def find_output_folder(output: OutputSource) -> Path:
    """The folder of an output, or of one that is named by its path."""
    return output.folder if isinstance(output, Output) else Path(output)
