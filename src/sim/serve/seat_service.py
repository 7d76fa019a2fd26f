"""What the page of the commander's seat asks: games that are there, a move in one, and what came of it."""

import asyncio
import json
from collections import OrderedDict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sim.seat.after_action import AfterAction
from sim.serve.application import MAX_REQUESTS, Service, read_json
from sim.serve.games import MAX_OPENED, GameArchive, PlayedGame
from sim.serve.levers import PositionError
from sim.serve.page import make_environment
from sim.serve.review import Review
from sim.serve.seat_page import SeatPage

PROGRESS_SECONDS = 0.2  # between two lines on how far a review is
MAX_NUMBER = 2**31  # that the page sends


@dataclass
class SeatService:
    """Games for the pages that are open; moves are made one after the other, and reviews too.

    Parameters
    ----------
    service
        The explorer's own answers, whose streams and threads are shared.
    games
        What is stored.
    page
        What is shown.
    """

    service: Service
    games: GameArchive
    page: SeatPage
    moving: asyncio.Lock = field(default_factory=asyncio.Lock)
    reviewing: asyncio.Lock = field(default_factory=asyncio.Lock)
    reviews: OrderedDict[tuple[str, ...], str] = field(default_factory=OrderedDict)  # by folder and moves

    def make_routes(self) -> list[Route]:
        """The paths."""
        return [
            Route("/seat", self.show_shell, methods=["GET"]),
            Route("/seat/games", self.show_games, methods=["POST"]),
            Route("/seat/begin", self.begin, methods=["POST"]),
            Route("/seat/show", self.show_game, methods=["POST"]),
            Route("/seat/move", self.make_move, methods=["POST"]),
            Route("/seat/review", self.stream_review, methods=["POST"]),
        ]

    async def show_shell(self, request: Request) -> Response:
        """The page without anything in it."""
        return Response(make_environment().get_template("seat_shell.html.j2").render(), media_type="text/html")

    async def show_games(self, request: Request) -> Response:
        """Where a game is begun, and the games that are there."""
        return JSONResponse({"html": await run_in_threadpool(self.render_games)})

    def render_games(self) -> str:
        """The same as HTML."""
        return self.page.render_begin(list(self.games.list_games()))

    async def begin(self, request: Request) -> Response:
        """Begin a game."""
        sent = await read_json(request)
        own_values = {name: read_text(sent, name) for name in ("side", "other", "pace")}
        own_values["replication"] = str(read_number(sent, "replication"))
        async with self.moving:
            name = await run_in_threadpool(self.games.begin_game, own_values)
            return JSONResponse(await run_in_threadpool(self.describe, name))

    async def show_game(self, request: Request) -> Response:
        """A game as it stands."""
        name = read_text(await read_json(request), "game")
        async with self.moving:
            return JSONResponse(await run_in_threadpool(self.describe, name))

    async def make_move(self, request: Request) -> Response:
        """Make a move, and show the game afterwards."""
        sent = await read_json(request)
        name, n_moves, move = read_text(sent, "game"), read_number(sent, "moves"), read_text(sent, "move")
        async with self.moving:
            is_made = await run_in_threadpool(self.games.make_move, name, n_moves, move)
            return JSONResponse(await run_in_threadpool(self.describe, name) | {"is_made": is_made})

    def describe(self, name: str) -> dict[str, Any]:
        """A game as plain data: its moves and, unless it is over, the stop as HTML."""
        stored = self.games.find(name)
        game = stored.game
        described = {"game": name, "moves": len(stored.moves), "is_over": game.stop is None, "side": game.side}
        described["decided"] = game.decisions[-1].description if game.decisions else ""
        if game.stop is None:
            return described
        return described | {"html": self.page.render_stop(stored), "are_two_players": game.setup.other == "person"}

    async def stream_review(self, request: Request) -> Response:
        """Look back on a game that is over: lines on how far it is, then the page's part."""
        name = read_text(await read_json(request), "game")
        async with self.moving:
            stored = await run_in_threadpool(self.games.find, name)
        if stored.game.stop is not None:
            raise PositionError("review: the battle is not over")
        if self.service.streams >= MAX_REQUESTS:
            raise HTTPException(503, "too many pages ask at once")
        return StreamingResponse(self.iterate_review(name, stored), media_type="application/x-ndjson")

    async def iterate_review(self, name: str, stored: PlayedGame) -> AsyncIterator[str]:
        """The lines; a closed tab ends the fighting after the step under way."""
        key, explorer = (name, *stored.moves), self.service.explorer
        review = Review(stored, explorer.executor, explorer.workers)
        self.service.streams += 1
        try:
            async with self.reviewing:
                if key not in self.reviews:
                    fighting = asyncio.get_running_loop().run_in_executor(None, review.run)
                    while not fighting.done():
                        line = {"done": review.n_done, "battles": review.n_battles, "course": review.course}
                        yield json.dumps(line) + "\n"
                        await asyncio.wait([fighting], timeout=PROGRESS_SECONDS)
                    after = await fighting
                    assert after is not None
                    async with self.moving:
                        self.reviews[key] = await run_in_threadpool(self.keep_review, name, stored, after)
                    while len(self.reviews) > MAX_OPENED:
                        self.reviews.popitem(last=False)
            yield json.dumps({"html": self.reviews[key]}) + "\n"
        except PositionError as error:
            yield json.dumps({"error": str(error)}) + "\n"
        finally:
            review.is_stopped = True
            self.service.streams -= 1

    def keep_review(self, name: str, stored: PlayedGame, after: AfterAction) -> str:
        """Write the battles, the page and the question of a game into its folder; the review as HTML."""
        with self.games.lock(name):
            content = stored.keep_review(after)
            command = stored.export()
        return self.page.render_after_action(stored, after, content, name, command)


def read_text(sent: dict[str, Any], name: str) -> str:
    """A text that was sent; raise PositionError for anything else."""
    value = sent.get(name)
    if not isinstance(value, str):
        raise PositionError(f"{name}: is missing")
    return value


def read_number(sent: dict[str, Any], name: str) -> int:
    """A whole number that was sent; raise PositionError for anything else."""
    value = sent.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MAX_NUMBER:
        raise PositionError(f"{name}: not a whole number (allowed: 0 to {MAX_NUMBER})")
    return value
