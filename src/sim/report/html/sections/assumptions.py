"""What was assumed: every unknown with its range and the reason for it, and how contested passages were read."""

from typing import Any

from sim.report.html.matter import Matter, Section
from sim.report.map.sheet import Atlas
from sim.scenario.priors import Distribution

PLACE = 70
NEVER_SHOWN = {"unit", "reason", "basis", "reference", "distribution"}


def section(matter: Matter, atlas: Atlas) -> Section:
    """Priors, readings and estimated positions."""
    scenario = matter.scenario
    chosen: dict[str, Any] = matter.manifest.get("settings", {}).get("reading", {}) or {}
    priors = [
        (name, described(prior), span(prior), prior.unit, prior.reason, prior.basis, ", ".join(prior.reference))
        for name, prior in scenario.priors.items()
    ]
    readings = [
        (
            reading.question,
            reading.options[chosen.get(name, reading.default)].says,
            [option.says for id, option in reading.options.items() if id != chosen.get(name, reading.default)],
        )
        for name, reading in scenario.readings.items()
    ]
    spots = [
        (place.name, f"{place.coordinates.estimated_within_km:g} km", place.coordinates.reason or "")
        for place in scenario.places.values()
        if place.coordinates.estimated_within_km is not None
    ]
    values = {"priors": priors, "readings": readings, "spots": spots, "drawn": matter.drawing}
    return Section("assumptions", "What was assumed", "Assumptions", values)


def described(prior: Distribution) -> str:
    """A distribution with its numbers."""
    kind = str(getattr(prior, "distribution"))  # noqa: B009 - every prior has one
    numbers = {name: value for name, value in prior.model_dump(mode="json").items() if name not in NEVER_SHOWN}
    known = [f"{name} {value:g}" for name, value in numbers.items() if isinstance(value, int | float)]
    return f"{kind}: {', '.join(known)}"


def span(prior: Distribution) -> str:
    """The middle 90 per cent of a prior."""
    low, high = prior.quantile(0.05), prior.quantile(0.95)
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
