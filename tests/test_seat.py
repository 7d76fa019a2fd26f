"""The commander's seat: no second rule book, the past stays, nobody sees more than a commander could, games replay."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.battle.edited_simulation import apply_scenario_edits
from sim.battle.simulation import Simulation
from sim.battle.supplied_draws import SuppliedDraws
from sim.events.log import EventKind, EventLog
from sim.perturbations.base import PerturbationError
from sim.report.after_action import make_course_rows
from sim.runs.replicate import Study, iterate_batches
from sim.scenario import Scenario, load
from sim.scoring.intervals import IntervalEstimate
from sim.seat.after_action import DecisionEffect, collect_outcomes, observe_outcome, review_game
from sim.seat.battle_reports import simulate_battle_reports
from sim.seat.course import Decision, TooLateError, build_course, build_edits, check_past
from sim.seat.game import GO_ON, Game, GameSetup, UnknownChoiceError, apply_move, begin_game, decide, go_on, take_back
from sim.seat.game_file import GameFileError, replay_moves
from sim.seat.knowledge import Situation, observe_side
from sim.seat.question import list_perturbations
from sim.seat.review_file import REVIEW_FILE, CourseArchive, read_review_file, write_review_file

SCENARIOS = ("teaching", "dec2014", "shaer", "khafji", "goose_green", "dienbienphu", "rorkes_drift", "shiloh")
DECEMBER = ["send base_reserve gate_sector", *[GO_ON] * 3, "hold brigade_104_goes_in_4", "delay airstrikes_4 6"]


@cache
def open_scenario(name: str) -> Scenario:
    """A scenario, read once."""
    return load(name)


def make_setup(scenario: str = "teaching", side: str = "teal", **more) -> GameSetup:
    """A battle to be commanded, simulated by the quicker scheduler."""
    return GameSetup(
        Simulation(open_scenario(scenario), scheduler="compiled"),
        **({"seed": 7, "replication": 0, "side": side, "pace": "every_report"} | more),
    )


def play_on(game: Game) -> Game:
    """The game at its end, with nothing more decided."""
    while game.stop is not None:
        game = go_on(game)
    return game


def rows(game: Game) -> list[tuple]:
    """The log of a game's battle with ids of orders."""
    log, orders = game.run.log, game.run.event_log.labels.orders
    return [(*(row[name] for name in log.dtype.names if name != "order"), orders[row["order"]]) for row in log]


def draw_moves(data: st.DataObject, game: Game, count: int) -> tuple[Game, list[str]]:
    """A game after some random moves, those that come too late left out."""
    moves = []
    for _ in range(count):
        if game.stop is None:
            break
        move = data.draw(st.sampled_from([GO_ON, *(choice.id for choice in game.choices)]))
        try:
            game = apply_move(game, move)
        except TooLateError:
            continue
        moves.append(move)
    return game, moves


# The battle is the model's own


@pytest.mark.slow
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_without_decisions_the_battle_is_the_recorded_one_and_stops_come_in_order(scenario):
    for side in open_scenario(scenario).sides:
        setup = make_setup(scenario, side)
        game, last = begin_game(setup), -1.0
        asked: list[str] = []
        assert game.stop.causes[0].kind == "opening"
        while game.stop is not None:
            assert game.stop.hours > last
            ids = [choice.id for choice in game.choices]
            assert len(set(ids)) == len(ids)
            assert all(game.battle.scenario.orders[order].side == side for order in game.stop.due_orders)
            asked += game.stop.due_orders
            last, game = game.stop.hours, go_on(game)
        assert len(set(asked)) == len(asked)
        assert game.run.log.tobytes() == setup.simulation.run(7, 0).log.tobytes()


def test_every_own_order_is_asked_about_before_it_begins():
    game = begin_game(make_setup("dec2014", "government"))
    first_steps, asked = game.battle.first_steps, {}
    own = set(game.battle.list_own_orders("government"))
    while game.stop is not None:
        asked |= dict.fromkeys(game.stop.due_orders, game.stop.hours)
        game = go_on(game)
    begun = {id for id in own if first_steps.get(id, 1e9) < game.run.event_log.end_hours}
    assert begun <= set(asked)
    assert all(asked[id] < first_steps[id] for id in begun)


