"""The entry point: a call ends with exit code 0 (done), 2 (bad input, no room, no rights) or 130 (interrupted)."""

import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import click

MAX_LINES = 100  # printed; a file that is no scenario has a fault in each of its lines


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
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
        subject = error.filename or "can't write what was asked for"
        return print_errors([f"{subject}: {error.strerror or error}"])
    except KeyboardInterrupt as error:
        folder = getattr(error, "folder", None)  # of a run that has begun
        hint = "" if folder is None else f"; what is finished is kept, and goes on with: sim resume {folder}"
        print_errors([f"interrupted{hint}"])
        return 130
    except MemoryError:
        return print_errors(["there is not enough memory"])


def dispatch(argv: list[str]) -> int:
    """Call a command; its exit code.

    Everything is imported here, inside what `run_safely` guards: Ctrl-C while it is loaded is no traceback.
    """
    import click

    from sim.cli.commands import CallInterrupted, group
    from sim.cli.warning_lines import print_own_warnings

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
        from sim.cli.errors import SettingsError
        from sim.paths import CacheError
        from sim.scenario import ScenarioError

        if isinstance(error, SettingsError | ScenarioError):
            return print_errors(error.messages)
        if isinstance(error, CacheError):
            return print_errors([str(error)])
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
    try:
        print("\n".join(f"sim: {line}" for line in lines[:MAX_LINES] + more), file=sys.stderr)
    except OSError:  # standard error can't be written either
        redirect_to_devnull(sys.stderr)
    return 2


def redirect_to_devnull(stream: TextIO) -> None:
    """Discard what Python still flushes to a stream that can't be written."""
    with suppress(OSError, ValueError):
        devnull = os.open(os.devnull, os.O_WRONLY)
        os.dup2(devnull, stream.fileno())
        os.close(devnull)
