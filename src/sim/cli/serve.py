"""`sim serve`: a page on this machine whose sliders fight the battle again while they move."""

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

from sim import laws, paths
from sim.cli.arguments import read_whole_number, settings_command, split_arguments
from sim.cli.build import build_base_edits, build_scenario, make_simulation, require_library
from sim.cli.console import make_status_console
from sim.cli.errors import SettingsError
from sim.cli.settings import CALIBRATED, POOL_PREFIX, Settings, compose_settings, validate_settings
from sim.scenario.basemap import load_basemap

if TYPE_CHECKING:
    from sim.serve.explorer import BaseCase, BaseSettings, Explorer
    from sim.serve.games import GameArchive
    from sim.serve.long_runs import Archive
    from sim.serve.page import Page

USAGE = (
    "usage: sim serve [scenario=NAME] [open=false] [port=NUMBER] [setting=value ...]\n\n"
    "Opens a page in the browser, for this machine alone: move a slider, and the battle is fought again with the same\n"
    "luck. `open=false` prints the link and opens nothing; `port` is the port to listen on, a free one if not given.\n"
    "Ctrl-C ends it."
)
OWN_ARGUMENTS = ("open", "port")
UNUSED = (
    "runs",
    "randomness",
    "save_logs",
    "engine",
    "backend",
    "intervene_at",
    "question_text",
    "question",
    "perturb",
)
MAX_PORT = 65_535


@settings_command(USAGE, own_arguments=OWN_ARGUMENTS, unused=UNUSED)
def command(argv: list[str]) -> int:
    """Serve the explorer until Ctrl-C."""
    own_values, overrides = split_arguments(argv, OWN_ARGUMENTS)
    is_opened = parse_switch("open", own_values.get("open", "true"))
    port = parse_port(own_values.get("port", "0"))
    for library in ("starlette", "uvicorn"):
        require_library(library, "sim serve", "serve")
    settings = compose_settings(overrides)
    from sim.serve.access import Access
    from sim.serve.application import Service, make_application
    from sim.serve.question_service import QuestionService
    from sim.serve.seat_page import SeatPage
    from sim.serve.seat_service import SeatService
    from sim.serve.server import choose_address, serve

    explorer = make_explorer(settings)
    page = make_page(settings, explorer, argv)
    try:
        listener, address = choose_address(
            settings.outputs / "serve" / f"{explorer.find_base(explorer.settings).scenario.name}.json", port
        )
    except OSError as error:
        raise SettingsError([f"port: can't listen on {port or 'any port'}: {error.strerror or error}"]) from error
    console = make_status_console()
    with listener:
        console.print("Loading the rules and fighting the first battles (the first time ever: a minute or two).")
        for _ in explorer.prepare():
            pass
        console.print(f"Open {address.link}\nCtrl-C ends it.")
        service, access = Service(explorer, page), Access(address.port, address.token)
        questions = QuestionService(
            service, access, make_archive(settings), settings.scenario, list_calibration_arguments(settings)
        )
        seat = SeatService(
            service, make_games(settings, overrides), SeatPage(explorer.find_base(explorer.settings).scenario)
        )
        application = make_application(service, access, [*questions.make_routes(), *seat.make_routes()])
        serve(application, listener, address.link if is_opened else None)
    return 0


def parse_switch(name: str, text: str) -> bool:
    """True or false; raise SettingsError for anything else."""
    if text not in ("true", "false"):
        raise SettingsError([f"{name}: not true or false (got {text!r})"])
    return text == "true"


def parse_port(text: str) -> int:
    """The number of a port; raise SettingsError for anything else."""
    port = read_whole_number(text)
    if port is None or port > MAX_PORT:
        raise SettingsError([f"port: not a port (got {text!r}; allowed: 1 to {MAX_PORT}, or 0 for a free one)"])
    return port


