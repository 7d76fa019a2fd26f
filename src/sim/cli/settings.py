"""The settings of a command: composed by Hydra from conf/ and the command line, then validated as a whole."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from sim import laws, paths
from sim.cli.composition_cache import compose_or_recall
from sim.cli.errors import SettingsError
from sim.cli.groups import find_config_folders, split_config_dirs
from sim.cli.scenario_folders import resolve_scenario, split_scenario_folders
from sim.cli.validation_messages import format_fault
from sim.perturbations import AnyPerturbation
from sim.runs import backends
from sim.scenario.rule_parameters import LAW_PREFIX
from sim.types import EndTime, StartTime

AUTO_BACKEND = "auto"  # the backend that suits the clock
CLUSTER_BACKEND = "dask"  # the backend that has an address
CALIBRATED = "calibrated"  # by the posterior that is shipped with the scenario
POSTERIOR_PREFIX = "posterior:"  # before the path of a calibration
POOL_PREFIX = "pooled:"  # before the path of several, pooled


def validate_law(name: object) -> object:
    """Refuse an unknown law."""
    if name not in laws.list_names():
        raise ValueError(f"unknown law (allowed: {', '.join(laws.list_names())})")
    return name


def validate_folder(value: object) -> object:
    """Refuse what is no path, and an empty one, which would be the working directory."""
    if not isinstance(value, str | Path) or not str(value):
        raise ValueError("not a folder")
    return value


def validate_overrides(node: Any, path: str = "override") -> Any:
    """Refuse changes of the scenario that change nothing, or have no name."""
    for key, value in node.items() if isinstance(node, dict) else ():
        if not isinstance(key, str) or "" in key.split("."):
            raise ValueError(f"{path}: a name without letters")
        if value == {}:
            raise ValueError(f"{path}.{key}: an empty mapping changes nothing (allowed: a value)")
        validate_overrides(value, f"{path}.{key}")
    return node


def validate_parameter_source(value: object) -> object:
    """Refuse what is no source of parameters."""
    prefixes = (POSTERIOR_PREFIX, POOL_PREFIX)
    if value not in ("prior", "median", CALIBRATED) and not (isinstance(value, str) and value.startswith(prefixes)):
        raise ValueError(
            "not a way of coming by parameters (allowed: prior, median, calibrated, posterior:PATH, pooled:PATH)"
        )
    if value == POSTERIOR_PREFIX:
        raise ValueError("posterior: of which calibration? (allowed: posterior:OUTPUT)")
    if value == POOL_PREFIX:
        raise ValueError("pooled: by which sim pool? (allowed: pooled:OUTPUT)")
    return value


def validate_backend(name: object) -> object:
    """Refuse an unknown backend."""
    if name not in (AUTO_BACKEND, *backends.list_backends()):
        raise ValueError(f"unknown backend (allowed: {', '.join([AUTO_BACKEND, *backends.list_backends()])})")
    return name


class BackendSettings(BaseModel):
    """Where battles are simulated; `address` is that of a cluster's scheduler."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, BeforeValidator(validate_backend)] = AUTO_BACKEND
    address: str | None = None

    @model_validator(mode="after")
    def validate_address(self) -> "BackendSettings":
        """Refuse an address that nothing would be sent to."""
        if self.address is not None and self.name != CLUSTER_BACKEND:
            allowed = f"allowed: backend={CLUSTER_BACKEND}"
            raise ValueError(f"backend.address: only a cluster has one (got backend={self.name}; {allowed})")
        return self


