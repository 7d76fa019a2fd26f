"""The command line: the only reader of conf/ and the only writer of outputs/."""

import sys
from collections.abc import Callable
from importlib import import_module

COMMANDS = {
    "run": "fight a battle many times and hold the outcomes against the record",
    "diary": "tell one battle as a war diary",
    "check": "check a scenario file",
    "coverage": "tell what became of each sentence of a scenario's text",
    "new": "begin a scenario: write a commented skeleton",
    "schema": "print the JSON Schema of scenario files, for editors",
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
    except KeyboardInterrupt:
        print("sim: interrupted", file=sys.stderr)
        return 130


def overview() -> str:
    """What `sim --help` says."""
    lines = ["sim: a documented battle, fought again", "", "usage: sim COMMAND [setting=value ...]", ""]
    lines += [f"  {name:9} {meaning}" for name, meaning in COMMANDS.items()]
    lines += ["", "`sim COMMAND --help` says more."]
    return "\n".join(lines)
