"""Packs by era and echelon, what a scenario needs of priors, the skeleton that uses them, and the check of priors."""

import math
import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from sim import paths
from sim.analysis.prior_check import (
    ODDS,
    PriorCheck,
    ReferenceClass,
    SimulatedAssault,
    check_priors,
    compute_hourly_losses,
    iter_assaults,
    list_strong_points,
    read_reference,
)
from sim.battle.simulation import Simulation
from sim.events.log import LOG_DTYPE, NONE, AssaultEnding, EventKind, EventLog, Labels
from sim.report.prior_check import format_prior_check
from sim.scenario import ScenarioError, load
from sim.scenario.lint import run_rules
from sim.scenario.loading import build_scenario
from sim.scenario.prior_packs import expand_prior_packs, load_pack, load_rule_packs
from sim.scenario.prior_requirements import (
    is_needed,
    iter_parameter_meanings,
    list_idle_priors,
    list_required_priors,
)
from sim.scenario.rule_packs import RulePack
from sim.scenario.rule_parameters import DEFAULT_RANGE, PARAMETER_RANGES, SHARE_RANGE
from sim.scenario.yaml_parser import read_document

PACKS = load_rule_packs()
ERAS = [name for name, pack in PACKS.items() if pack.kind == "era"]
ECHELONS = [name for name, pack in PACKS.items() if pack.kind == "echelon"]
MEANINGS = dict(iter_parameter_meanings())
LEFT_TO_THE_BATTLE = {"fog_chance", "rain_chance"}  # of the place and the season
OWN_BATTLES = re.compile(r"goose|rorke|khafji|shaer|dien.bien|gabrielle|shiloh|pittsburg|deir|zor|2014-12", re.I)


# The packs themselves


def find_misfits(pack: RulePack) -> list[str]:
    """Priors of no rule, or beyond what rules can take."""
    misfits = []
    for name, prior in pack.priors.items():
        if name not in MEANINGS and not name.startswith("cover_"):
            misfits.append(name)
        low, high = SHARE_RANGE if name.startswith("cover_") else PARAMETER_RANGES.get(name, DEFAULT_RANGE)
        lowest, highest = prior.support()
        if not low <= lowest <= highest <= high:
            misfits.append(name)
    return misfits


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_has_priors_of_rules_alone_within_what_they_can_take(name):
    assert find_misfits(PACKS[name]) == []


def test_a_misfit_is_seen():
    pack = PACKS["company"]
    odd = pack.priors | {"moral": pack.priors["muster_hours"], "night_fire": pack.priors["assault_hours"]}
    assert find_misfits(pack.model_copy(update={"priors": odd})) == ["moral", "night_fire"]


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_names_sources_of_the_bibliography_and_none_of_the_programs_battles(name):
    keys = set(re.findall(r"^@\w+\{(\w+),", (paths.scenario_folder() / "sources.bib").read_text("utf-8"), re.MULTILINE))
    named = {*PACKS[name].reference, *(key for prior in PACKS[name].priors.values() for key in prior.reference)}
    assert named <= keys
    assert {key for prior in PACKS[name].priors.values() for key in prior.reference} <= {*PACKS[name].reference}
    assert not OWN_BATTLES.search(PACKS[name].model_dump_json())


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("echelon", ECHELONS)
def test_an_era_and_an_echelon_give_everything_but_what_is_the_battles_own(era, echelon):
    engagement = load_pack(PACKS[era].engagement)
    given = {*PACKS[era].priors, *PACKS[echelon].priors, *engagement.parameters}
    weapons = ("strike_", "bomb_", "breach_")
    assert {name for name in MEANINGS if name not in given and not name.startswith(weapons)} == LEFT_TO_THE_BATTLE
    assert not {*PACKS[era].priors} & {*PACKS[echelon].priors}


def test_weapons_are_of_the_eras_that_had_them():
    have = {era for era in ERAS if "strike_deaths_mean" in PACKS[era].priors}
    assert have == {*ERAS} - {"infantry_1800_1913"}
    assert [era for era in ERAS if "bomb_arrives" in PACKS[era].priors] == ["irregulars_after_2001"]


def test_every_year_from_1800_on_and_every_size_of_a_fight_has_a_pack():
    for spans in ([PACKS[name].years for name in ERAS], [PACKS[name].sizes for name in ECHELONS]):
        ordered = sorted(spans, key=lambda span: span.low)
        gaps = [later.low - span.high for span, later in pairwise(ordered)]
        assert max(gaps) <= 1


