"""Games of the page for tests: their folder, and the server that shows them, in this process."""

from pathlib import Path

from sim.cli.serve import make_games
from sim.cli.settings import compose_settings
from sim.serve.application import Service
from sim.serve.games import GameArchive
from sim.serve.seat_page import SeatPage
from sim.serve.seat_service import SeatService
from support.explorers import make_explorer, make_page


def make_game_archive(folder: Path, *words: str) -> GameArchive:
    """The games of the teaching battle in a folder of outputs, with short reviews."""
    argv = ["scenario=teaching", "runs=12", "workers=1", f"outputs={folder}", *words]
    return make_games(compose_settings(argv), argv)


def make_seat_service(folder: Path) -> SeatService:
    """A server of games beside an explorer with plain rules."""
    explorer = make_explorer()
    service = Service(explorer, make_page(explorer))
    scenario = explorer.find_base(explorer.settings).scenario
    return SeatService(service, make_game_archive(folder), SeatPage(scenario))
