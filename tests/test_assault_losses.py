"""What won assaults cost: read from logs written by hand and from whole battles, checked, and put on the page."""

from datetime import datetime

import numpy as np
import pytest
from support import tables

from sim.analysis.validation import assault_losses
from sim.analysis.validation.results import ValidationSettings
from sim.analysis.validation.won_assaults import WINNING_ENDINGS, find_won_assaults, tabulate_assaults
from sim.battle.simulation import Simulation
from sim.cli.main import main
from sim.events.log import LOG_DTYPE, NONE, AssaultEnding, EventKind, EventLog, Labels
from sim.report.validation_page import fill_validation_page, parse_checks
from sim.scenario import load

ATTACKER, DEFENDER = 0, 1
HILL, CAMP = 0, 1
FIRST, SECOND = 0, 1
LABELS = Labels(datetime(2001, 6, 1), ("teal", "amber"), ("hill", "camp"), ("one", "two"), ("first", "second"), ())


def write_log(*rows) -> EventLog:
    """A log of rows: time, event, order, side, value, and maybe code and place."""
    full_rows = [
        (time, event, order, side, rest[1] if len(rest) > 1 else HILL, NONE, value, rest[0] if rest else NONE)
        for time, event, order, side, value, *rest in rows
    ]
    return EventLog(np.array(full_rows, dtype=LOG_DTYPE), LABELS, 100.0)


def lose(time, side, killed, wounded=0, taken=0, order=FIRST):
    """Rows of so many people lost."""
    return [
        *[(time, EventKind.KILLED, order, side, 1.0)] * killed,
        *[(time, EventKind.WOUNDED, order, side, 1.0)] * wounded,
        *([(time, EventKind.CAPTURED, order, side, float(taken))] if taken else []),
    ]


GARRISON = (0.0, EventKind.PLACED, NONE, DEFENDER, 120.0)


def open_with(people, time, order=FIRST):
    """Rows of an assault that opens."""
    return [
        (time, EventKind.ARRIVED, order, ATTACKER, people),
        (time, EventKind.ASSAULT, order, ATTACKER, people),
    ]


def end_with(ending, time, order=FIRST):
    """The row of an assault that ends."""
    return (time, EventKind.ENDED, order, ATTACKER, 0.0, ending)


def test_losses_run_from_the_first_try_to_the_rout_and_no_further():
    (won,) = find_won_assaults(
        write_log(
            GARRISON,
            *lose(1.0, DEFENDER, 5, 9, order=NONE),  # before it opens
            *open_with(300.0, 2.0),
            *lose(3.0, ATTACKER, 2, 3),
            end_with(AssaultEnding.TIME, 4.0),
            *lose(10.0, DEFENDER, 1, order=NONE),  # between the tries
            (26.0, EventKind.ASSAULT, FIRST, ATTACKER, 280.0),
            (26.5, EventKind.SUPPORTED, SECOND, ATTACKER, 60.0),
            (26.5, EventKind.ARRIVED, NONE, DEFENDER, 30.0),
            *lose(27.0, DEFENDER, 4, 6),
            end_with(AssaultEnding.DEFENCE_BROKE, 28.0),
            *lose(28.0, DEFENDER, 3, 0, 7),  # the rout
            (28.0, EventKind.DONE, FIRST, ATTACKER, 0.0),
            *lose(29.0, ATTACKER, 8, order=NONE),  # after it
        ),
        ["first", "second"],
    )
    assert (won.order, won.place, won.opened_at, won.ended_at) == (FIRST, HILL, 2.0, 28.0)
    assert (won.attackers, won.defenders) == (340.0, 120.0 - 14.0 + 30.0)
    assert (won.attackers_killed, won.attackers_wounded, won.attackers_taken) == (2.0, 3.0, 0.0)
    assert (won.defenders_killed, won.defenders_wounded, won.defenders_taken) == (8.0, 6.0, 7.0)


