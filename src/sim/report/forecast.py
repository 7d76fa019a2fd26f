"""Forecasts in words and tables, and the Markdown section of a stored forecast."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from rich.table import Table

from sim.analysis.forecast import SealedForecast
from sim.analysis.forecast_cutoffs import ForecastCutoff
from sim.analysis.question_tables import DAY_AHEAD_LABEL
from sim.report import skill
from sim.report.claim_table import format_median_interval, format_percentages, format_pit
from sim.report.forecast_questions import (
    describe_questions,
    describe_selected_scores,
    format_question_section,
    format_selected_scores,
)
from sim.report.skill import format_skill_table
from sim.report.text import format_count, format_markdown_table
from sim.scenario.descriptions import find_last_day, format_day
from sim.scenario.model import Scenario
from sim.scoring.evaluate import BaselineScore, ClaimForecast
from sim.storage.manifest import ForecastManifest
from sim.storage.reader import StoredOutput, open_output

WIDE_INTERVAL = 0.9  # the share of reports that the range of a forecast should hold
EVEN_CHANCE = 0.5
MODE_TITLES = {"free": "Forecast", "given_orders": "Hindcast with the recorded orders"}


def format_cutoff(cutoff: ForecastCutoff) -> str:
    """The day that is forecast, or the days from the cutoff on."""
    if cutoff.is_daily:
        return format_day(cutoff.time.date())
    return f"{format_day(cutoff.time.date())} to {format_day(find_last_day(cutoff.scored_until))}"


def describe_forecast(scenario: Scenario, forecast: SealedForecast) -> Iterator[str]:
    """The sentences about one cutoff; of a daily one without baselines, which the pooled days have."""
    cutoff = forecast.cutoff
    first = find_last_day(cutoff.time) if not cutoff.is_daily else cutoff.time.date()
    days = " to ".join(dict.fromkeys((format_day(first), format_day(find_last_day(cutoff.scored_until)))))
    heading = f"{MODE_TITLES[forecast.mode]} {'of' if cutoff.is_daily else 'from'} {days}"
    yield f"{heading}: {cutoff.label}; fitted to {format_count(len(forecast.fit.claims), 'claims')}."
    if forecast.score is None:
        yield from (f"- No forecast. {reason}" for reason in forecast.fit.diagnostics.failures)
        return
    if not cutoff.is_daily:
        yield from (f"- {sentence}" for sentence in describe_foresight(forecast.score.claim_forecasts))
        yield from reword_for_forecast(skill.describe_scores(forecast.score))
        yield from reword_for_forecast(describe_event_probabilities(forecast.score.claim_forecasts))
        yield from reword_for_forecast(describe_questions([forecast]))
        yield from reword_for_forecast(describe_selected_scores(forecast.selected_scores))
    if forecast.forecast is not None and forecast.forecast.skipped_claims:
        skipped = "; ".join(scenario.claims[each].statement for each in forecast.forecast.skipped_claims)
        yield f"- Not asked, because nobody knew of it at the cut-off: {skipped}."
    yield from (f"- {sentence}" for sentence in forecast.fit.diagnostics.warnings)


def describe_day_ahead(forecasts: Sequence[SealedForecast], baseline_scores: Sequence[BaselineScore]) -> Iterator[str]:
    """All day-ahead forecasts pooled."""
    days = [each for each in forecasts if each.cutoff.is_daily and each.score is not None]
    claims = [claim for each in days if each.score is not None for claim in each.score.claim_forecasts]
    if not claims:
        return
    yield f"{MODE_TITLES[days[0].mode]} of the next day, {len(days)} days together:"
    yield from reword_for_forecast(skill.describe_better_baselines(baseline_scores))
    yield from reword_for_forecast(skill.describe_interval_coverage(claims))
    yield from reword_for_forecast(describe_event_probabilities(claims))
    yield from reword_for_forecast(describe_questions(days))
    yield from reword_for_forecast(describe_selected_scores([score for each in days for score in each.selected_scores]))


def reword_for_forecast(sentences: Iterable[str]) -> Iterator[str]:
    """Sentences about a simulation as sentences about a forecast, as items of a list."""
    return (f"- {sentence.replace('the simulation', 'the forecast')}" for sentence in sentences)


def describe_foresight(claims: Sequence[ClaimForecast]) -> Iterator[str]:
    """What was foreseen of what came, in one sentence; none if nothing was reported."""
    numbers = [each for each in claims if each.target.kind != "event"]
    events = [each for each in claims if each.target.kind == "event"]
    parts = []
    if numbers:
        n_inside = sum(each.is_inside(WIDE_INTERVAL) for each in numbers)
        parts.append(
            f"{n_inside} of {len(numbers)} reported numbers came within the middle "
            f"{100 * WIDE_INTERVAL:.0f} % of what was foreseen"
        )
    if events:
        n_likely = sum(each.probability >= EVEN_CHANCE for each in events)
        parts.append(f"{n_likely} of {len(events)} reported events had been given at least even odds")
    if parts:
        yield f"{', and '.join(parts)}."


def describe_event_probabilities(claims: Sequence[ClaimForecast]) -> Iterator[str]:
    """The probabilities that the events got which were reported."""
    events = [each for each in claims if each.target.kind == "event"]
    if events:
        n_likely = sum(each.probability >= EVEN_CHANCE for each in events)
        mean = 100 * sum(each.probability for each in events) / len(events)
        if len(events) == 1:
            yield f"The one reported event was given a chance of {mean:.0f} in 100."
            return
        yield (
            f"Of {len(events)} reported events {n_likely} were given a chance of one half or more, and all of them "
            f"{mean:.0f} in 100 on average."
        )


def build_forecast_table(scenario: Scenario, forecast: SealedForecast) -> Table:
    """Every claim after the cutoff beside its forecast."""
    assert forecast.score is not None
    title = f"{format_cutoff(forecast.cutoff)}: what was reported, and the forecast of it, most surprising first"
    return skill.build_claim_score_table(title, scenario, forecast.score)


StoredRow = dict[str, Any]
FORECAST_TITLES = {
    ("free", False): "Forecasts: nothing of later text is known",
    ("free", True): "One day ahead, nothing of later text being known",
    ("given_orders", False): "Hindcasts: the recorded orders are known",
    ("given_orders", True): "One day ahead, with the recorded orders",
}


@dataclass(frozen=True)
class ForecastGroup:
    """The cutoffs of an output that are declared, or the daily ones."""

    path: Path
    daily: bool

    @cached_property
    def output(self) -> StoredOutput:
        """The output."""
        return open_output(self.path)

    @property
    def manifest(self) -> ForecastManifest:
        """The manifest of the output."""
        return self.output.require(ForecastManifest)

    @cached_property
    def cutoff_labels(self) -> dict[str, str]:
        """The label of each cutoff by name."""
        return {each.name: each.label for each in self.manifest.cutoffs if each.daily == self.daily}

    @property
    def figures(self) -> dict[str, Path]:
        """The figures that were drawn, by their names beside a page."""
        names = ["day_ahead"] if self.daily else ["fan_charts", "claim_forecasts"]
        if self.daily == all(each.daily for each in self.manifest.cutoffs):  # one figure of all cut-offs
            names.append("reliability")
        paths = {f"{self.manifest.mode}-{name}": self.path / "figures" / f"{name}.png" for name in names}
        return {name: path for name, path in paths.items() if path.is_file()}

    @property
    def claim_forecasts(self) -> list[StoredRow]:
        """The claims beside their forecasts, each once."""
        rows = self.output.read_table("claim_forecasts").to_pylist()
        return [row for row in rows if row["split"] in self.cutoff_labels and row["kind"] != "state"]

    @property
    def skill_rows(self) -> list[StoredRow]:
        """The skill beside each baseline."""
        rows = self.output.read_table("skill").to_pylist()
        group_rows = [row for row in rows if (row["split"] == DAY_AHEAD_LABEL) == self.daily]
        return [row | {"split": self.cutoff_labels.get(row["split"], row["split"])} for row in group_rows]

    def read_rows(self, table: str) -> list[StoredRow]:
        """The rows of a table on questions or weighted counts; none in an output that is older than these."""
        if table not in self.output.table_names:
            return []
        names = {*self.cutoff_labels, *([DAY_AHEAD_LABEL] if self.daily else [])}
        return [row for row in self.output.read_table(table).to_pylist() if row["split"] in names]


def load_forecast_groups(path: Path) -> list[ForecastGroup]:
    """The groups that an output has."""
    return [group for group in (ForecastGroup(path, False), ForecastGroup(path, True)) if group.cutoff_labels]


def format_forecast_output(scenario: Scenario, path: Path, stem: str) -> Iterator[str]:
    """The sections on an output of `sim forecast`."""
    for group in load_forecast_groups(path):
        yield from format_forecast_group(scenario, group, stem)


def format_forecast_group(scenario: Scenario, group: ForecastGroup, stem: str) -> Iterator[str]:
    """Each cutoff in a line, then skill beside baselines, then each claim beside its forecast."""
    manifest = group.manifest
    yield f"## {FORECAST_TITLES[manifest.mode, group.daily]}"
    yield ""
    for name, label in group.cutoff_labels.items():
        sealed = manifest.sealed[name]
        if sealed:
            rows = [row for row in group.claim_forecasts if row["split"] == name]
            yield " ".join([format_cutoff_summary(label, sealed, rows), *manifest.warnings[name]])
        else:
            yield f"- {label}: no forecast. {' '.join(manifest.failures.get(name, ()))}"
    yield ""
    for name in group.figures:
        yield f"![What was forecast, and what was reported](images/{stem}-{name}.png)"
        yield ""
    yield from format_skill_table(
        [row | {"split": group.cutoff_labels.get(row["split"], row["split"])} for row in group.skill_rows],
        "cut-off",
        "forecast",
    )
    if questions := group.read_rows("forecast_questions"):
        yield from format_question_section(
            questions, group.read_rows("question_answers"), group.read_rows("question_scores"), group.cutoff_labels
        )
    yield from format_selected_scores(group.read_rows("selected_scores"), group.cutoff_labels, manifest.sealed)
    yield from format_claim_forecasts(scenario, group)
    settings = manifest.settings
    settings_text = f"mode={manifest.mode} particles={settings.particles} target_ess={settings.target_ess or 0:g}"
    yield f"*Made by `sim forecast {settings_text}`; results {manifest.results_digest[:8]}.*\n"


def format_cutoff_summary(label: str, sealed: dict[str, Any], rows: list[StoredRow]) -> str:
    """One cutoff in a line."""
    counts = [row for row in rows if row["kind"] in ("count", "share", "time")]
    events = [row for row in rows if row["kind"] == "event"]
    n_inside = sum(row["inside_90"] for row in counts)
    n_likely = sum(row["probability"] >= 0.5 for row in events)
    return (
        f"- {label}: fitted to {format_count(len(sealed['fitted_claims']), 'claims')}, {len(rows)} forecast"
        + (f", {len(sealed['skipped_claims'])} about what nobody knew of then" if sealed["skipped_claims"] else "")
        + (f"; {n_inside} of {len(counts)} counts and shares inside the middle 90 %" if counts else "")
        + (f"; {n_likely} of {len(events)} events given a chance of a half or more" if events else "")
        + f". Sealed as {sealed['sha256'][:8]}."
    )


def format_claim_forecasts(scenario: Scenario, group: ForecastGroup) -> Iterator[str]:
    """Every claim after the cutoff beside its forecast.

    A claim has its chance, unless it is one number, whose chance is small in any case, and its place in what was
    expected, unless it is an event.
    """
    yield from format_markdown_table(
        ("of" if group.daily else "cut-off", "claim", "source", "said"),
        ("forecast: median (90 %)", "place in what was expected, in 100", "chance of this report, in 100"),
        (format_claim_forecast_row(scenario, group.cutoff_labels[row["split"]], row) for row in group.claim_forecasts),
    )


def format_claim_forecast_row(scenario: Scenario, label: str, row: StoredRow) -> list[str]:
    """One claim beside its forecast."""
    claim = scenario.claims[row["claim"]]
    is_one_number = row["kind"] != "event" and row["reported_low"] == row["reported_high"]
    return [
        label,
        claim.statement,
        scenario.sources[claim.source].name,
        row["phrase"],
        format_median_interval(row),
        format_pit(row),
        "" if is_one_number else format_percentages(row["probability_low"], row["probability_high"]),
    ]
