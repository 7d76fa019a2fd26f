"""`sim list`: what there is to choose from, each with its sentence."""

from sim.cli.arguments import plain_command
from sim.cli.choices import CHOICES, ChoiceKind
from sim.cli.commands import aligned
from sim.cli.errors import SettingsError, did_you_mean

NAMES = [kind.name for kind in CHOICES]
USAGE = (
    f"usage: sim list [{'|'.join(NAMES)}]\n\n"
    "Prints what there is to choose from, of every kind or of one, each with the sentence that its file begins with."
)


@plain_command(USAGE)
def command(words: list[str]) -> int:
    """Print every kind, or those named."""
    for word in words:
        if word not in NAMES:
            raise SettingsError(
                [f"list: unknown kind (got {word!r}; {did_you_mean(word, NAMES)}allowed: {', '.join(NAMES)})"]
            )
    kinds = [kind for kind in CHOICES if not words or kind.name in words]
    print("\n\n".join("\n".join(describe(kind)) for kind in kinds))
    return 0


def describe(kind: ChoiceKind) -> list[str]:
    """One kind: its name, the setting that takes it, and a line for each."""
    how = f" ({kind.setting}=NAME)" if kind.setting else ""
    return [f"{kind.name}{how}", *aligned(kind.entries().items())]
