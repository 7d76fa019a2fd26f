"""The page of the explorer: levers and odds above, and below the report's own parts on the battle as it is written."""

from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader

from sim.outputs import run_results
from sim.outputs.provenance import collect_study_facts, format_title
from sim.report.html import render, sections
from sim.report.html.content import PageContent
from sim.report.map.features import OFF_MAP_SYMBOL, PLACE_KIND_LABELS
from sim.report.map.sheet import build_atlas
from sim.report.pages.run import build_run_content
from sim.report.text_direction import isolate_names
from sim.runs.accumulators import StudyOverview
from sim.runs.replicate import Study, run_batch
from sim.runs.results_digest import ResultsDigest
from sim.scenario import Scenario
from sim.scenario.basemap import Basemap
from sim.serve.battle_values import MAX_STEP
from sim.serve.explorer import READY_PAIRS, BaseCase, BaseSettings, Explorer, settings_as_mapping
from sim.serve.levers import Lever, PositionError
from sim.storage.manifest import RunManifest

REPORT_ASSETS = ("odds.css", "odds.js", "page.css", "playback.js", "claims.js", "theme.js")
OWN_ASSETS = ("explorer.css", "explorer.js", "questions.js", "seat.css", "seat.js", "server.js")


@dataclass
class Page:
    """What is shown of an explorer.

    Parameters
    ----------
    explorer
        What fights.
    basemap
        The ground.
    argv
        The arguments of `sim serve`, for the section that says how to get the same again.
    settings_facts
        The settings of a command as a manifest keeps them.
    choices
        What the page offers to choose from: laws, readings, and whether there is a calibration.
    """

    explorer: Explorer
    basemap: Basemap
    argv: tuple[str, ...]
    settings_facts: dict[str, Any]
    choices: "BaseChoices"
    contents: dict[BaseSettings, dict[str, Any]] = field(default_factory=dict)

    def render_shell(self) -> str:
        """The page without anything in it."""
        return make_environment().get_template("shell.html.j2").render()

    def read_settings(self, sent: object) -> BaseSettings:
        """The settings that a page sends; raise PositionError for those that there are not."""
        return self.choices.read(sent, self.explorer.settings)

    def make_parts(self, sent: object) -> dict[str, Any]:
        """All parts of the page for some settings, made once for each; `settings` are those of the call."""
        settings = self.read_settings(sent)
        base = self.explorer.find_base(settings)
        if settings not in self.contents:
            if len(self.contents) > 8:
                self.contents.clear()
            self.contents[settings] = {
                "html": self.render_parts(base),
                "levers": [describe_lever(each) for each in base.levers.values()],
                "choices": self.choices.describe(base.scenario),
                "settings": settings_as_mapping(self.explorer.settings),
                "labels": base.table.make_labels(),
                "title": format_title(base.scenario),
            }  # fmt: skip
        return self.contents[settings]

    def render_parts(self, base: BaseCase) -> str:
        """The parts that the report has too, of the base case, as HTML."""
        content = self.build_content(base)
        content_shown = replace(content, scenario=isolate_names(content.scenario))
        atlas = build_atlas(content_shown.scenario, self.basemap, content.end_hours, content.final_control)
        return (
            make_environment()
            .get_template("parts.html.j2")
            .render(
                content=content_shown,
                title=format_title(content_shown.scenario),
                atlas=atlas,
                arrow=OFF_MAP_SYMBOL,
                kinds={mark.kind: PLACE_KIND_LABELS[mark.kind] for mark in atlas.wide_sheet.markers},
                sections=sections.build_sections(content_shown, atlas),
                palette=render.build_palette(content_shown.scenario),
                moment=lambda hours: render.format_moment(content_shown.scenario, hours),
            )
        )

    def build_content(self, base: BaseCase) -> PageContent:
        """What the report would show of some battles of the base case."""
        study = Study(base.simulation, base.seed, READY_PAIRS, 0)
        overview, digest = StudyOverview(study), ResultsDigest()
        for first in range(0, READY_PAIRS, MAX_STEP):
            part = run_batch(study, range(first, first + MAX_STEP))
            digest.add(part)
            overview.add(part)
        batch, summary = overview.close()
        facts = collect_study_facts(study, digest.hexdigest(), self.settings_facts)
        manifest = RunManifest(**facts, daily_replications=READY_PAIRS)
        results = run_results.make_run_tables(study, batch, manifest)
        return build_run_content("serve", self.argv, self.basemap, study, results, summary)


@dataclass(frozen=True)
class BaseChoices:
    """What base cases there are: laws, readings by their options, and whether draws can be those of a calibration."""

    laws: dict[str, str]  # what each is called
    calibration: str = ""  # what it was calibrated on; none if there is none
    scenario: Scenario | None = None

    def read(self, sent: object, default: BaseSettings) -> BaseSettings:
        """Settings as they came from outside; raise PositionError."""
        if sent is None:
            return default
        if not isinstance(sent, dict):
            raise PositionError("settings: not settings by name")
        law, calibrated = sent.get("law", default.law), sent.get("calibrated", default.is_calibrated)
        if law not in self.laws:
            raise PositionError(f"settings.law: unknown law (allowed: {', '.join(self.laws)})")
        if not isinstance(calibrated, bool) or (calibrated and not self.calibration):
            raise PositionError("settings.calibrated: there is no calibration (allowed: false)")
        chosen = sent.get("readings", {})
        readings = self.scenario.readings if self.scenario else {}
        if not isinstance(chosen, dict):
            raise PositionError("settings.readings: not options by reading")
        for name, option in chosen.items():
            if name not in readings or option not in readings[name].options:
                raise PositionError(f"settings.readings: no such reading or option (got {str(name)[:60]!r})")
        moved = {name: chosen[name] for name in readings if name in chosen and chosen[name] != readings[name].default}
        return BaseSettings(law, calibrated, tuple(moved.items()))

    def describe(self, scenario: Scenario) -> dict[str, Any]:
        """The choices as plain data for the page."""
        return {
            "laws": self.laws,
            "calibration": self.calibration,
            "readings": {
                name: {
                    "question": reading.question,
                    "default": reading.default,
                    "options": {id: option.description for id, option in reading.options.items()},
                }
                for name, reading in scenario.readings.items()
            },
        }


def describe_lever(lever: Lever) -> dict[str, Any]:
    """A lever as plain data for the page."""
    names = ("id", "group", "label", "kind", "default", "low", "high", "step", "unit", "note", "is_initial")
    return {name: getattr(lever, name) for name in names} | {"options": dict(lever.options)}


def make_environment() -> Environment:
    """The report's template environment, with our templates before its own."""
    loaders = [PackageLoader("sim.serve"), PackageLoader("sim.report.html")]
    return render.make_environment().overlay(loader=ChoiceLoader(loaders))


def read_asset(name: str) -> str | None:
    """The text of a script or style, ours or the report's; None if there is none of that name."""
    if name in REPORT_ASSETS:
        return render.read_asset(name)
    if name in OWN_ASSETS:
        return (files("sim.serve") / "assets" / name).read_text(encoding="utf-8")
    return None