@pytest.mark.slow
@settings(max_examples=6, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_games_keep_their_past_and_replay_to_the_bit(data):
    other = data.draw(st.sampled_from(["record", "rule", "person"]))
    setup = make_setup(
        side=data.draw(st.sampled_from(["teal", "amber"])), other=other, replication=data.draw(st.integers(0, 50))
    )
    game, moves = draw_moves(data, begin_game(setup), 8)
    again = replay_moves(setup, moves)
    assert (again.stop, again.decisions) == (game.stop, game.decisions)
    assert again.run.log.tobytes() == game.run.log.tobytes()
    simpy = replay_moves(replace(setup, simulation=replace(setup.simulation, scheduler="simpy")), moves)
    assert simpy.run.log.tobytes() == game.run.log.tobytes()
    # the exported perturbations are the whole of it
    edits = build_edits(setup.simulation, list(list_perturbations(game).values()))
    assert (
        apply_scenario_edits(setup.simulation, edits).run(7, setup.replication).log.tobytes() == game.run.log.tobytes()
    )


def test_december_changes_only_what_comes_after_each_decision():
    game = begin_game(make_setup("dec2014", "government"))
    for move in DECEMBER:
        before, hours = rows(game), game.hours
        game = apply_move(game, move)
        assert [row for row in before if row[0] < hours] == [row for row in rows(game) if row[0] < hours]
    assert "brigade_104_goes_in_4" not in game.battle.first_steps
    assert len(game.decisions) == 3


def test_a_decision_on_what_has_begun_is_refused():
    game = begin_game(make_setup())
    while game.battle.first_steps["afternoon_strikes"] > game.hours:
        game = go_on(game)
    order = game.battle.scenario.orders["afternoon_strikes"]
    assert order.kind == "airstrike"
    fake = Decision(game.hours, "teal", "x", "x", "other", begin_game(make_setup()).choices[0].perturbation)
    other = build_course(game.setup.simulation, (), [fake]).run(7, 0)
    with pytest.raises(TooLateError):
        check_past(game.run, other, fake)


def test_a_decision_is_taken_back_only_where_it_was_made():
    game = begin_game(make_setup())
    decided = decide(game, "send riders fort")
    assert rows(decided) != rows(game)
    assert rows(take_back(decided)) == rows(game)
    with pytest.raises(UnknownChoiceError):
        take_back(go_on(decided))
    with pytest.raises(UnknownChoiceError):
        decide(game, "send riders moon")


def test_a_delayed_order_is_asked_about_again_and_the_last_word_holds():
    game = begin_game(make_setup())
    while "afternoon_strikes" not in game.stop.due_orders:
        game = go_on(game)
    game = go_on(decide(game, "delay afternoon_strikes 3"))
    while "afternoon_strikes" not in game.stop.due_orders:
        game = go_on(game)
    assert game.hours == 15.0
    game = decide(game, "delay afternoon_strikes 3")
    assert game.decisions[-1].perturbation.hours == 6.0
    game = decide(take_back(game), "hold afternoon_strikes")
    assert "afternoon_strikes" not in game.battle.first_steps


def test_sorties_are_asked_for_once_a_day():
    game = begin_game(make_setup())
    game = go_on(game)
    game = decide(game, "sorties village")
    assert not [choice for choice in game.choices if choice.id.startswith("sorties")]


def test_the_other_side_follows_its_rule_and_keeps_to_it():
    recorded, ruled = (begin_game(make_setup(other=other)) for other in ("record", "rule"))
    assert rows(recorded) != rows(ruled)
    assert all(
        order.cancelled
        for order in ruled.battle.scenario.orders.values()
        if order.side == "amber" and order.kind == "attack"
    )
    with pytest.raises(PerturbationError):
        begin_game(make_setup("khafji", "coalition", other="rule"))


def test_two_persons_decide_in_turn():
    game = begin_game(make_setup(other="person"))
    assert game.side == "teal"
    game = go_on(decide(game, "send riders fort"))
    assert (game.side, game.hours) == ("amber", 0.0)
    sides = set()
    while game.stop is not None:
        sides.add(game.side)
        assert all(game.battle.scenario.orders[order].side == game.side for order in game.stop.due_orders)
        game = go_on(game)
    assert sides == {"teal", "amber"}


# What a commander knows


def summarize(situation: Situation) -> tuple:
    """All that a situation says, but for the log behind it."""
    return situation.forces, situation.places, situation.losses, situation.daylight, situation.fog, situation.sightings


@pytest.mark.parametrize("side", ["government", "isil"])
def test_a_commander_knows_nothing_of_what_comes_and_of_what_the_enemy_loses(side):
    scenario = open_scenario("dec2014")
    log = Simulation(scenario, scheduler="compiled").run(7, 3).event_log
    enemy = log.labels.sides.index(next(each for each in scenario.sides if each != side))
    hidden = np.isin(log.rows["event"], [EventKind.KILLED, EventKind.WOUNDED, EventKind.ARRIVED, EventKind.DEPARTED])
    hidden &= log.rows["side"] == enemy
    for hours in (30.0, 100.0, 200.0):
        past = EventLog(log.rows[log.rows["time"] <= hours], log.labels, log.end_hours)
        seen = EventLog(log.rows[~hidden], log.labels, log.end_hours)
        whole = observe_side(scenario, log, side, hours)
        assert summarize(observe_side(scenario, past, side, hours)) == summarize(whole)
        assert summarize(observe_side(scenario, seen, side, hours)) == summarize(whole)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_forces_are_counted_as_the_battle_counts_them(scenario):
    """The people whom a commander knows of at the end are those of the final rows of the forces."""
    model = open_scenario(scenario)
    run = Simulation(model, scheduler="compiled").run(7, 0)
    final = dict(zip(run.event_log.labels.forces, run.forces["strength"], strict=True))
    for side in model.sides:
        situation = observe_side(model, run.event_log, side, run.event_log.end_hours)
        for force in situation.forces.values():
            if force.place is not None:
                assert force.people == final[force.force]


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_reports_that_have_come_in_stay_as_they_are(data):
    game, _ = draw_moves(data, begin_game(make_setup()), 8)
    if game.stop is None or not game.choices:
        return
    try:
        changed = decide(game, data.draw(st.sampled_from([choice.id for choice in game.choices])))
    except TooLateError:
        return
    assert changed.reports == game.reports


def test_reports_err_and_come_when_they_are_published():
    scenario = open_scenario("dec2014")
    runs = [Simulation(scenario, scheduler="compiled").run(7, number) for number in range(6)]
    reports = [report for run in runs for report in simulate_battle_reports(scenario, run, 7)]
    counts = [report for report in reports if report.kind == "count"]
    assert any(report.is_wrong for report in counts)
    assert any(report.is_published for report in reports)
    assert all(
        report.hours >= scenario.hours_since_start(scenario.claims[report.claim].observable.until) for report in reports
    )


def test_reports_of_a_posterior_err_as_it_has_learnt():
    """Draws that say that no source ever errs leave no false statement; without them there are some."""
    scenario = open_scenario("teaching")
    run = Simulation(scenario, scheduler="compiled").run(7, 0)
    honest = SuppliedDraws({"misreport": scenario.priors["misreport"]}, np.zeros((1, 1)), np.zeros((1, 1)))

    def count_false(supplied: SuppliedDraws | None) -> int:
        return sum(
            report.kind == "statement" and report.is_wrong
            for number in range(40)
            for report in simulate_battle_reports(scenario, replace(run, replication=number), 7, supplied)
        )

    assert count_false(honest) == 0
    assert count_false(None) > 0


# Afterwards


def review(game: Game, runs: int = 20):
    """The after-action of a game by so many battles."""
    return review_game(game, make_course_archive(game, runs).observe)


def make_course_archive(game: Game, runs: int = 20, kept=None):
    """So many battles of each course, by plain rules."""

    def simulate_many(name, simulation):
        return iterate_batches(Study(simulation, 7, runs, n_saved_logs=0), workers=1)

    return CourseArchive(game, simulate_many, kept or {})


@pytest.fixture(scope="module")
def reviewed():
    """A game with two decisions, played to its end, and what is said of it."""
    game = go_on(go_on(decide(begin_game(make_setup()), "send riders fort")))
    game = play_on(decide(game, "hold afternoon_strikes"))
    return game, review(game)


@pytest.mark.slow
def test_an_undone_decision_is_the_same_battle_without_it(reviewed):
    game, after = reviewed
    assert sorted((effect.decision for effect in after.effects), key=game.decisions.index) == list(game.decisions)
    assert list(after.effects) == sorted(after.effects, key=lambda each: each.rank_key)
    moves = [GO_ON, GO_ON, "hold afternoon_strikes"]
    without = play_on(replay_moves(game.setup, moves))
    assert observe_outcome(game.setup.simulation.scenario, without.run, "teal") in [
        effect.without for effect in after.effects if effect.decision == game.decisions[0]
    ]


INTERVALS = st.builds(
    lambda value, half: IntervalEstimate(value, value - half, value + half), st.floats(-1, 1), st.floats(0, 1)
)


@given(st.lists(st.builds(DecisionEffect, st.none(), st.none(), INTERVALS, INTERVALS), max_size=8))
def test_clear_effects_come_first_and_the_larger_before_the_smaller(effects):
    ordered = sorted(effects, key=lambda each: each.rank_key)
    on_aim = [each.reached for each in ordered if each.reached.is_significant]
    only_dead = [each for each in ordered if each.own_dead.is_significant and not each.reached.is_significant]
    assert [each.reached for each in ordered[: len(on_aim)]] == on_aim
    assert ordered[len(on_aim) : len(on_aim) + len(only_dead)] == only_dead
    rest = ordered[len(on_aim) + len(only_dead) :]
    for values in (on_aim, [each.own_dead for each in only_dead], [each.reached for each in rest]):
        sizes = [abs(each.value) for each in values]
        assert sizes == sorted(sizes, reverse=True)


def refuse_to_simulate(name, simulation):
    pytest.fail(f"fought anew: {name}")


def test_kept_battles_give_the_same_review_and_are_not_fought_again(reviewed, tmp_path):
    game, after = reviewed
    fought = make_course_archive(game)
    review_game(game, fought.observe)
    assert fought.n_fought == len(fought.outcomes) == 5  # three courses, and two without a decision each
    write_review_file(tmp_path, game, 20, fought.outcomes)
    kept = CourseArchive(game, refuse_to_simulate, read_review_file(tmp_path, game, 20))
    again = review_game(game, kept.observe)
    assert (again.reached, again.own_dead, again.effects) == (after.reached, after.own_dead, after.effects)
    assert make_course_rows(again) == make_course_rows(after)
    for course, other in zip(again.courses, after.courses, strict=True):
        for name in ("share", "is_reached", "own_dead", "enemy_dead"):
            assert np.array_equal(getattr(course.outcomes, name), getattr(other.outcomes, name))


def test_battles_of_another_game_or_number_are_not_taken(reviewed, tmp_path):
    game, _ = reviewed
    fought = make_course_archive(game, runs=2)
    fought.observe("your orders", game.battle.simulation)
    write_review_file(tmp_path, game, 2, fought.outcomes)
    assert read_review_file(tmp_path, game, 2)
    assert read_review_file(tmp_path, game, 3) == {}
    assert read_review_file(tmp_path, play_on(begin_game(make_setup())), 2) == {}
    assert read_review_file(tmp_path / "elsewhere", game, 2) == {}


@settings(max_examples=25, deadline=None)
@given(share=st.floats(0, 1, exclude_max=True), kind=st.sampled_from(["cut", "change"]))
def test_kept_battles_that_are_damaged_anywhere_are_fought_anew(reviewed, tmp_path_factory, share, kind):
    game, _ = reviewed
    folder = tmp_path_factory.mktemp("review")
    fought = make_course_archive(game, runs=2)
    fought.observe("your orders", game.battle.simulation)
    write_review_file(folder, game, 2, fought.outcomes)
    path = folder / REVIEW_FILE
    text = path.read_bytes().rstrip()
    place = int(share * len(text))
    path.write_bytes(text[:place] if kind == "cut" else text[:place] + b"7" + text[place + 1 :])
    assert path.read_bytes() == text or read_review_file(folder, game, 2) == {}


def test_the_courses_are_those_of_the_battles_themselves(reviewed):
    game, after = reviewed
    setup, scenario = game.setup, game.setup.simulation.scenario
    assert after.recorded_course.outcome == observe_outcome(scenario, setup.simulation.run(7, 0), "teal")
    played = build_course(setup.simulation, (), game.decisions)
    for number in range(3):
        outcome = observe_outcome(scenario, played.run(7, number), "teal")
        assert after.played_course.outcomes.share[number] == outcome.share
        assert after.played_course.outcomes.own_dead[number] == outcome.own_dead
        assert after.played_course.outcomes.is_reached[number] == outcome.is_reached


def test_both_sides_aims_are_opposite():
    scenario = open_scenario("teaching")
    study = Study(Simulation(scenario, scheduler="compiled"), 7, 20, 0)
    batches = list(iterate_batches(study, workers=1))
    own, other = (collect_outcomes(scenario, side, batches) for side in ("teal", "amber"))
    assert (own.is_reached != other.is_reached).all()
    assert (own.own_dead == other.enemy_dead).all()


def test_a_battle_is_better_than_those_below_it_and_worse_than_those_above(reviewed):
    _, after = reviewed
    outcomes = after.played_course.outcomes
    for number in range(len(outcomes.share)):
        one = replace(after.played_course.outcome, share=outcomes.share[number], own_dead=outcomes.own_dead[number])
        better, worse = outcomes.count_better(one)
        equal = (outcomes.share == one.share) & (outcomes.own_dead == one.own_dead)
        assert better + worse + int(equal.sum()) == len(outcomes.share)


def test_a_game_of_another_battle_is_not_replayed():
    with pytest.raises(GameFileError, match=r"move 1 .* can't be made"):
        replay_moves(make_setup(), ["hold nothing"])
    game = begin_game(make_setup())
    count = 0
    while game.stop is not None:
        game, count = go_on(game), count + 1
    with pytest.raises(GameFileError, match="comes after the end"):
        replay_moves(make_setup(), [GO_ON] * (count + 1))
