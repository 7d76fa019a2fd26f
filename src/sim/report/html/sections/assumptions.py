"""The section of assumptions: every prior with its range and reason, and how ambiguous passages were interpreted."""

from sim.report.html.content import PageContent, PageSection
from sim.report.map.sheet import Atlas
from sim.scenario.lint.unread_items import describe_unread
from sim.scenario.prior_requirements import list_idle_priors
from sim.scenario.priors import PriorDistribution

POSITION = 70
HIDDEN_FIELDS = {"unit", "reason", "basis", "reference", "distribution"}


def build_section(content: PageContent, atlas: Atlas) -> PageSection:
    """Priors, interpretations and estimated positions."""
    scenario = content.scenario
    chosen_options = content.manifest.settings.reading
    idle = list_idle_priors(scenario)
    priors = [
        (
            name,
            describe_prior(prior),
            format_prior_range(prior),
            prior.unit,
            prior.reason,
            prior.basis,
            ", ".join(prior.reference),
        )
        for name, prior in scenario.priors.items()
        if name not in idle
    ]
    readings = [
        (
            reading.question,
            reading.options[chosen_options.get(name, reading.default)].description,
            [
                option.description
                for id, option in reading.options.items()
                if id != chosen_options.get(name, reading.default)
            ],
        )
        for name, reading in scenario.readings.items()
    ]
    estimated_places = [
        (place.name, f"{place.coordinates.estimated_within_km:g} km", place.coordinates.reason or "")
        for place in scenario.places.values()
        if place.coordinates.estimated_within_km is not None
    ]
    values = {
        "priors": priors,
        "priors_set": scenario.priors_set,
        "unread": describe_unread(scenario.to_read) if scenario.to_read else "",
        "readings": readings,
        "estimated_places": estimated_places,
        "basemap": content.basemap,
    }
    return PageSection("assumptions", "What was assumed", "Assumptions", values)


def describe_prior(prior: PriorDistribution) -> str:
    """A distribution with its parameters."""
    kind = str(getattr(prior, "distribution"))  # noqa: B009 - every prior has one
    numbers = {name: value for name, value in prior.model_dump(mode="json").items() if name not in HIDDEN_FIELDS}
    formatted = [f"{name} {value:g}" for name, value in numbers.items() if isinstance(value, int | float)]
    return f"{kind}: {', '.join(formatted)}"


def format_prior_range(prior: PriorDistribution) -> str:
    """The middle 90 per cent of a prior."""
    low, high = prior.quantile(0.05), prior.quantile(0.95)
    return f"{low:.3g}" if low == high else f"{low:.3g} to {high:.3g}"
