"""What a command says of settings that can't be used."""

from collections.abc import Collection
from difflib import get_close_matches


class SettingsError(Exception):
    """Settings that can't be used; `lines` are the messages."""

    def __init__(self, lines: list[str]):
        super().__init__("\n".join(lines))
        self.lines = lines


def choice_error(where: str, what: str, got: str, allowed: Collection[str]) -> SettingsError:
    """The refusal of a name that there is not, with those that there are and the nearest of them."""
    return SettingsError(
        [f"{where}: unknown {what} (got {got!r}; {did_you_mean(got, allowed)}allowed: {', '.join(allowed)})"]
    )


def did_you_mean(name: str, names: Collection[str]) -> str:
    """The name that was probably meant, as a part of a message; nothing if none is near."""
    near = get_close_matches(name, names, 1)
    return f"did you mean {near[0]}? " if near else ""
