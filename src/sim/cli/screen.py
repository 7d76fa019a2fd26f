"""Where a command's answers go: as wide as the screen is, and names are shown as they are written."""

import sys

from rich.console import Console

WIDE = 140  # columns of what is printed to a file


def screen() -> Console:
    """Standard output; whatever a scenario calls its places, brackets and colons mean nothing here."""
    return Console(width=None if sys.stdout.isatty() else WIDE, markup=False, emoji=False)