def test_a_pack_whose_years_end_before_they_begin_is_refused():
    data = PACKS["company"].model_dump(mode="json")
    with pytest.raises(ValidationError, match="low 1950 is above high 1900"):
        RulePack.model_validate(data | {"years": {"low": 1950, "high": 1900}})


# Small fights, by the packs own battles: recorded rates at small sizes over the fitted ones. The interval is of 95%,
# so that it leaves out a true ratio of 1 in one fit of twenty.
CHECK = re.compile(r"battles of fewer than 2,000 people: [\d.]+ times the fitted one \(([\d.]+) to ([\d.]+); (\d+)")


@pytest.mark.parametrize("era", ["1800_1913", "1914_1938"])
def test_the_fit_of_an_era_says_whether_its_small_battles_kill_as_fast_as_it_has_it(era):
    found = CHECK.search(" ".join(load_pack(f"engagement_{era}").checks))
    assert float(found[1]) < 1 < float(found[2])


@pytest.mark.parametrize("era", [name for name in ERAS if "after" not in name])
def test_companies_kill_faster_than_divisions_and_no_more_than_tenfold_of_the_small_recorded(era):
    pack = load_pack(PACKS[era].engagement)
    names = list(pack.parameters)

    def rate_an_hour(size):
        means, _ = pack.compute_moments(PACKS[era].years.low, size)
        exponent = means[names.index("size_exponent")]
        return math.exp(means[names.index("killing_rate")] - exponent * math.log(size / 11_000)) / 24

    small = next(each for each in read_reference(int(PACKS[era].years.low)) if (each.kind, each.low) == ("size", 0))
    assert rate_an_hour(100) > 2 * rate_an_hour(11_000)
    middle = math.sqrt(small.attackers_an_hour[1] * small.defenders_an_hour[1])
    assert middle / 10 < rate_an_hour(1_500) < 10 * middle


# What a scenario gets and needs


def read_teaching(without=(), packs=None):
    """The teaching scenario as plain data, without some kinds of orders, with packs for the priors of rules."""
    data = YAML(typ="safe", pure=True).load((paths.scenario_folder() / "teaching.yaml").read_text(encoding="utf-8"))
    data["orders"] = {id: order for id, order in data["orders"].items() if order["kind"] not in without}
    if packs:
        base = (*MEANINGS, *(f"{name}_{side}" for name in MEANINGS for side in ("teal", "amber")))
        kept = LEFT_TO_THE_BATTLE
        data["priors"] = {name: prior for name, prior in data["priors"].items() if name not in base or name in kept}
        data["prior_packs"] = [{"file": name, "year": 2003, "size": 200} for name in packs]
    return data


def build(data, tmp_path):
    """The scenario of plain data."""
    path = tmp_path / "changed.yaml"
    with path.open("w", encoding="utf-8") as file:
        YAML(typ="safe", pure=True).dump(data, file)
    document = read_document(path)
    return build_scenario(document.data, document)


def drop_claims_of(data, orders):
    """Without what refers to orders that are gone."""
    for section in ("claims", "turning_points", "splits", "readings"):
        if section in data:
            data[section] = {
                id: entry for id, entry in data[section].items() if not any(name in str(entry) for name in orders)
            }
    del data["summary"]  # it names claims
    return data


def test_two_packs_give_a_scenario_all_that_rules_ask_for(tmp_path):
    scenario = build(read_teaching(packs=("irregulars_after_2001", "company")), tmp_path)
    assert len(Simulation(scenario).run(3, 0).log) > 50
    prior = scenario.priors["muster_hours"]
    assert prior.high == 1.5
    assert prior.reason.endswith("(pack company)")
    assert scenario.priors["killing_rate"].reason.endswith("2003 (pack engagement)")
    assert "cover_fort" not in scenario.priors  # nothing names it
    assert "killing_rate" in scenario.prior_correlations[0].priors


def test_a_cover_that_a_terrain_names_comes_from_the_pack(tmp_path):
    data = read_teaching(packs=("irregulars_after_2001", "company"))
    next(iter(data["terrains"].values()))["cover"] = {"prior": "cover_fort"}
    scenario = build(data, tmp_path)
    assert scenario.priors["cover_fort"].high == 0.9
    assert "cover_fort" in Simulation(scenario).parameter_names


