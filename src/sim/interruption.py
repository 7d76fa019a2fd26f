"""Signals that end the program, wherever it happens to be when they come.

Python runs a handler between any two of its steps. Within a callback of the compiler, or while an object is finalised,
Python can only report what the handler raises, and goes on: then an alarm, a moment later, raises it once more. The
signal is noted as well, and whoever waits for battles asks for it.
"""

import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

# Windows has no SIGHUP.
ENDING_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
REPEAT_AFTER = 0.02  # s
# What a signal does if nobody asked for anything else; what is ignored (by nohup) stays so.
DEFAULT_HANDLERS = (signal.SIG_DFL, signal.default_int_handler)


class EndedBySignal(KeyboardInterrupt):
    """The program is to end; `signal_number` says by which signal."""

    def __init__(self, signal_number: int):
        super().__init__(signal_number)  # SimPy makes an exception anew from its arguments, and so does pickle
        self.signal_number = signal_number

    def __str__(self) -> str:
        return signal.Signals(self.signal_number).name


class SignalHandler:
    """Notes the signal that came, and raises EndedBySignal; a later one is handled likewise."""

    def __init__(self) -> None:
        self.received: int | None = None

    def __call__(self, signal_number: int, frame: FrameType | None) -> None:
        """Handle a signal."""
        self.received = signal_number
        set_alarm(0)
        raise EndedBySignal(signal_number)

    def repeat(self, signal_number: int, frame: FrameType | None) -> None:
        """Handle the alarm that comes after a signal whose exception was swallowed."""
        raise EndedBySignal(self.received or signal_number)


def set_alarm(seconds: float) -> None:
    """Have an alarm come so much later, or none (0); Windows has no alarms."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


@contextmanager
def handle_signals() -> Iterator[None]:
    """Have SIGTERM and SIGHUP end what is done within as Ctrl-C does; in the main thread only, as Python wants it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = SignalHandler()
    former_handlers = {each: signal.getsignal(each) for each in ENDING_SIGNALS}
    former_handlers = {each: former for each, former in former_handlers.items() if former in DEFAULT_HANDLERS}
    report_unraisable = sys.unraisablehook

    def repeat_signal(unraisable: "sys.UnraisableHookArgs") -> None:
        """Have a signal come again whose exception nobody can catch; report any other exception as ever."""
        if isinstance(unraisable.exc_value, EndedBySignal):
            set_alarm(REPEAT_AFTER)
        else:
            report_unraisable(unraisable)

    for each in former_handlers:
        signal.signal(each, handler)
    if hasattr(signal, "SIGALRM"):
        former_handlers[signal.SIGALRM] = signal.signal(signal.SIGALRM, handler.repeat)
    sys.unraisablehook = repeat_signal
    try:
        yield
    finally:
        set_alarm(0)
        sys.unraisablehook = report_unraisable
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
