"""How far to trust what was fought: before it has seen a single claim, or after."""

from collections.abc import Mapping
from typing import Any

from sim.experiment.digits import rounded


def standing(facts: Mapping[str, Any], uncalibrated: str) -> str:
    """What to say of battles by what their manifest says of itself; `uncalibrated`, where nothing was heard yet."""
    if not facts["calibrated"]:
        return uncalibrated
    posterior = facts["posterior"]
    return (
        f"{posterior['says'].capitalize()} (posterior {posterior['digest'][:8]}, dice {posterior['dice']}): battles "
        "that agree with the record as far as this model and its sources can. Another law, other priors: others."
        + worth(posterior)
    )


def worth(posterior: Mapping[str, Any]) -> str:
    """What intervals leave out, if it is known how alike the draws are."""
    if not posterior.get("worth"):
        return ""
    return (
        f" Intervals take battles for independent, but the {posterior['draws']:,} draws of the unknowns are worth "
        f"about {rounded(posterior['worth'])}; `sim analyse` reckons with that."
    )
