"""`sim list`: what there is to choose from, each with its sentence."""

from collections.abc import Mapping, Sequence

from sim.cli.arguments import plain_command
from sim.cli.choices import CHOICES, ChoiceKind, read_scenario_titles
from sim.cli.commands import format_aligned
from sim.cli.errors import make_choice_error
from sim.cli.process import print_text
from sim.cli.scenario_folders import list_own_scenarios, make_scenarios_option

NAMES = [kind.name for kind in CHOICES]
USAGE = (
    f"usage: sim list [{'|'.join(NAMES)}] [--scenarios DIR]\n\n"
    "Prints what there is to choose from, of every kind or of one, each with the sentence that its file begins with;\n"
    "with --scenarios also the scenarios in that folder."
)


@plain_command(USAGE, make_scenarios_option())
def command(names: list[str], scenarios: tuple[str, ...]) -> int:
    """Print every kind, or those named."""
    for name in names:
        if name not in NAMES:
            raise make_choice_error("list", "kind", name, NAMES)
    kinds = [kind for kind in CHOICES if not names or kind.name in names]
    print_text("\n\n".join("\n".join(format_kind(kind, read_entries(kind, scenarios))) for kind in kinds))
    return 0


def read_entries(kind: ChoiceKind, scenario_folders: Sequence[str]) -> dict[str, str]:
    """The choices of a kind with their descriptions, of scenarios those of the user's own folders first."""
    if kind.setting != "scenario":
        return kind.read_entries()
    own_titles = read_scenario_titles(list_own_scenarios(scenario_folders))
    return own_titles | {name: title for name, title in kind.read_entries().items() if name not in own_titles}


def format_kind(kind: ChoiceKind, entries: Mapping[str, str]) -> list[str]:
    """One kind: its name, the setting that takes it, and a line for each choice."""
    setting = f" ({kind.setting}=NAME)" if kind.setting else ""
    return [f"{kind.name}{setting}", *format_aligned(entries.items())]
