"""The entry point: a call ends with exit code 0 (done), 2 (bad input, no room, no rights) or 128 + n (by signal n).

Ctrl-C is signal 2, of exit code 130; SIGTERM is 15, of 143.
"""

import gc
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import click

# New objects from one search for garbage to the next: what is imported and read makes many, and none of it is garbage.
GARBAGE_THRESHOLD = 50_000
MAX_LINES = 100  # printed; a file that is no scenario has a fault in each of its lines


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    sys.exit(run_safely(sys.argv[1:] if arguments is None else arguments))


def run_safely(argv: list[str]) -> int:
    """The exit code of a call; bad input gives one message for each fault, without a traceback.

    Everything is imported within what is guarded: Ctrl-C while it is loaded is no traceback.
    """
    try:
        from sim.cli.process import escape_unencodable, open_closed_streams
        from sim.interruption import handle_signals

        gc.set_threshold(GARBAGE_THRESHOLD, 50, 100)
        open_closed_streams()
        escape_unencodable(sys.stdout)
        with handle_signals():
            return run_to_end(argv)
    except KeyboardInterrupt as error:  # before signals were handled, or another one while the first was reported
        return report_ending(getattr(error, "signal_number", signal.SIGINT), error)


def run_to_end(argv: list[str]) -> int:
    """The exit code of a call, within the handling of signals."""
    try:
        code = dispatch(argv)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        from sim.cli.process import redirect_to_devnull

        redirect_to_devnull(sys.stdout)
        return 0
    except OSError as error:
        from sim.cli.process import redirect_to_devnull
        from sim.interruption import find_received_signal

        redirect_to_devnull(sys.stdout)
        if (number := find_received_signal()) is not None:  # the terminal is gone, and its signal came first
            return report_ending(number, error)
        subject = error.filename or "can't write what was asked for"
        return print_errors([f"{subject}: {error.strerror or error}"])
    except KeyboardInterrupt as error:
        return report_ending(getattr(error, "signal_number", signal.SIGINT), error)
    except MemoryError:
        return print_errors(["there is not enough memory"])


def report_ending(signal_number: int, error: BaseException) -> int:
    """Print by which signal the program ends, and how a run that has begun goes on; the exit code for it."""
    from sim.cli.process import describe_ending, get_exit_code

    print_errors([describe_ending(signal_number, getattr(error, "folder", None))])
    return get_exit_code(signal_number)


def dispatch(argv: list[str]) -> int:
    """Call a command; its exit code."""
    import click

    from sim.cli.commands import CallInterrupted, group
    from sim.cli.process import print_own_warnings

    try:
        with print_own_warnings():
            code = group.main(argv, prog_name="sim", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.ctx.get_help() if error.ctx else "")
        return 2
    except CallInterrupted as error:
        raise error.__cause__ or KeyboardInterrupt from None
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        return print_errors([describe_usage_error(error)])
    except Exception as error:
        from sim.errors import SimError

        if isinstance(error, SimError):
            return print_errors(error.messages)
        raise


def describe_usage_error(error: "click.ClickException") -> str:
    """Click's message in the form of ours, with a pointer to the help."""
    import click

    text = " ".join(error.format_message().split()).rstrip(".")
    if not isinstance(error, click.NoSuchOption | click.BadParameter):  # a message of our own
        return text
    return f"{text[0].lower()}{text[1:]} (see {error.ctx.command_path if error.ctx else 'sim'} --help)"


def print_errors(lines: list[str]) -> int:
    """Print messages to standard error, up to a maximum; the exit code for them."""
    more = [f"and {len(lines) - MAX_LINES:,} more"] if len(lines) > MAX_LINES else []
    from sim.cli.process import print_text, redirect_to_devnull

    try:
        print_text("\n".join(f"sim: {line}" for line in lines[:MAX_LINES] + more), sys.stderr)
    except OSError:  # standard error can't be written either
        redirect_to_devnull(sys.stderr)
    return 2
