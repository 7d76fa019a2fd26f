"""The entry point: a call ends with exit code 0 (done), 2 (bad input, no room, no rights) or 130 (interrupted)."""

import os
import sys
from contextlib import suppress
from typing import TextIO

import click

from sim.cli.commands import group

MOST_LINES = 100  # of a message; a file that is no scenario has a fault in each of its lines


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run_safely(sys.argv[1:] if arguments is None else arguments))


def run_safely(argv: list[str]) -> int:
    """The exit code of a call; bad input gives one message for each fault, without a traceback."""
    try:
        code = dispatch(argv)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        redirect_to_devnull(sys.stdout)
        return 0
    except OSError as error:
        redirect_to_devnull(sys.stdout)
        what = error.filename or "can't write what was asked for"
        return print_errors([f"{what}: {error.strerror or error}"])
    except KeyboardInterrupt as error:
        folder = getattr(error, "folder", None)  # of a run that has begun
        kept = "" if folder is None else f"; what is finished is kept, and goes on with: sim resume {folder}"
        print_errors([f"interrupted{kept}"])
        return 130
    except MemoryError:
        return print_errors(["there is not enough memory"])


def dispatch(argv: list[str]) -> int:
    """Call the command that is asked for."""
    try:
        code = group.main(argv, prog_name="sim", standalone_mode=False)
        return code if isinstance(code, int) else 0
    except click.exceptions.NoArgsIsHelpError as error:
        print(error.ctx.get_help() if error.ctx else "")
        return 2
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.ClickException as error:
        return print_errors([describe_usage_error(error)])
    except Exception as error:
        from sim.cli.settings import SettingsError
        from sim.files import CacheError
        from sim.scenario import ScenarioError

        if isinstance(error, SettingsError | ScenarioError):
            return print_errors(error.lines)
        if isinstance(error, CacheError):
            return print_errors([str(error)])
        raise


def describe_usage_error(error: click.ClickException) -> str:
    """Click's message in our form: what was found, the nearest name, what is allowed."""
    text = " ".join(error.format_message().split()).rstrip(".")
    if not isinstance(error, click.NoSuchOption | click.BadParameter):  # a message of our own
        return text
    return f"{text[0].lower()}{text[1:]} (see {error.ctx.command_path if error.ctx else 'sim'} --help)"


def print_errors(lines: list[str]) -> int:
    """Print what is wrong to standard error, as far as anybody would read it; the exit code for it."""
    more = [f"and {len(lines) - MOST_LINES:,} more"] if len(lines) > MOST_LINES else []
    try:
        print("\n".join(f"sim: {line}" for line in lines[:MOST_LINES] + more), file=sys.stderr)
    except OSError:  # there is no room for the message either, and nobody left to read it
        redirect_to_devnull(sys.stderr)
    return 2


def redirect_to_devnull(stream: TextIO) -> None:
    """Let Python's last words to a stream that nobody takes go nowhere."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