def test_a_rules_priors_are_asked_for_only_where_an_order_uses_the_rule(tmp_path):
    whole = load("teaching")
    bombs = [name for name in MEANINGS if name.startswith(("bomb_", "breach_"))]
    assert len(bombs) == 10
    assert all(is_needed(whole, name) for name in bombs)
    orders = [id for id, order in whole.orders.items() if order.kind == "vehicle_bomb"]
    data = drop_claims_of(read_teaching(without=("vehicle_bomb",)), orders)
    data["priors"] = {name: prior for name, prior in data["priors"].items() if name not in bombs}
    scenario = build(data, tmp_path)
    assert not {reader.parameter for reader in list_required_priors(scenario)} & {*bombs}
    missing = read_teaching()
    missing["priors"] = data["priors"]
    with pytest.raises(ScenarioError) as error:
        build(missing, tmp_path)
    assert "bomb_arrives is missing: chance that a vehicle bomb is not stopped on its way" in str(error.value)
    assert "or no vehicle_bomb among the orders" in str(error.value)


def test_what_no_order_uses_is_no_unknown_and_changes_no_battle(tmp_path):
    orders = [id for id, order in load("teaching").orders.items() if order.kind == "vehicle_bomb"]
    data = drop_claims_of(read_teaching(without=("vehicle_bomb",)), orders)
    with_bombs = Simulation(build(data, tmp_path))
    bombs = {name for name in MEANINGS if name.startswith(("bomb_", "breach_"))}
    assert bombs <= {*with_bombs.scenario.priors}
    assert not bombs & {*with_bombs.parameter_names}
    assert list_idle_priors(with_bombs.scenario) == bombs
    data["priors"] = {name: prior for name, prior in data["priors"].items() if name not in bombs}
    without = Simulation(build(data, tmp_path))
    assert with_bombs.parameter_names == without.parameter_names
    assert np.array_equal(with_bombs.run(5, 1).log, without.run(5, 1).log)


def test_a_rule_prior_that_both_sides_have_apart_is_no_third_unknown(tmp_path):
    data = read_teaching()
    data["priors"]["killing_rate"] = {"distribution": "fixed", "value": 0.1, "unit": "1/day", "reason": "of no use"}
    names = Simulation(build(data, tmp_path)).parameter_names
    assert "killing_rate" not in names
    assert {"killing_rate_teal", "killing_rate_amber"} <= {*names}


def test_december_uses_every_prior_that_it_has():
    scenario = load("dec2014")
    assert {*scenario.priors} - scenario.source_model_priors <= {*Simulation(scenario).parameter_names}


# sim new


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("echelon", ECHELONS)
def test_the_skeleton_of_an_era_and_an_echelon_is_sound_and_runs(call, tmp_path, era, echelon):
    code, _, err = call("new", "mine_2001", f"era={era}", f"echelon={echelon}", f"folder={tmp_path}")
    assert (code, err) == (0, "")
    document = read_document(tmp_path / "mine_2001.yaml")
    scenario = build_scenario(document.data, document)
    assert [str(it) for one in run_rules(scenario, document.data) for it in one.findings] == []
    assert PACKS[era].years.contains(scenario.begins.year)
    assert scenario.name == "mine_2001"
    assert {use["file"] for use in document.data["prior_packs"]} == {era, echelon}
    assert not {*document.data["priors"]} & {*PACKS[era].priors, *PACKS[echelon].priors}
    assert len(Simulation(scenario).run(7, 0).log) > 20


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["era=infantry_1914_1948", "echelon=company"], "did you mean infantry_1914_1938?"),
        (["era=infantry_1914_1938", "echelon=companies"], "echelon: unknown echelon (got 'companies'; did you mean"),
        (["era=infantry_1914_1938"], "echelon: goes with era, and is missing (allowed: battalion, brigade, company)"),
        (["era=company", "echelon=company"], "era: unknown era (got 'company'"),
    ],
)
def test_an_era_that_there_is_not_is_refused_with_the_nearest_name(call, tmp_path, words, message):
    code, out, err = call("new", "mine", *words, f"folder={tmp_path}")
    assert (code, out) == (2, "")
    assert message in err
    assert list(tmp_path.iterdir()) == []


# The check of priors against recorded battles


def make_log(*rows):
    """A log of two sides, two places and two forces."""
    labels = Labels(None, ("red", "blue"), ("hill", "town"), ("a", "b"), ("attack",), ())
    table = np.zeros(len(rows), dtype=LOG_DTYPE)
    for n, (time, event, side, value, code) in enumerate(rows):
        table[n] = (time, event, 0, side, 0, NONE, value, code)
    return EventLog(table, labels, 48.0)


