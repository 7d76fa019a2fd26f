"""The command line: the only reader of conf/ and the only writer of outputs/."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from typing import TextIO

COMMANDS = {
    "run": "fight a battle many times and hold the outcomes against the record",
    "whatif": "what would have changed? base case and changes, fought in pairs",
    "calibrate": "what the claims say of the unknowns: draws of parameters and dice that agree with them",
    "rehearse": "does the inference find a truth that is known? synthetic battles, inferred",
    "evidence": "which law or reading do the claims speak for? compared by evidence",
    "forecast": "what would have been told after a cut, by a model that knows nothing of it, scored beside baselines",
    "record": "a page that holds a battle against its record, from outputs of the commands above and below",
    "findings": "what a calibrated battle lets one say: luck, sources, readings, forecasts, on one page",
    "sweep": "many battles at each of many design points: factors, their levels, what comes of it",
    "sensitivity": "what decides the outcome? screening and shares of the variance, chance among them",
    "compare": "score a stored run, and baselines that need none, against what was reported",
    "discover": "when does the outcome turn? conditions in words, from a stored sweep or run",
    "reversal": "the smallest change of one reinforcement, of sorties or of a moment that turns the outcome",
    "resume": "go on with a run that was interrupted or killed",
    "diary": "tell one battle as a war diary",
    "check": "check a scenario file",
    "coverage": "tell what became of each sentence of a scenario's text",
    "plot": "draw any figure again from a stored output, or the playback of a battle for a slide",
    "export": "a stored output in a format that others read: CSV, UCDP-GED-like events, ViEWS-like draws, GeoJSON",
    "new": "begin a scenario: write a commented skeleton",
    "schema": "print the JSON Schema of scenario files, for editors",
    "validate": "hold the model against other battles, from tables of yours",
}
MOST_TOLD = 100  # faults; a file that is no scenario has one for each of its lines


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 2 bad input, no room, no rights; 130 interrupted."""
    words = sys.argv[1:] if arguments is None else arguments
    sys.exit(guarded(words))


def guarded(words: list[str]) -> int:
    """The exit code of a call; bad input is told in one message for each fault, without a traceback."""
    try:
        code = called(words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        silence(sys.stdout)
        return 0
    except OSError as error:
        silence(sys.stdout)
        what = error.filename or "can't write what was asked for"
        return told([f"{what}: {error.strerror or error}"])
    except KeyboardInterrupt as stopped:
        folder = getattr(stopped, "folder", None)  # of a run that has begun
        kept = "" if folder is None else f"; what is finished is kept, and goes on with: sim resume {folder}"
        told([f"interrupted{kept}"])
        return 130
    except MemoryError:
        return told(["there is not enough memory"])


def called(words: list[str]) -> int:
    """Do what a call asks for."""
    if not words or words[0] in ("-h", "--help"):
        print(overview())
        return 0 if words else 2
    if words[0] == "--version":
        from importlib.metadata import version

        print(f"sim {version('sim')}")
        return 0
    if words[0] not in COMMANDS:
        return told([f"unknown command (got {words[0]!r}; allowed: {', '.join(COMMANDS)})"])
    from sim.cli.settings import SettingsError
    from sim.files import CacheError
    from sim.scenario import ScenarioError

    command: Callable[[list[str]], int] = import_module(f"sim.cli.{words[0]}").command
    try:
        return command(words[1:])
    except (SettingsError, ScenarioError) as error:
        return told(error.lines)
    except CacheError as error:
        return told([str(error)])


def told(lines: list[str]) -> int:
    """Say what is wrong, as far as anybody would read it; the exit code for it."""
    more = [f"and {len(lines) - MOST_TOLD:,} more"] if len(lines) > MOST_TOLD else []
    try:
        print("\n".join(f"sim: {line}" for line in lines[:MOST_TOLD] + more), file=sys.stderr)
    except OSError:  # there is no room for the message either, and nobody left to tell
        silence(sys.stderr)
    return 2


def silence(stream: TextIO) -> None:
    """Let Python's last words to a stream that nobody takes go nowhere."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def overview() -> str:
    """What `sim --help` says."""
    lines = ["sim: a documented battle, fought again", "", "usage: sim COMMAND [setting=value ...]", ""]
    lines += [f"  {name:11} {meaning}" for name, meaning in COMMANDS.items()]
    lines += ["", "`sim COMMAND --help` says more."]
    return "\n".join(lines)
