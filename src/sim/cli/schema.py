"""`sim schema`: the JSON Schema of scenario files, for editors."""

import sys

from sim.cli.arguments import plain_command
from sim.cli.errors import SettingsError

USAGE = (
    "usage: sim schema\n\n"
    "Prints the JSON Schema of scenario files. The scenarios name it in their first line, so that an editor with a\n"
    "YAML language server completes and checks them."
)


@plain_command(USAGE)
def command(argv: list[str]) -> int:
    """Print the schema."""
    if argv:
        raise SettingsError([f"schema takes no arguments (got {argv[0]!r}; see sim schema --help)"])
    from sim.scenario.json_schema import format_json_schema

    sys.stdout.write(format_json_schema())
    return 0
