"""The settings of a command: composed by Hydra from conf/ and the command line, then checked as a whole."""

from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from hydra.errors import HydraException
from omegaconf.errors import OmegaConfBaseException
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from sim import laws
from sim.cli.compose import compose_plain
from sim.cli.errors import SettingsError as SettingsError
from sim.cli.groups import config_folders, split_config_dirs
from sim.cli.groups import experiments as experiments
from sim.cli.groups import ready_made as ready_made
from sim.cli.overrides import check_overrides
from sim.experiment import backends
from sim.perturbations import AnyPerturbation
from sim.schema import Deadline, Moment

AUTO = "auto"  # the backend that suits the clock
POSTERIOR = "posterior:"  # before the path of a calibration


def known_law(name: object) -> object:
    """Refuse a law that there is no file of."""
    if name not in laws.names():
        raise ValueError(f"unknown law (allowed: {', '.join(laws.names())})")
    return name


def some_folder(written: object) -> object:
    """Refuse an empty path, which would be the folder that one happens to be in."""
    if written in ("", None):
        raise ValueError("not a folder")
    return written


def known_params(written: object) -> object:
    """Refuse what is no way of coming by parameters."""
    if written not in ("prior", "median") and not (isinstance(written, str) and written.startswith(POSTERIOR)):
        raise ValueError("not a way of coming by parameters (allowed: prior, median, posterior:PATH)")
    if written == POSTERIOR:
        raise ValueError("posterior: of which calibration? (allowed: posterior:OUTPUT)")
    return written


def known_backend(name: object) -> object:
    """Refuse a backend that there is no file of."""
    if name not in (AUTO, *backends.names()):
        raise ValueError(f"unknown backend (allowed: {', '.join([AUTO, *backends.names()])})")
    return name


class BackendSettings(BaseModel):
    """Where battles are fought; `address` is that of a cluster's scheduler."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, BeforeValidator(known_backend)] = AUTO
    address: str | None = None


class Settings(BaseModel):
    """How to run a battle; the meaning of each is in conf/config.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    scenario: Annotated[str, Field(min_length=1)]
    law: Annotated[str, BeforeValidator(known_law)]
    clock: Literal["auto", "simpy", "compiled"]
    params: Annotated[str, BeforeValidator(known_params)]
    dice: Literal["own", "fresh"]
    runs: Annotated[int, Field(ge=1, le=10_000_000, strict=True)]
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)]
    until: Deadline | None
    backend: BackendSettings
    workers: Annotated[int | None, Field(ge=1, le=1024, strict=True)]
    keep: Annotated[int, Field(ge=0, strict=True)]
    outputs: Annotated[Path, BeforeValidator(some_folder)]
    asks: str | None
    perturb: dict[str, AnyPerturbation] = Field(default_factory=dict)
    branch: Moment | None
    set: dict[str, Any]
    reading: dict[str, str]
    law_params: dict[str, float]

    @model_validator(mode="after")
    def law_takes_them(self) -> "Settings":
        """Refuse a parameter that the law does not have, or a value at which it does not keep its promises."""
        limits = laws.limits(self.law)
        for name, value in self.law_params.items():
            if name not in limits:
                allowed = ", ".join(limits) or "none"
                raise ValueError(f"law_params.{name}: the {self.law} law takes no such parameter (allowed: {allowed})")
            low, high = limits[name]
            if not low <= value <= high:
                raise ValueError(f"law_params.{name}: out of range (got {value:g}; allowed: {low:g} to {high:g})")
        return self

    @property
    def posterior(self) -> Path | None:
        """Where the posterior is that parameters come from, if they do."""
        return Path(self.params.removeprefix(POSTERIOR)) if self.params.startswith(POSTERIOR) else None

    @property
    def fixed(self) -> dict[str, float]:
        """The slots of the parameter vector that are fixed by these settings."""
        return {laws.SLOT + name: value for name, value in self.law_params.items()}


class Own(BaseModel):
    """What one command has beside the settings that all have; the meaning of each is in its own file in conf/."""

    model_config = ConfigDict(extra="forbid", frozen=True)


OwnT = TypeVar("OwnT", bound=Own)


def compose_settings(overrides: list[str]) -> Settings:
    """The settings that conf/ and the overrides give; raise SettingsError with one line for each fault."""
    return checked(composed(overrides, "config", tuple(Settings.model_fields)))


def compose_with(overrides: list[str], primary: str, own: type[OwnT]) -> tuple[Settings, OwnT]:
    """The settings, and a command's own ones from conf/PRIMARY.yaml; raise SettingsError with one line a fault."""
    plain = composed(overrides, primary, (*own.model_fields, *Settings.model_fields))
    mine = {name: plain[name] for name in own.model_fields if name in plain}
    shared = {name: value for name, value in plain.items() if name in Settings.model_fields or name not in mine}
    if shared.get("runs") == "auto":  # the command knows how many that is
        shared["runs"] = 1
    settings = checked(shared)
    try:
        return settings, own.model_validate(mine)
    except ValidationError as error:
        raise SettingsError([complaint(fault, own) for fault in error.errors(include_url=False)]) from None


def composed(overrides: list[str], primary: str, known: tuple[str, ...]) -> Any:
    """The plain settings of a primary file of conf/ and the overrides."""
    own, overrides = split_config_dirs(overrides)
    folders = config_folders(own)
    try:
        check_overrides(overrides, folders)
        return compose_plain(overrides, primary, folders)
    except (HydraException, OmegaConfBaseException) as error:
        raise SettingsError([one_line(error, known)]) from error


def checked(plain: Any) -> Settings:
    """Settings from plain data; raise SettingsError with one line for each fault."""
    try:
        return Settings.model_validate(plain)
    except ValidationError as error:
        raise SettingsError([complaint(fault) for fault in error.errors(include_url=False)]) from None


def complaint(fault: Any, kind: type[BaseModel] = Settings) -> str:
    """One fault of the settings in one line."""
    path = ".".join(str(step) for step in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        return f"{path}: unknown option (allowed: {', '.join(kind.model_fields)})"
    if fault["type"] == "missing":
        return f"{path}: is missing"
    return message if not path else f"{path}: {message} (got {fault['input']!r})"


def one_line(error: Exception, known: tuple[str, ...] = tuple(Settings.model_fields)) -> str:
    """Hydra's message in one line, with the options that there are where one is unknown."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    if "Could not override 'law_params." in text:
        return f"{text.rstrip('.')}: a parameter of the law is set with a plus, like +law_params.NAME=0.5"
    if "Could not override 'set." in text or "Could not override 'reading." in text:
        return f"{text.rstrip('.')}: what the scenario has is changed with a plus, like +set.PATH=VALUE"
    if "Could not override" in text or "not in struct" in str(error):
        return f"{text.rstrip('.')} (allowed: {', '.join(known)})"
    return " ".join(lines[:6])