FIGHT = (
    (0.0, EventKind.PLACED, 0, 100, NONE),
    (5.0, EventKind.ARRIVED, 1, 300, NONE),
    (5.0, EventKind.ASSAULT, 1, 300, NONE),
    (6.0, EventKind.KILLED, 0, 10, NONE),
    (7.0, EventKind.WOUNDED, 1, 30, NONE),
    (9.0, EventKind.ENDED, 1, 0, AssaultEnding.DEFENCE_BROKE),
    (9.0, EventKind.CAPTURED, 0, 40, NONE),
    (12.0, EventKind.KILLED, 0, 5, NONE),
)


def test_an_assault_has_the_strengths_at_its_opening_and_the_losses_until_the_rout():
    (assault,) = iter_assaults(make_log(*FIGHT))
    assert (assault.place, assault.odds, assault.hours, assault.is_won) == ("hill", 3.0, 4.0, True)
    assert (assault.attackers_lost, assault.defenders_lost) == (30, 50)
    attackers, defenders = compute_hourly_losses([assault])
    assert (attackers[0], defenders[0]) == pytest.approx((0.1 / 4, 0.5 / 4))


def test_an_assault_that_the_end_of_the_run_cuts_off_is_none():
    assert list(iter_assaults(make_log(*FIGHT[:5]))) == []


def test_the_record_of_a_year_is_that_of_its_era_or_of_the_nearest():
    assert {each.first_year for each in read_reference(1879)} == {1800}
    assert {each.first_year for each in read_reference(2014)} == {1946}
    odds = [each for each in read_reference(1942) if each.kind == "odds"]
    assert [(each.low, each.high) for each in odds] == list(pairwise(ODDS))
    assert sum(each.battles for each in odds) == 175


def make_check(odds, won, hours):
    """A check with forty assaults alike."""
    row = ReferenceClass(
        1946, 1982, "odds", 2.0, 4.0, 40, 20, 40, (2.0, 8.0, 20.0), (0.001, 0.01, 0.1), (0.001, 0.01, 0.1), "CDB90"
    )
    assaults = [SimulatedAssault("hill", 100 * odds, 100, 4 * odds, 4, hours, n < won) for n in range(40)]
    return PriorCheck(40, tuple(assaults), {"hill": won}, (row,))


def test_what_lies_far_outside_the_record_is_marked_and_nothing_else():
    near = "\n".join(format_prior_check(make_check(3, 20, 8.0), "A battle"))
    assert "FAR: won" not in near.split("FAR: won beyond")[0]
    assert "  FAR:" not in near
    far = format_prior_check(make_check(3, 39, 0.5), "A battle")
    assert far[2].endswith("FAR: won, hours")
    assert "hill 98" in far[-2]


@pytest.mark.parametrize(
    ("hours", "won", "strong", "is_named"),
    [(0.2, 30, {"hill"}, True), (0.6, 30, {"hill"}, False), (0.2, 9, {"hill"}, False), (0.2, 30, {"mill"}, False)],
)
def test_a_strong_point_that_falls_in_minutes_is_named(hours, won, strong, is_named):
    lines = format_prior_check(replace(make_check(3, won, hours), strong_points=frozenset(strong)), "A battle")
    found = [line for line in lines if line.startswith("MINUTES")]
    assert [line.split(" and falls ")[1][:10] for line in found] == (["12 minutes"] if is_named else [])


def test_strong_points_are_prepared_and_sheltered():
    scenario = load("goose_green")
    strong = set(list_strong_points(scenario))
    assert {"darwin_hill", "boca_house"} <= strong
    assert all(scenario.terrains[scenario.places[id].terrain].prepared for id in strong)
    assert strong != set(scenario.places)


def test_the_check_of_a_scenario_prints_at_most_twenty_lines(call):
    code, out, err = call("check", "teaching", "--prior", "6")
    assert (code, err) == (0, "")
    lines = out.split("Digest")[1].splitlines()[1:]
    assert 5 < len(lines) <= 20
    assert "6 battles" in lines[0]
    assert lines[-1].startswith("FAR: ")


def test_battles_are_counted_one_by_one():
    check = check_priors(Simulation(load("teaching")), 3, seed=1)
    assert check.n_battles == 3
    assert all(0 <= count <= 3 for count in check.taken.values())
    assert {each.place for each in check.assaults} == {*check.taken}


def test_the_table_is_no_part_of_json(call):
    code, _, err = call("check", "teaching", "--json", "--prior", "5")
    assert code == 2
    assert "prior: its table is not part of --json" in err


def test_packs_in_plain_data_are_written_out_in_the_order_of_the_file():
    data = read_teaching(packs=("company", "battalion"))
    expanded, problems = expand_prior_packs(data)
    assert problems == []
    assert expanded["priors"]["muster_hours"]["reason"].endswith("(pack company)")