def test_a_place_that_is_walked_into_and_an_assault_that_is_thrown_back_do_not_count():
    walked_in = write_log(GARRISON, end_with(AssaultEnding.TAKEN, 2.0))
    thrown_back = write_log(GARRISON, *open_with(300.0, 2.0), end_with(AssaultEnding.CALLED_OFF, 3.0))
    left_by_night = write_log(
        GARRISON,
        *open_with(300.0, 2.0),
        end_with(AssaultEnding.DARK, 3.0),
        end_with(AssaultEnding.TAKEN, 26.0),
    )
    assert [find_won_assaults(log, ["first"]) for log in (walked_in, thrown_back, left_by_night)] == [[], [], []]
    other_order = write_log(GARRISON, *open_with(300.0, 2.0), end_with(AssaultEnding.TAKEN, 3.0))
    assert find_won_assaults(other_order, ["second"]) == []
    assert len(find_won_assaults(other_order, ["first"])) == 1


def test_the_losses_of_an_earlier_order_on_the_place_are_not_its_own():
    (won,) = find_won_assaults(
        write_log(
            GARRISON,
            *open_with(300.0, 2.0),
            *lose(2.5, DEFENDER, 20, 40),
            end_with(AssaultEnding.CALLED_OFF, 3.0),
            (3.0, EventKind.DONE, FIRST, ATTACKER, 0.0),
            *open_with(200.0, 5.0, SECOND),
            *lose(5.5, DEFENDER, 1, order=SECOND),
            end_with(AssaultEnding.TAKEN, 6.0, SECOND),
        ),
        ["first", "second"],
    )
    assert (won.order, won.defenders, won.defenders_killed, won.defenders_wounded) == (SECOND, 60.0, 1.0, 0.0)


def test_an_order_that_is_given_anew_opens_another_assault():
    (won,) = find_won_assaults(
        write_log(
            GARRISON,
            *open_with(300.0, 2.0),
            *lose(2.5, DEFENDER, 20),
            end_with(AssaultEnding.CALLED_OFF, 3.0),
            (3.0, EventKind.DONE, FIRST, ATTACKER, 0.0),
            *open_with(200.0, 50.0),
            end_with(AssaultEnding.TAKEN, 51.0),
        ),
        ["first"],
    )
    assert (won.opened_at, won.attackers, won.defenders, won.defenders_killed) == (50.0, 200.0, 100.0, 0.0)


def test_every_won_assault_of_whole_battles_is_found_and_its_garrison_is_not_negative():
    scenario = load("teaching")
    simulation = Simulation(scenario)
    orders = [id for id, order in scenario.active_orders.items() if order.kind in assault_losses.ORDER_KINDS]
    n_found = 0
    for replication in range(20):
        log = simulation.run(3, replication).event_log
        won = find_won_assaults(log, orders)
        n_found += len(won)
        rows = log.rows[log.select_kinds(EventKind.ASSAULT, EventKind.ENDED)]
        for order in orders:
            own = rows[rows["order"] == log.labels.orders.index(order)]
            has_opened = own["event"][:-1] == EventKind.ASSAULT
            has_won = (own["event"] == EventKind.ENDED) & np.isin(own["code"], WINNING_ENDINGS)
            assert sum(log.labels.orders[each.order] == order for each in won) == (has_opened & has_won[1:]).sum()
        for each in won:
            assert each.attackers > 0 < each.defenders
            assert each.defenders_killed + each.defenders_wounded + each.defenders_taken <= each.defenders
            assert each.attackers_killed + each.attackers_wounded <= log.rows["value"].sum()
    assert n_found > 5


# --- The check


def make_assaults(n_cheap: int, n_dear: int, attackers: float = 400.0):
    """Won assaults that cost one dead, and as many as are said that cost fifty."""
    logs = [
        write_log(
            GARRISON,
            *open_with(attackers, 2.0),
            *lose(2.5, DEFENDER, dead, dead),
            end_with(AssaultEnding.TAKEN, 3.0),
        )
        for dead in [1] * n_cheap + [50] * n_dear
    ]
    return tabulate_assaults([each for log in logs for each in find_won_assaults(log, ["first"])])


