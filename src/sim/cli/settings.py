"""The settings of a command: composed by Hydra from conf/ and the command line, then checked as a whole."""

from pathlib import Path
from typing import Annotated, Any, Literal

from hydra import compose, initialize_config_dir
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from sim import files, laws
from sim.scenario import Edit, Scenario, load
from sim.schema import Deadline


class SettingsError(Exception):
    """Settings that can't be used; `lines` are the messages."""

    def __init__(self, lines: list[str]):
        super().__init__("\n".join(lines))
        self.lines = lines


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


class Settings(BaseModel):
    """How to run a battle; the meaning of each is in conf/config.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
    scenario: Annotated[str, Field(min_length=1)]
    law: Annotated[str, BeforeValidator(known_law)]
    clock: Literal["auto", "simpy", "compiled"]
    params: Literal["prior", "median"]
    runs: Annotated[int, Field(ge=1, le=10_000_000, strict=True)]
    seed: Annotated[int, Field(ge=0, lt=2**63, strict=True)]
    until: Deadline | None
    workers: Annotated[int | None, Field(ge=1, le=1024, strict=True)]
    keep: Annotated[int, Field(ge=0, strict=True)]
    outputs: Annotated[Path, BeforeValidator(some_folder)]
    set: dict[str, Any]
    reading: dict[str, str]


def compose_settings(overrides: list[str]) -> Settings:
    """The settings that conf/ and the overrides give; raise SettingsError with one line for each fault."""
    check_experiments(overrides)
    check_contradictions(overrides)
    try:
        with initialize_config_dir(config_dir=str(files.conf_folder()), version_base="1.3"):
            config = compose("config", overrides=overrides)
        plain = OmegaConf.to_container(config, resolve=True)
    except (HydraException, OmegaConfBaseException) as error:
        raise SettingsError([one_line(error)]) from error
    return checked(plain)


def check_experiments(overrides: list[str]) -> None:
    """Refuse an experiment that there is no file of: Hydra passes over it, since the group is optional."""
    known = sorted(path.stem for path in (files.conf_folder() / "experiment").glob("*.yaml"))
    for override in overrides:
        key, _, names = override.partition("=")
        for name in names.split(",") if key.lstrip("+") == "experiment" else ():
            if name not in (*known, "null"):
                raise SettingsError([f"experiment: unknown experiment (got {name!r}; allowed: {', '.join(known)})"])


def check_contradictions(overrides: list[str]) -> None:
    """Refuse two values for one setting, or for a thing and a part of it: Hydra silently takes the last."""
    values: dict[str, str] = {}
    for override in overrides:
        key, _, value = override.partition("=")
        key = key.lstrip("+")
        if values.setdefault(key, value) != value:
            raise SettingsError([f"{key}: is set twice (got {values[key]} and {value})"])
    for key in values:
        for inner in values:
            if inner.startswith(f"{key}."):
                raise SettingsError([f"{inner}: is set inside {key}, which is set too"])


def checked(plain: Any) -> Settings:
    """Settings from plain data; raise SettingsError with one line for each fault."""
    try:
        return Settings.model_validate(plain)
    except ValidationError as error:
        raise SettingsError([complaint(fault) for fault in error.errors(include_url=False)]) from None


def complaint(fault: Any) -> str:
    """One fault of the settings in one line."""
    path = ".".join(str(step) for step in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        return f"{path}: unknown option (allowed: {', '.join(Settings.model_fields)})"
    if fault["type"] == "missing":
        return f"{path}: is missing"
    return f"{path}: {message} (got {fault['input']!r})"


def one_line(error: Exception) -> str:
    """Hydra's message in one line, with the options that there are where one is unknown."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    text = lines[0] if lines else type(error).__name__
    if "Could not override 'set." in text or "Could not override 'reading." in text:
        return f"{text.rstrip('.')}: what the scenario has is changed with a plus, like +set.PATH=VALUE"
    if "Could not override" in text or "not in struct" in str(error):
        return f"{text.rstrip('.')} (allowed: {', '.join(Settings.model_fields)})"
    return " ".join(lines[:6])


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


def scenario_of(settings: Settings) -> Scenario:
    """The scenario with the readings and changes asked for; raise ScenarioError or SettingsError."""
    if not settings.reading and not settings.set:
        scenario = load(settings.scenario)
    else:
        base = load(settings.scenario)
        scenario = load(settings.scenario, (*readings_of(base, settings.reading), *edits_of(settings)))
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
