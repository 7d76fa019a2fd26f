"""The priors that every drafted scenario begins with: wide ones of its own, and packs by its year for the rest."""

from collections.abc import Iterator
from typing import Any

from sim.drafts.draft import Draft, DraftedSource

ECHELON, TYPICAL_SIZE = "battalion", 600
ERAS = (("infantry_1800_1913", 1913), ("infantry_1914_1938", 1938), ("infantry_1939_1945", 1945))  # with the last year
LATEST_ERA = "infantry_after_1945"
LITERATURE = {"basis": "literature", "reference": ["Radford2023"]}


def make_prior_packs(year: int) -> list[dict[str, Any]]:
    """The packs of the era and of a middling echelon."""
    era = next((name for name, last in ERAS if year <= last), LATEST_ERA)
    return [{"file": name, "year": year, "size": TYPICAL_SIZE} for name in (era, ECHELON)]


def make_prior(unit: str, reason: str, distribution: str, **numbers: float) -> dict[str, Any]:
    """A prior as a scenario writes it."""
    return {"distribution": distribution, **numbers, "unit": unit, "reason": reason}


def make_priors(draft: Draft) -> dict[str, Any]:
    """The priors of a drafted battle's own."""
    priors = {
        f"strength_{id}": make_prior(
            "people",
            "ASSUMPTION: drafted: the file does not say how many they were",
            "lognormal",
            median=800,
            sigma=1.0,
            low=30,
            high=20_000,
        )
        for id, force in draft.forces.items()
        if force.strength is None
    }
    season = "ASSUMPTION: drafted: how often there is {} at that season, if no station record is at hand"
    priors["fog_chance"] = make_prior("chance", season.format("fog"), "uniform", low=0.05, high=0.35)
    priors["rain_chance"] = make_prior("chance", season.format("rain"), "uniform", low=0.05, high=0.35)
    return priors | dict(iter_reporting_priors(draft))


def iter_reporting_priors(draft: Draft) -> Iterator[tuple[str, dict[str, Any]]]:
    """The priors of how sources report: some for all, and a factor and its spread for each source."""
    yield (
        "stray_reports",
        make_prior(
            "people or pieces",
            "ASSUMPTION: a death may be told of a day or a place that had none",
            "fixed",
            value=0.5,
        ),
    )
    yield (
        "share_sd",
        make_prior(
            "share", "ASSUMPTION: nobody measures how much of a village is held", "uniform", low=0.05, high=0.15
        ),
    )
    yield (
        "time_sd",
        make_prior(
            "h",
            "ASSUMPTION: hours that nobody wrote down at the time",
            "lognormal",
            median=2,
            sigma=0.5,
            low=0.5,
            high=12,
        ),
    )
    yield (
        "misreport",
        make_prior("chance", "ASSUMPTION: one report in twenty of what happened is wrong", "beta", a=1, b=19),
    )
    yield (
        "report_size",
        make_prior("1", "ASSUMPTION: counts are off by a third", "lognormal", median=10, sigma=0.5, low=2, high=80),
    )
    for id, source in draft.sources.items():
        if is_partisan(source, draft):
            enemy = make_prior(
                "1",
                "belligerents told 1.9 and 4.3 times their opponents' deaths in a recent war",
                "lognormal",
                median=2.5,
                sigma=0.5,
                low=0.5,
                high=12,
            )
            own = make_prior(
                "1",
                "belligerents told 0.3 and 1.0 times their own deaths in a recent war",
                "lognormal",
                median=0.8,
                sigma=0.4,
                low=0.15,
                high=3,
            )
            yield f"bias_{id}_enemy", enemy | LITERATURE
            yield f"bias_{id}_own", own | LITERATURE
        yield (
            f"bias_{id}",
            make_prior(
                "1", "ASSUMPTION: told over true, either way alike", "lognormal", median=1, sigma=0.4, low=0.2, high=5
            ),
        )


def is_partisan(source: DraftedSource, draft: Draft) -> bool:
    """Whether a source is one of the two sides."""
    return source.kind == "belligerent" and source.side in draft.sides


def make_source_model(draft: Draft) -> dict[str, Any]:
    """How each source reports: of a belligerent, its own people and the enemy's with a factor each."""
    return {
        "background_rate": "stray_reports",
        "share_sd": "share_sd",
        "time_sd": "time_sd",
        "sources": {id: make_error_model(id, source, draft) for id, source in draft.sources.items()},
    }


def make_error_model(id: str, source: DraftedSource, draft: Draft) -> dict[str, Any]:
    """How one source errs."""

    def make_count_errors(suffix: str) -> dict[str, str]:
        return {"bias": f"bias_{id}{suffix}", "size": "report_size"}

    suffixes = {
        side: ("_own" if side == source.side else "_enemy") if is_partisan(source, draft) else ""
        for side in draft.sides
    }
    return {
        "sides": {side: make_count_errors(suffix) for side, suffix in suffixes.items()},
        "both_sides": make_count_errors(""),
        "equipment": make_count_errors(""),
        "flip_probability": "misreport",
    }
