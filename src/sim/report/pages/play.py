"""The page of a game: what it came to, decision by decision, false reports, and both battles to be played back."""

from collections.abc import Iterator, Sequence

from sim.report import after_action
from sim.report.after_reports import UNCALIBRATED_NOTE
from sim.report.html.content import KeyFigure, PageContent, PageTable, ResultBlock
from sim.report.playback.replay import Replay, build_replay
from sim.report.playback.selection import SelectedReplication
from sim.scenario.basemap import Basemap
from sim.seat.after_action import AfterAction
from sim.seat.game import Game
from sim.storage.manifest import StudyManifest


def build_game_content(
    argv: Sequence[str], basemap: Basemap, game: Game, after: AfterAction, manifest: StudyManifest
) -> PageContent:
    """What the page of a game that is over shows."""
    return PageContent(
        command="play",
        argv=tuple(argv),
        scenario=game.setup.simulation.scenario,
        basemap=basemap,
        end_hours=game.run.event_log.end_hours,
        manifest=manifest,
        headlines=tuple(after_action.format_verdict(after)),
        key_figures=tuple(build_key_figures(after)),
        warning="" if manifest.calibrated else UNCALIBRATED_NOTE,
        replays=tuple(build_replays(game)),
        result_blocks=tuple(build_blocks(after)),
        results_title="Orders and luck",
    )


def build_key_figures(after: AfterAction) -> Iterator[KeyFigure]:
    """How often the aim is reached with these orders and with the recorded ones, and how good the luck was."""
    n_battles = len(after.played_course.outcomes.share)
    better, worse = after.played_course.outcomes.count_better(after.played_course.outcome)
    for course in (after.played_course, after.recorded_course):
        share = 100 * float(course.outcomes.is_reached.mean())
        yield KeyFigure(f"{share:.0f} in 100", f"of {n_battles:,} battles", f"reach the aim with {course.name}")
    yield KeyFigure(
        f"{100 * worse / n_battles:.0f} in 100",
        f"{100 * better / n_battles:.0f} end better",
        "battles with the same orders and other luck end worse than this one",
    )


def build_blocks(after: AfterAction) -> Iterator[ResultBlock]:
    """The verdict, the courses, the decisions and the reports."""
    yield ResultBlock("In short", tuple(after_action.format_verdict(after)))
    yield make_block("Your orders beside others", after_action.COURSE_HEADINGS, after_action.make_course_rows(after))
    if after.effects:
        rows = after_action.make_effect_rows(after)
        sentences = tuple(after_action.describe_effects(after))
        yield make_block("What each decision did", after_action.EFFECT_HEADINGS, rows, sentences)
    note = (after_action.format_report_note(after),)
    report_rows = after_action.make_report_rows(after)
    if report_rows:
        yield make_block("Where reports misled", after_action.REPORT_HEADINGS, report_rows, note)
    else:
        yield ResultBlock("Where reports misled", note)


def make_block(
    title: str, headings: tuple[str, ...], rows: list[tuple[str, ...]], sentences: tuple[str, ...] = ()
) -> ResultBlock:
    """A table with its title, and sentences before it."""
    return ResultBlock(title, sentences, table=PageTable(headings, tuple(rows)))


def build_replays(game: Game) -> Iterator[Replay]:
    """The battle that was played and, if anything was decided, the same luck under the recorded orders."""
    number = game.setup.replication
    reason = ("the game that was played",)
    yield build_replay(game.battle.scenario, game.run, SelectedReplication(number, ("your battle",), reason))
    if game.decisions:
        simulation = game.setup.simulation
        recorded = simulation.run(game.setup.seed, number)
        selected = SelectedReplication(number, ("the recorded orders",), ("the same luck, without your decisions",))
        yield build_replay(simulation.scenario, recorded, selected)
