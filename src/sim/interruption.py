"""Signals that end the program: noted when they come, since the compiler swallows what is raised within it.

A handler of Python runs wherever the program happens to be. Within a callback of llvmlite, while rules are compiled,
what it raises is printed and lost; so the signal is noted as well, and whoever waits for battles asks for it.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Windows has no SIGHUP.
ENDING_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
# What a signal does if nobody asked for anything else; what is ignored (by nohup) stays so.
DEFAULT_HANDLERS = (signal.SIG_DFL, signal.default_int_handler)


class EndedBySignal(KeyboardInterrupt):
    """The program is to end; `signal_number` says by which signal."""

    def __init__(self, signal_number: int):
        super().__init__(signal.Signals(signal_number).name)
        self.signal_number = signal_number


class SignalHandler:
    """Notes the signal that came, and raises EndedBySignal; a later one is handled likewise."""

    def __init__(self) -> None:
        self.received: int | None = None

    def __call__(self, signal_number: int, frame: FrameType | None) -> None:
        """Handle a signal."""
        self.received = signal_number
        raise EndedBySignal(signal_number)


@contextmanager
def handle_signals() -> Iterator[None]:
    """Have SIGTERM and SIGHUP end what is done within as Ctrl-C does; in the main thread only, as Python wants it."""
    handler = SignalHandler()
    former_handlers = {}
    if threading.current_thread() is threading.main_thread():
        former_handlers = {each: signal.getsignal(each) for each in ENDING_SIGNALS}
        former_handlers = {each: former for each, former in former_handlers.items() if former in DEFAULT_HANDLERS}
    for each in former_handlers:
        signal.signal(each, handler)
    try:
        yield
    finally:
        for each, former in former_handlers.items():
            signal.signal(each, former)


def find_received_signal() -> int | None:
    """The signal that came, if any."""
    handlers = [signal.getsignal(each) for each in ENDING_SIGNALS]
    received = [each.received for each in handlers if isinstance(each, SignalHandler)]
    return next((number for number in received if number is not None), None)


def check_signals() -> None:
    """Raise EndedBySignal if a signal came whose exception was swallowed."""
    number = find_received_signal()
    if number is not None and threading.current_thread() is threading.main_thread():
        raise EndedBySignal(number)
