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
    near = get_close_matches(got, allowed, n=1)
    nearest = f"; nearest: {near[0]!r}" if near else ""
    return SettingsError([f"{where}: unknown {what} (got {got!r}; allowed: {', '.join(allowed)}{nearest})"])