class Settings(BaseModel):
    """The settings that all commands share; conf/config.yaml has the meaning of each."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    scenario: Annotated[str, Field(min_length=1)]
    law: Annotated[str, BeforeValidator(validate_law)]
    engine: Literal["auto", "simpy", "compiled"]
    parameters: Annotated[str, BeforeValidator(validate_parameter_source)]
    randomness: Literal["matched", "independent"]
    runs: Annotated[int, Field(ge=1, le=10_000_000, strict=True)]
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)]
    until: EndTime | None
    backend: BackendSettings
    workers: Annotated[int | None, Field(ge=1, le=1024, strict=True)]
    save_logs: Annotated[int, Field(ge=0, strict=True)]
    outputs: Annotated[Path, BeforeValidator(validate_folder)]
    question_text: str | None
    perturb: dict[str, AnyPerturbation] = Field(default_factory=dict)
    intervene_at: StartTime | None
    override: Annotated[dict[str, Any], BeforeValidator(validate_overrides)]
    reading: dict[str, str]
    law_parameters: dict[str, float]

    @model_validator(mode="after")
    def validate_law_parameters(self) -> "Settings":
        """Refuse a parameter that the law does not have, or a value out of its range."""
        limits = laws.load_limits(self.law)
        for name, value in self.law_parameters.items():
            if name not in limits:
                allowed = ", ".join(limits) or "none"
                raise ValueError(
                    f"law_parameters.{name}: {laws.find_display_name(self.law)} takes no such parameter "
                    f"(allowed: {allowed})"
                )
            low, high = limits[name]
            if not low <= value <= high:
                raise ValueError(f"law_parameters.{name}: out of range (got {value:g}; allowed: {low:g} to {high:g})")
        return self

    @model_validator(mode="after")
    def validate_randomness(self) -> "Settings":
        """Refuse other random inputs than those of a posterior, if there is none."""
        if self.randomness != "matched" and self.posterior_path is None:
            raise ValueError(
                f"randomness: only battles of a posterior have random inputs of their own (got {self.randomness}; "
                "allowed: with parameters=posterior:OUTPUT or parameters=calibrated)"
            )
        return self

    @property
    def posterior_path(self) -> Path | None:
        """The posterior that parameters are drawn from, if any: of a calibration, or shipped with the scenario."""
        if self.parameters == CALIBRATED:
            return paths.posterior_folder() / Path(self.scenario).stem
        return (
            Path(self.parameters.removeprefix(POSTERIOR_PREFIX))
            if self.parameters.startswith(POSTERIOR_PREFIX)
            else None
        )

    @property
    def pool_path(self) -> Path | None:
        """The pool of other battles that shared parameters are drawn from, if any."""
        return Path(self.parameters.removeprefix(POOL_PREFIX)) if self.parameters.startswith(POOL_PREFIX) else None

    @property
    def fixed_parameters(self) -> dict[str, float]:
        """The parameters that these settings fix, by their names in the parameter vector."""
        return {LAW_PREFIX + name: value for name, value in self.law_parameters.items()}


class CommandSettings(BaseModel):
    """The settings of one command beside the shared ones; the command's file in conf/ has the meaning of each."""

    model_config = ConfigDict(extra="forbid", frozen=True)


CommandSettingsT = TypeVar("CommandSettingsT", bound=CommandSettings)


NO_VALUES: Mapping[str, Any] = {}


def compose_settings(overrides: list[str], values: Mapping[str, Any] = NO_VALUES) -> Settings:
    """The settings from conf/ and overrides; raise SettingsError with one line for each fault.

    Parameters
    ----------
    overrides
        Arguments as they are written on the command line.
    values
        Settings by name that stand in the place of those: plain data, or objects of the model.
    """
    return validate_settings(compose_config(overrides, "config", tuple(Settings.model_fields)) | values)


def compose_command_settings(
    overrides: list[str], primary: str, model: type[CommandSettingsT], values: Mapping[str, Any] = NO_VALUES
) -> tuple[Settings, CommandSettingsT]:
    """The shared settings and a command's own from conf/PRIMARY.yaml; raise SettingsError with all faults.

    Overrides and values are those of `compose_settings`.
    """
    values = compose_config(overrides, primary, (*model.model_fields, *Settings.model_fields)) | values
    own_values = {name: values[name] for name in model.model_fields if name in values}
    shared_values = {
        name: value for name, value in values.items() if name in Settings.model_fields or name not in own_values
    }
    if shared_values.get("runs") == "auto":  # the command decides how many
        shared_values["runs"] = 1
    settings = validate_settings(shared_values)
    try:
        return settings, model.model_validate(own_values)
    except ValidationError as error:
        raise SettingsError([format_fault(fault, model) for fault in error.errors(include_url=False)]) from None


def compose_config(overrides: list[str], primary: str, allowed: tuple[str, ...]) -> Any:
    """The settings of a primary file of conf/ and overrides as plain data."""
    user_folders, overrides = split_config_dirs(overrides)
    scenario_folders, overrides = split_scenario_folders(overrides)
    folders = find_config_folders(user_folders)
    return resolve_scenario(compose_or_recall(overrides, primary, folders, allowed), scenario_folders)


def validate_settings(values: Any) -> Settings:
    """Settings from plain data; raise SettingsError with one line for each fault."""
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError([format_fault(fault, Settings) for fault in error.errors(include_url=False)]) from None


def settings_as_argv(settings: Settings) -> list[str]:
    """The main settings as arguments of a command line."""
    values: Mapping[str, Any] = settings.model_dump(mode="json", include={"scenario", "law", "runs", "seed"})
    return [f"{name}={value}" for name, value in values.items()]
