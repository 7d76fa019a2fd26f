"""The command line: the only reader of conf/ and the only writer of outputs/."""

import sys
from collections.abc import Callable
from importlib import import_module

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


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and leave with its exit code: 0 done, 2 bad input, 130 interrupted."""
    words = sys.argv[1:] if arguments is None else arguments
    if not words or words[0] in ("-h", "--help"):
        print(overview())
        sys.exit(0 if words else 2)
    if words[0] == "--version":
        from importlib.metadata import version

        print(f"sim {version('sim')}")
        sys.exit(0)
    if words[0] not in COMMANDS:
        print(f"sim: unknown command (got {words[0]!r}; allowed: {', '.join(COMMANDS)})", file=sys.stderr)
        sys.exit(2)
    command: Callable[[list[str]], int] = import_module(f"sim.cli.{words[0]}").command
    sys.exit(guarded(command, words[1:]))


def guarded(command: Callable[[list[str]], int], words: list[str]) -> int:
    """The exit code of a command; bad input is told in one message for each fault, without a traceback."""
    from sim.cli.settings import SettingsError
    from sim.scenario import ScenarioError

    try:
        return command(words)
    except (SettingsError, ScenarioError) as error:
        print("\n".join(f"sim: {line}" for line in error.lines), file=sys.stderr)
        return 2
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except KeyboardInterrupt as stopped:
        folder = getattr(stopped, "folder", None)  # of a run that has begun
        kept = "" if folder is None else f"; what is finished is kept, and goes on with: sim resume {folder}"
        print(f"sim: interrupted{kept}", file=sys.stderr)
        return 130


def overview() -> str:
    """What `sim --help` says."""
    lines = ["sim: a documented battle, fought again", "", "usage: sim COMMAND [setting=value ...]", ""]
    lines += [f"  {name:11} {meaning}" for name, meaning in COMMANDS.items()]
    lines += ["", "`sim COMMAND --help` says more."]
    return "\n".join(lines)
