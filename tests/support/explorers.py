"""Explorers of a scenario for tests: with plain rules, and as a program of its own that is listened to."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from typing import Any

import uvicorn
from starlette.routing import Route

from sim import laws, load
from sim.battle.simulation import Simulation
from sim.cli.settings import compose_settings
from sim.scenario.basemap import load_basemap
from sim.serve.access import Access
from sim.serve.application import Service, make_application
from sim.serve.edited_scenarios import EditedScenarios
from sim.serve.explorer import BaseCase, BaseSettings, Explorer
from sim.serve.page import BaseChoices, Page
from sim.serve.server import open_socket

PATIENCE = 240  # s, on a machine that does other things


def make_base(settings: BaseSettings, name: str = "teaching") -> BaseCase:
    """A base case with plain rules."""
    return BaseCase(Simulation(load(name), law=settings.law), EditedScenarios(name), seed=7)


def make_explorer() -> Explorer:
    """An explorer of the teaching battle with plain rules."""
    return Explorer(make_base, BaseSettings(laws.DEFAULT_LAW, False, ()), workers=2)


def make_page(explorer: Explorer) -> Page:
    """Its page."""
    scenario = load("teaching")
    choices = BaseChoices({name: laws.find_display_name(name) for name in laws.list_names()}, "", scenario)
    facts = compose_settings(["scenario=teaching"]).model_dump(mode="json")
    return Page(explorer, load_basemap("teaching", scenario), (), facts, choices)


@dataclass
class Answer:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    text: str


def ask(port: int, method: str, path: str, body: Any = None, **headers: str) -> Answer:
    """One request, with exactly these headers (underscores as hyphens)."""
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
    sent = {"Host": f"127.0.0.1:{port}"} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, data, sent)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, text)


def assert_refused_in_words(answer: Answer, words: str) -> None:
    """What was asked wrongly is answered with a sentence."""
    assert answer.status == 400
    assert words in answer.text
    assert "Traceback" not in answer.text


@contextmanager
def serve_in_thread(service: Service, token: str, routes: Sequence[Route] = ()) -> Iterator[int]:
    """Answer on a free port, in a thread: its number."""
    listener = open_socket(0)
    number = int(listener.getsockname()[1])
    application = make_application(service, Access(number, token), routes)
    server = uvicorn.Server(uvicorn.Config(application, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    thread = Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    yield number
    server.should_exit = True
    thread.join(20)


class ServingProgram:
    """`sim serve` as a process; `link` is what it printed."""

    def __init__(self, folder: Path, *words: str):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sim", "serve", "scenario=teaching", "open=false", f"outputs={folder}", *words],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            env=os.environ | {"COLUMNS": "200"},
            text=True,
        )
        self.lines: list[str] = []
        self.link = self.wait_for_link()
        Thread(target=lambda: self.lines.extend(self.process.stderr or ()), daemon=True).start()

    def wait_for_link(self) -> str:
        """The link, once it is printed."""
        for line in self.process.stderr or ():
            self.lines.append(line)
            if found := re.search(r"http://\S+", line):
                return found[0]
        raise AssertionError("".join(self.lines))

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(re.search(r":(\d+)/", self.link)[1])

    @property
    def token(self) -> str:
        """What its page sends."""
        return self.link.partition("#token=")[2]

    def end(self, number: int = signal.SIGINT) -> int:
        """Its exit code after a signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)