def make_explorer(settings: Settings) -> "Explorer":
    """The explorer of some settings; raise SettingsError or ScenarioError."""
    from sim.serve.explorer import BaseCase, BaseSettings, Explorer
    from sim.serve.levers import PositionError

    def make_base(chosen: BaseSettings) -> BaseCase:
        try:
            return make_base_case(settings, chosen)
        except SettingsError as error:  # of what was chosen on the page: that of the call was checked before
            raise PositionError(str(error)) from error

    first = BaseSettings(settings.law, is_calibrated(settings), tuple(settings.reading.items()))
    make_base_case(settings, first)
    return Explorer(make_base, first, settings.workers or os.cpu_count() or 1)


def make_archive(settings: Settings) -> "Archive":
    """The questions and outputs in the folder of outputs."""
    from sim.serve.long_runs import Archive
    from sim.serve.questions import QuestionFolder

    workers = () if settings.workers is None else (f"workers={settings.workers}",)
    return Archive(settings.outputs, QuestionFolder(settings.outputs / "serve" / "conf"), workers)


def make_games(settings: Settings, overrides: list[str]) -> "GameArchive":
    """The games in the folder of outputs; new ones have the settings of the call, and go on with `sim play`."""
    from sim.cli.stored_game import StoredGame, begin_stored_game, open_stored_game
    from sim.serve.games import GameArchive
    from sim.serve.levers import PositionError

    def begin(own_values: dict[str, str]) -> StoredGame:
        try:
            return begin_stored_game(overrides, own_values)
        except SettingsError as error:
            raise PositionError(str(error)) from error

    def open_game(folder: Path) -> StoredGame:
        try:
            return open_stored_game(folder)
        except SettingsError as error:
            raise PositionError(str(error)) from error

    return GameArchive(settings.outputs, begin, open_game)


def find_calibration(settings: Settings) -> str | None:
    """What `parameters` of a calibrated battle are: those of the call, or the posterior that is shipped; else None."""
    if is_calibrated(settings):
        return settings.parameters
    is_shipped = (paths.posterior_folder() / Path(settings.scenario).stem).is_dir()
    return CALIBRATED if is_shipped and importlib.util.find_spec("xarray") is not None else None


def list_calibration_arguments(settings: Settings) -> tuple[str, ...]:
    """The arguments of a calibrated battle: with a posterior each pair has luck of its own."""
    calibration = find_calibration(settings)
    if calibration is None:
        return ()
    own_luck = () if calibration.startswith(POOL_PREFIX) else ("randomness=independent",)
    return (f"parameters={calibration}", *own_luck)


def is_calibrated(settings: Settings) -> bool:
    """Whether parameters are drawn from a posterior or a pool."""
    return settings.posterior_path is not None or settings.pool_path is not None


def make_base_case(settings: Settings, chosen: "BaseSettings") -> "BaseCase":
    """The base case of what was chosen on the page; raise SettingsError for what can't be had."""
    from sim.serve.edited_scenarios import EditedScenarios
    from sim.serve.explorer import BaseCase, compile_rules

    values = settings.model_dump(mode="json") | {"law": chosen.law, "reading": dict(chosen.readings)}
    if chosen.is_calibrated:
        values |= dict(argument.split("=", 1) for argument in list_calibration_arguments(settings))
    elif is_calibrated(settings):
        values |= {"parameters": "prior"}
    if chosen.law != settings.law:
        values["law_parameters"] = {}
    base_settings = validate_settings(values)
    simulation = compile_rules(make_simulation(base_settings, build_scenario(base_settings)))
    return BaseCase(simulation, EditedScenarios(settings.scenario, build_base_edits(base_settings)), settings.seed)


def make_page(settings: Settings, explorer: "Explorer", argv: list[str]) -> "Page":
    """The page of an explorer."""
    from sim.serve.page import BaseChoices, Page

    base = explorer.find_base(explorer.settings)
    calibration = find_calibration(settings)
    learnt = "calibrated on this battle's record"
    choices = BaseChoices(
        {name: laws.find_display_name(name) for name in laws.list_names()},
        "" if calibration is None else "pooled from other battles" if calibration.startswith(POOL_PREFIX) else learnt,
        base.scenario,
    )
    basemap = load_basemap(settings.scenario, base.scenario)
    return Page(explorer, basemap, tuple(argv), settings.model_dump(mode="json"), choices)