@pytest.mark.parametrize(
    ("n_cheap", "n_dear", "attackers", "found", "is_met"),
    [
        (1, 39, 400.0, "2.5% of 40", True),
        (2, 38, 400.0, "5.0% of 40", False),
        (30, 10, 400.0, "75.0% of 40", False),
        (1, 39, 299.0, "no assault of that size was won", False),
    ],
)
def test_the_check_fails_where_too_many_assaults_of_many_people_are_cheap(n_cheap, n_dear, attackers, found, is_met):
    check = assault_losses.check_cheap_assaults(make_assaults(n_cheap, n_dear, attackers))
    assert (check.obtained, check.is_reproduced, check.is_golden) == (found, is_met, False)


def test_the_tables_have_numbers_and_shares_by_strength_and_garrison(tmp_path):
    tables.cdb90(tmp_path / "cdb90", 20)
    recorded = assault_losses.load(tmp_path)
    assert len(recorded.name) == 14
    assert recorded.name[0] == "Battle 0, 1800"
    cost = assault_losses.build_cost_table(make_assaults(3, 1), recorded)
    many = next(row for row in cost.rows if row[1] == "300 to 999")
    assert many[2] == 4
    assert many[6:] == ("1 (1 to 43)", "2 (2 to 85)", "0.02 (0.02 to 0.71)", "75.0%", "75.0%")
    assert next(row for row in cost.rows if row[1] == "below 100")[2:4] == (0, "-")
    small = recorded.larger_strength <= 5000
    row = next(row for row in cost.rows if row[1] == "both sides up to 5,000")
    assert row[2] == small.sum()
    garrison = assault_losses.build_garrison_table(make_assaults(3, 1))
    assert [row[2] for row in garrison.rows] == [0, 4, 0, 0, 4, 0]
    smallest = assault_losses.build_smallest_table(recorded)
    assert len(smallest.rows) == assault_losses.N_SMALLEST


def test_a_recorded_battle_without_losses_counts(tmp_path):
    tables.cdb90(tmp_path / "cdb90", 3)
    path = tmp_path / "cdb90" / "derived_engagements.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    cells[5] = cells[7] = "0.0"
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="utf-8")
    recorded = assault_losses.load(tmp_path)
    assert (recorded.attackers_lost[0], recorded.defenders_lost[0]) == (0.0, 0.0)


# --- The page


def test_the_page_counts_the_checks_of_validations_that_were_not_done_again(tmp_path):
    tables.cdb90(tmp_path / "cdb90", 20)
    settings = ValidationSettings(load("teaching"), effort=0.02)
    result = assault_losses.validate(assault_losses.load(tmp_path), settings)
    page = "\n".join(
        (
            "<!-- other -->",
            "| what | wanted | found | reproduced |",
            "| --- | --- | --- | --- |",
            "| a | 1 | 1 | yes |",
            "| b | 1 | 2 | **NO** |",
            "| c | 1 | 1 | yes, golden |",
            "<!-- end of other -->",
        )
    )
    filled = fill_validation_page(page, [result])
    assert [check.quantity for check in parse_checks(filled)][:3] == ["a", "b", "c"]
    n_met = 1 + sum(check.is_reproduced for check in result.checks)
    assert f"{n_met} of 3 checks of the model reproduced, {3 - n_met} not." in filled
    assert "1 of 1 golden numbers" in filled
    assert fill_validation_page(filled, [result]) == filled


@pytest.mark.slow
def test_one_validation_alone_is_done_and_the_rest_of_the_page_stays(tmp_path, capsys):
    tables.cdb90(tmp_path / "cdb90", 20)  # no other table is there, nor needed
    page = tmp_path / "validation.md"
    page.write_text("# Mine\n\n| a | 1 | 1 | yes |\n", encoding="utf-8")
    words = [f"data={tmp_path}", f"docs={tmp_path}", f"outputs={tmp_path / 'outputs'}", "scenario=teaching"]
    with pytest.raises(SystemExit) as left:
        main(["validate", "only=assault_losses", "workers=1", *words])
    assert left.value.code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("# Mine\n\n| a | 1 | 1 | yes |\n")
    assert "won assaults by 300 or more that cost at most 3 dead in all" in text
    assert "of 2 checks of the model" in text
    assert (tmp_path / "images" / "validation" / "assault_losses.png").stat().st_size > 1000
    assert "CDB90, land battles" not in capsys.readouterr().out
