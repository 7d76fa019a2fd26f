"""The server: a free port of this machine, a token, a browser; it ends within a second of Ctrl-C."""

import gc
import json
import socket
import webbrowser
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from sim.regular_files import read_regular_file
from sim.serve.access import make_token
from sim.storage.atomic import write_atomic

LOOPBACK = "127.0.0.1"
MAX_ADDRESS_BYTES = 10_000
CLOSING_SECONDS = 1


@dataclass(frozen=True)
class Address:
    """Where a server listens, and its token; it is kept, so that an open page finds a server that is begun again."""

    port: int
    token: str

    @property
    def link(self) -> str:
        """The link to the page. What follows # stays in the browser, which sends it to nobody."""
        return f"http://{LOOPBACK}:{self.port}/#token={self.token}"


def open_socket(port: int) -> socket.socket:
    """A socket that listens on a port of this machine alone; on a free one, if it is 0. Raise OSError."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(64)
    except OSError:
        listener.close()
        raise
    return listener


def read_address(path: Path) -> Address | None:
    """The address that was kept; None if there is none, or something else."""
    try:
        values = json.loads(read_regular_file(path, MAX_ADDRESS_BYTES))
        port, token = values["port"], values["token"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    if type(port) is not int or not 0 < port < 2**16 or type(token) is not str or len(token) < 32:
        return None
    return Address(port, token)


def choose_address(path: Path, port: int) -> tuple[socket.socket, Address]:
    """A socket and its address: those that were kept, if that port is free and no other is asked for.

    Raise OSError if the port that is asked for can't be had.
    """
    kept = read_address(path)
    if kept is not None and port in (0, kept.port):
        try:
            return open_socket(kept.port), kept
        except OSError:
            if port:
                raise
    listener = open_socket(port)
    address = Address(listener.getsockname()[1], make_token())
    path.parent.mkdir(parents=True, exist_ok=True)

    def write(partial: Path) -> None:
        partial.touch(mode=0o600)
        partial.write_text(json.dumps({"port": address.port, "token": address.token}))

    write_atomic(path, write)
    return listener, address


def serve(application: Starlette, listener: socket.socket, link: str | None) -> None:
    """Serve until Ctrl-C; a link is opened in the browser first, if one is given."""
    gc.collect()
    gc.freeze()  # what is loaded stays: to look it through anew stops a slider for some 150 ms, once in ten moves
    if link is not None:
        webbrowser.open(link)
    config = uvicorn.Config(
        application, log_level="warning", access_log=False, timeout_graceful_shutdown=CLOSING_SECONDS,
        server_header=False, ws="none", lifespan="off",
    )  # fmt: skip
    uvicorn.Server(config).run(sockets=[listener])
