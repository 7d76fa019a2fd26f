"""`sim schema`: the JSON Schema of scenario files, for editors."""

import sys

from sim.cli.arguments import plain_command
from sim.cli.settings import SettingsError

USAGE = (
    "usage: sim schema\n\n"
    "Prints the JSON Schema of scenario files. The scenarios name it in their first line, so that an editor with a\n"
    "YAML language server completes and checks them."
)


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Print the schema."""
    if words:
        raise SettingsError([f"schema takes no arguments (got {words[0]!r}; see sim schema --help)"])
    from sim.scenario.json_schema import text

    sys.stdout.write(text())
    return 0
