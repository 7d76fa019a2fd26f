"""What the page asks for, by path: its parts, odds as lines of a finite stream, questions, runs and outputs."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from sim.scenario.problems import ScenarioError
from sim.serve.access import Access, AccessMiddleware
from sim.serve.explorer import BaseCase, Explorer, list_steps
from sim.serve.levers import PositionError, Positions
from sim.serve.page import Page, read_asset

MAX_REQUESTS = 8  # streams under way: of a few tabs; more wait at the door
MEDIA_TYPES = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}
CHECK_PAIRS = 400  # after so many pairs the changed scenario is checked as a whole: a drag that goes on is not held up


@dataclass
class Service:
    """Answers the requests of the pages that are open; battles are fought for one of them at a time.

    Parameters
    ----------
    explorer
        What fights.
    page
        What is shown.
    read_settings
        From the settings that a page sends to those of a base case; raise PositionError.
    """

    explorer: Explorer
    page: Page
    fighting: asyncio.Lock = field(default_factory=asyncio.Lock)
    streams: int = 0

    async def show_shell(self, request: Request) -> Response:
        """The page without anything in it."""
        return Response(self.page.render_shell(), media_type="text/html")

    async def send_asset(self, request: Request) -> Response:
        """A script or a style."""
        name = request.path_params["name"]
        text = read_asset(name)
        if text is None:
            raise HTTPException(404)
        return Response(text, media_type=MEDIA_TYPES[name.rpartition(".")[2]])

    async def send_parts(self, request: Request) -> Response:
        """The parts of the page for some settings: levers, labels, and the battle as it is written."""
        sent = await read_json(request)
        async with self.fighting:
            return JSONResponse(await run_in_threadpool(self.page.make_parts, sent.get("settings")))

    async def stream_odds(self, request: Request) -> Response:
        """The odds of a change, a line after each step, until there are as many pairs as were asked for."""
        sent = await read_json(request)
        count = sent.get("pairs")
        if not isinstance(count, int) or isinstance(count, bool) or count < 1:
            raise PositionError("pairs: not a number of pairs")
        base, positions = await run_in_threadpool(self.read_change, sent)
        if self.streams >= MAX_REQUESTS:
            raise HTTPException(503, "too many pages ask at once")
        return StreamingResponse(self.iterate_odds(base, positions, count), media_type="application/x-ndjson")

    def read_change(self, sent: dict[str, Any]) -> tuple[BaseCase, Positions]:
        """The base case and the positions of a request; raise PositionError."""
        base = self.explorer.find_base(self.page.read_settings(sent.get("settings")))
        return base, self.explorer.parse_positions(base, sent.get("levers", {}))

    async def iterate_odds(self, base: BaseCase, positions: Positions, count: int) -> AsyncIterator[str]:
        """The lines; a closed tab ends them after the step under way."""
        self.streams += 1
        try:
            for pairs in list_steps(count):
                async with self.fighting:
                    odds = await run_in_threadpool(self.explorer.compute_odds, base, positions, pairs)
                yield json.dumps(odds, separators=(",", ":")) + "\n"
                if pairs == min(CHECK_PAIRS, count):
                    await run_in_threadpool(self.explorer.check, base, positions)
            yield json.dumps({"is_last": True}) + "\n"
        except (PositionError, ScenarioError) as error:
            yield json.dumps({"error": str(error)}) + "\n"
        finally:
            self.streams -= 1


async def read_json(request: Request) -> dict[str, Any]:
    """The body of a request; raise PositionError for anything but a mapping."""
    try:
        body = json.loads(await request.body())
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise PositionError("the request is not JSON")
    return body


async def explain_refusal(request: Request, error: Exception) -> Response:
    """A sentence for what the page asked wrongly."""
    return PlainTextResponse(str(error), 400)


def make_application(service: Service, access: Access, more_routes: Sequence[Route] = ()) -> Starlette:
    """The application of a service.

    Parameters
    ----------
    service
        What answers.
    access
        Who may ask.
    more_routes
        Paths of others.
    """
    return Starlette(
        routes=[
            Route("/", service.show_shell, methods=["GET"]),
            Route("/assets/{name}", service.send_asset, methods=["GET"]),
            Route("/parts", service.send_parts, methods=["POST"]),
            Route("/odds", service.stream_odds, methods=["POST"]),
            *more_routes,
        ],
        middleware=[Middleware(AccessMiddleware, access=access)],
        exception_handlers={PositionError: explain_refusal, ScenarioError: explain_refusal},
    )
