"""What the page asks about questions: to save one, to ask it at length, what is stored, and the page of an output."""

import asyncio
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from sim.serve.access import Access
from sim.serve.application import Service, read_json
from sim.serve.explorer import BaseSettings
from sim.serve.levers import PositionError, find_moment, make_perturbation_settings
from sim.serve.long_runs import Archive

# A stored page runs its own scripts, and those of nobody else; it can't reach this server or what the explorer keeps.
PAGE_POLICY = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:"
)


@dataclass
class QuestionService:
    """Questions and outputs, for the same page as the explorer.

    Parameters
    ----------
    service
        The explorer's own answers.
    access
        Who may ask.
    archive
        What is saved and stored.
    scenario
        The scenario, as `scenario=` names it.
    calibration
        The arguments of a calibrated battle.
    """

    service: Service
    access: Access
    archive: Archive
    scenario: str
    calibration: tuple[str, ...] = ()
    comparing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def make_routes(self) -> list[Route]:
        """The paths."""
        return [
            Route("/questions", self.show_all, methods=["POST"]),
            Route("/questions/save", self.save, methods=["POST"]),
            Route("/questions/start", self.start, methods=["POST"]),
            Route("/questions/stop", self.stop, methods=["POST"]),
            Route("/outputs/compare.html", self.show_comparison, methods=["POST"]),
            Route("/outputs/{folder:path}/report.html", self.show_output, methods=["POST"]),
        ]

    async def show_all(self, request: Request) -> Response:
        """What is saved, under way and stored."""
        return JSONResponse(await run_in_threadpool(self.describe))

    def describe(self) -> dict[str, object]:
        """What is saved, under way and stored, as plain data."""
        questions = self.archive.list_questions()
        return {
            "questions": [
                {"name": each.name, "text": each.text, "state": each.state, "game": each.game} for each in questions
            ],
            "folder": str(self.archive.questions.folder),
            "run": self.archive.describe_run(),
            "outputs": self.archive.list_outputs(questions),
        }

    async def save(self, request: Request) -> Response:
        """Save what is shown as a question."""
        sent = await read_json(request)
        base, positions = await run_in_threadpool(self.service.read_change, sent)
        settings = self.service.page.read_settings(sent.get("settings"))
        text = sent.get("text")
        if not isinstance(text, str):
            raise PositionError("question: not a question in words")
        question = self.archive.questions.save(
            text,
            self.scenario,
            make_perturbation_settings(base.levers, positions),
            self.list_arguments(settings, base.seed),
            {"levers": positions, "settings": {"law": settings.law, "calibrated": settings.is_calibrated,
                                               "readings": dict(settings.readings)}},
            find_moment(base.scenario, positions),
        )  # fmt: skip
        return JSONResponse({"name": question.name})

    def list_arguments(self, settings: BaseSettings, seed: int) -> tuple[str, ...]:
        """What both cases have in common, as arguments of `sim whatif`."""
        readings = [f"+reading.{name}={option}" for name, option in settings.readings]
        calibration = self.calibration if settings.is_calibrated else ()
        return (f"scenario={self.scenario}", f"law={settings.law}", f"seed={seed}", *readings, *calibration)

    async def start(self, request: Request) -> Response:
        """Ask a saved question at length."""
        sent = await read_json(request)
        await run_in_threadpool(self.archive.start, str(sent.get("name")), sent.get("runs"))
        return JSONResponse({})

    async def stop(self, request: Request) -> Response:
        """Interrupt the question under way."""
        await run_in_threadpool(self.archive.stop)
        return JSONResponse({})

    async def show_output(self, request: Request) -> Response:
        """The page of an output, in a tab of its own; the token comes in the body of a form."""
        fields = await self.read_form(request)
        if fields is None:
            return refuse_form()
        return show_stored(await run_in_threadpool(self.archive.read_page, request.path_params["folder"]))

    async def show_comparison(self, request: Request) -> Response:
        """Two outputs side by side, in a tab of its own; one comparison at a time."""
        fields = await self.read_form(request)
        if fields is None:
            return refuse_form()
        folders = fields.get("folder", [])
        if len(folders) != 2:
            raise PositionError("compare: needs two outputs")
        if self.comparing.locked():
            raise HTTPException(503, "another comparison is under way: try again in a moment")
        async with self.comparing:
            return show_stored(await run_in_threadpool(self.archive.compare, *folders))

    async def read_form(self, request: Request) -> dict[str, list[str]] | None:
        """The fields of a form; None without our token among them."""
        fields = parse_qs((await request.body()).decode(errors="replace"))
        return fields if self.access.is_token(fields.get("token", [""])[0]) else None


def refuse_form() -> Response:
    """The answer to a form without our token."""
    return PlainTextResponse("the token is missing or another one", 403)


def show_stored(page: bytes) -> Response:
    """A stored page, which can reach nothing of this server."""
    return Response(page, media_type="text/html", headers={"Content-Security-Policy": PAGE_POLICY})
