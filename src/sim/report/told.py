"""Rows of what was told beside what was expected, as tables of comparisons and forecasts have them, in words."""

from typing import Any

from sim.claims.kinds.share import STEPS


def middle(row: dict[str, Any]) -> str:
    """The median with its nine tenths; nothing, for an event."""
    if row["sort"] == "event":
        return ""
    scale, unit = (100 / STEPS, " %") if row["sort"] == "share" else (1.0, "")
    median, low, high = (f"{abs(scale * row[name]):.0f}" for name in ("q50", "q05", "q95"))  # none is below nothing
    return f"{median} ({low} to {high}){unit}"


def chance(row: dict[str, Any]) -> str:
    """The 95% interval of the chance of what was told, in 100."""
    return " to ".join(f"{100 * row[end]:.0f}" for end in ("chance_low", "chance_high"))
