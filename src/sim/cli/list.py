"""`sim list`: what there is to choose from, each with its sentence."""

from sim.cli.arguments import plain_command
from sim.cli.choices import CHOICES, ChoiceKind
from sim.cli.commands import format_aligned
from sim.cli.errors import make_choice_error

NAMES = [kind.name for kind in CHOICES]
USAGE = (
    f"usage: sim list [{'|'.join(NAMES)}]\n\n"
    "Prints what there is to choose from, of every kind or of one, each with the sentence that its file begins with."
)


@plain_command(USAGE)
def command(names: list[str]) -> int:
    """Print every kind, or those named."""
    for name in names:
        if name not in NAMES:
            raise make_choice_error("list", "kind", name, NAMES)
    kinds = [kind for kind in CHOICES if not names or kind.name in names]
    print("\n\n".join("\n".join(format_kind(kind)) for kind in kinds))
    return 0


def format_kind(kind: ChoiceKind) -> list[str]:
    """One kind: its name, the setting that takes it, and a line for each choice."""
    setting = f" ({kind.setting}=NAME)" if kind.setting else ""
    return [f"{kind.name}{setting}", *format_aligned(kind.read_entries().items())]
