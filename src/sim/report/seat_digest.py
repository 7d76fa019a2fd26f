"""What came in since a commander decided last, in a few lines: the most urgent of it, the others to be unfolded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sim.events.log import EventKind
from sim.report.seat_news import NewsLine, NewsWriter, group_reports
from sim.seat.battle_reports import BattleReport
from sim.seat.game import Game

MAX_DIGEST_LINES = 6  # of news and reports together
FEW_LINES = 3  # that are all shown, whatever they say
MAX_REPORT_LINES = 3  # of them, if there is news enough for the others
OUTCOMES = frozenset(  # what has been decided by arms, or is about to be
    {
        EventKind.ENDED,
        EventKind.CAPTURED,
        EventKind.ALARM,
        EventKind.DEMAND,
        EventKind.LOST,
        EventKind.INFILTRATED,
        EventKind.UNSUPPLIED,
    }
)
ENCOUNTERS = frozenset({EventKind.ASSAULT, EventKind.BOMB, EventKind.AMBUSH, EventKind.SEIZED, EventKind.DESTROYED})
ROUTINE = frozenset({EventKind.DEPARTED, EventKind.ARRIVED, EventKind.REDIRECTED, EventKind.SORTIE})
KNOWN_LOSSES = ("killed", "captured")  # that a side knows of its own people


@dataclass(frozen=True)
class Digest:
    """News by time and reports by source, with those that do not fit into a few lines apart."""

    news: tuple[str, ...]
    reports: tuple[str, ...]
    other_news: tuple[str, ...] = ()
    other_reports: tuple[str, ...] = ()

    @property
    def n_others(self) -> int:
        """How many lines do not fit."""
        return len(self.other_news) + len(self.other_reports)


def list_news(game: Game) -> list[str]:
    """What happened since the side decided last, as far as its people saw it."""
    return [line.text for line in NewsWriter(game).list_news()]


def list_new_reports(game: Game) -> list[str]:
    """The reports that came in since the side decided last, a line for each source, contradicting ones first."""
    new = [each for each in game.reports if each.hours > game.last_stop_hours]
    return list(group_reports(game.battle.scenario, sorted(new, key=lambda each: not is_contradicting(game, each))))


def build_digest(game: Game) -> Digest:
    """What came in since the side decided last.

    Parameters
    ----------
    game
        A game at a stop.

    Returns
    -------
    Digest
        At most `MAX_DIGEST_LINES` lines of news and reports, and the others; up to `FEW_LINES` are all shown.

    Examples
    --------
    >>> import sim
    >>> from sim.battle.simulation import Simulation
    >>> from sim.seat.game import GameSetup, begin_game, go_on
    >>> game = begin_game(GameSetup(Simulation(sim.load("teaching")), seed=1, replication=0, side="teal"))
    >>> digest = build_digest(go_on(game))
    >>> len(digest.news) + len(digest.reports) <= MAX_DIGEST_LINES
    True
    """
    lines, reports = list(NewsWriter(game).list_news()), list_new_reports(game)
    if len(lines) + len(reports) <= FEW_LINES:
        return Digest(tuple(line.text for line in lines), tuple(reports))
    urgent = rank_news(lines)
    n_reports = min(len(reports), max(MAX_REPORT_LINES, MAX_DIGEST_LINES - len(urgent)))
    shown = set(urgent[: MAX_DIGEST_LINES - n_reports])
    return Digest(
        news=tuple(line.text for number, line in enumerate(lines) if number in shown),
        reports=tuple(reports[:n_reports]),
        other_news=tuple(line.text for number, line in enumerate(lines) if number not in shown),
        other_reports=tuple(reports[n_reports:]),
    )


def rank_news(lines: Sequence[NewsLine]) -> list[int]:
    """The numbers of lines, the most urgent first: how fights ended, then fights, then the rest; the latest first.

    Left out are movements and own fire, which map and table show, and that a fight began where its end is told.
    """
    ended = {line.order: number for number, line in enumerate(lines) if line.kind == EventKind.ENDED}

    def is_left_out(number: int) -> bool:
        line = lines[number]
        return line.kind in ROUTINE or (line.kind == EventKind.ASSAULT and ended.get(line.order, -1) > number)

    def rank(number: int) -> tuple[int, int]:
        kind = lines[number].kind
        return (0 if kind in OUTCOMES else 1 if kind in ENCOUNTERS else 2), -number

    return sorted((number for number in range(len(lines)) if not is_left_out(number)), key=rank)


def is_contradicting(game: Game, report: BattleReport) -> bool:
    """Whether a report says otherwise than what the side knew: of its own losses, or from an earlier report."""
    observable = game.battle.scenario.claims[report.claim].observable
    assert observable is not None
    if observable.measure in KNOWN_LOSSES and getattr(observable, "side", None) == game.side:
        return report.is_wrong
    return any(each.high < report.low or report.high < each.low for each in list_earlier_reports(game, report))


def list_earlier_reports(game: Game, report: BattleReport) -> Iterator[BattleReport]:
    """The reports on the very same matter that came in before one, or with it."""
    claims = game.battle.scenario.claims
    for each in game.reports:
        is_same = each.kind == report.kind and claims[each.claim].observable == claims[report.claim].observable
        if each.claim != report.claim and each.hours <= report.hours and is_same:
            yield each
