"""Changes of a scenario: a path and a value, on a copy; a number that is changed does not keep its source."""

import pytest

from sim.scenario import Edit, ScenarioError, load
from sim.scenario.edits import EDIT_REASON, apply_edits, find_conflicts
from sim.scenario.loading import find_scenario_file
from sim.scenario.yaml_parser import read_document


@pytest.fixture(scope="module")
def data():
    return read_document(find_scenario_file("teaching")).data


def edit(path: str, value: object) -> Edit:
    return Edit(path=path, value=value)


def with_edits(*changes: tuple[str, object]):
    return load("teaching", tuple(edit(path, value) for path, value in changes))


def complaint(*changes: tuple[str, object]) -> str:
    with pytest.raises(ScenarioError) as caught:
        with_edits(*changes)
    return str(caught.value)


def test_a_number_on_a_quantity_replaces_it_and_its_source():
    strength = with_edits(("forces.relief.strength", 100)).forces["relief"].strength
    assert (strength.value, strength.claim, strength.assumption) == (100, None, EDIT_REASON)
    assert load("teaching").forces["relief"].strength.claim == "relief_came"


@pytest.mark.parametrize("path", ["forces.relief.strength.value", "forces.relief.strength"])
def test_the_value_inside_a_quantity_does_not_keep_a_source_either(path):
    strength = with_edits((path, 100)).forces["relief"].strength
    assert (strength.value, strength.claim, strength.assumption) == (100, None, EDIT_REASON)


@pytest.mark.parametrize("path", ["forces.vanguard.strength", "forces.vanguard.strength.value"])
def test_a_number_on_a_share_of_a_prior_fixes_it(path):
    strength = with_edits((path, 250)).forces["vanguard"].strength
    assert (strength.value, strength.prior, strength.share, strength.assumption) == (250, None, 1.0, EDIT_REASON)


def test_a_number_on_a_prior_fixes_its_slot_and_keeps_its_unit():
    prior = with_edits(("priors.teal_garrison", 321)).priors["teal_garrison"]
    assert (prior.distribution, prior.quantile(0.01), prior.quantile(0.99)) == ("fixed", 321, 321)
    assert (prior.unit, prior.reason) == ("people", EDIT_REASON)


def test_a_changed_prior_does_not_keep_its_reason_or_its_literature():
    changes = (edit("priors.bomb_deaths_mean.median", 20),)
    before, after = (load("dec2014", chosen).priors["bomb_deaths_mean"] for chosen in ((), changes))
    assert before.basis == "literature"
    assert before.reference
    assert (after.median, after.sigma, after.reason) == (20, before.sigma, EDIT_REASON)
    assert (after.basis, after.reference) == ("assumption", ())


def test_a_whole_quantity_takes_its_own_origin_with_it():
    strength = with_edits(("forces.relief.strength", {"value": 90, "source": "gazette"})).forces["relief"].strength
    assert (strength.value, strength.source, strength.assumption) == (90, "gazette", None)


def test_text_lists_and_truth_values_are_set_as_they_are():
    scenario = with_edits(
        ("orders.hill_assault.daylight_only", False),
        ("orders.village_assault.axis", ["hill"]),
        ("forces.watch.location", "village"),
        ("orders.hill_assault.within_hours", {"value": 3, "assumption": "for a test"}),
    )
    assert scenario.orders["hill_assault"].daylight_only is False
    assert scenario.orders["village_assault"].axis == ("hill",)
    assert scenario.forces["watch"].location == "village"
    assert scenario.orders["hill_assault"].within_hours.value == 3


def test_an_edit_works_on_a_copy_and_only_where_it_says(data):
    before = repr(data)
    changed, problems = apply_edits(data, (edit("forces.watch.strength", 99),))
    assert problems == []
    assert repr(data) == before
    assert changed["forces"]["watch"]["strength"] == {"value": 99, "assumption": EDIT_REASON}
    del changed["forces"]["watch"]["strength"]
    rest = apply_edits(data, ())[0]
    del rest["forces"]["watch"]["strength"]
    assert changed == rest


def test_an_edit_changes_the_digest_and_its_undoing_brings_it_back():
    plain, same, other = (
        with_edits(*changes).compute_digest()
        for changes in ((), (("priors.supply_days.unit", "days"),), (("forces.watch.location", "fort"),))
    )
    assert plain != other
    assert plain == same  # a prior's unit is no number
    assert with_edits(("forces.watch.location", "hill")).compute_digest() == plain


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("forces.nosuch.strength", "edit forces.nosuch: does not exist (got 'forces.nosuch.strength'; allowed flank, "
                                   "garrison, outpost, relief, riders, vanguard, watch)"),
        ("nosuch", "edit nosuch: does not exist (got 'nosuch'; allowed astronomy, begins, claims, "),
        ("priors.nosuch", "edit priors.nosuch: does not exist"),
        ("places.nosuch", "edit places.nosuch: does not exist (got 'places.nosuch'; allowed camp, fort, hill"),
        ("forces.watch.strength.value.more.still", "edit forces.watch.strength.value.more: does not exist"),
        ("headline_outputs.0.text",
         "edit headline_outputs.0: does not exist (got 'headline_outputs.0.text'; allowed nothing below it)"),
        ("a..b", "edit a: does not exist"),
        ("...", "does not exist"),
    ],
)  # fmt: skip
def test_an_edit_of_nothing_names_the_step_that_is_not_there_and_what_is(path, wanted):
    assert wanted in complaint((path, 1))


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        ("forces.watch.strength", -5, "edit forces.watch.strength.value: too small (got -5"),
        ("priors.killing_rate", "abc", "edit priors.killing_rate: "),
        ("places.hill", {"name": 5}, "edit places.hill.name: "),
    ],
)
def test_what_an_edit_sets_is_refused_as_the_edit_and_at_no_place_of_the_file(path, value, wanted):
    message = complaint((path, value))
    assert wanted in message
    assert "teaching.yaml" not in "".join(line for line in message.splitlines() if path in line)


def test_what_an_edit_makes_wrong_elsewhere_stands_in_the_file():
    assert "teaching.yaml:" in complaint(("ends", "2001-06-02"))


def test_every_misdirected_edit_is_told():
    told = complaint(("forces.nosuch.strength", 1), ("places.nosuch.name", "x"), ("forces.watch.strength", 5))
    assert [line.split(":")[0] for line in told.splitlines()] == ["edit forces.nosuch", "edit places.nosuch"]


def test_edits_that_contradict_one_another_are_refused():
    assert "edit forces.watch.strength: is set twice (got 1 and 2)" in complaint(
        ("forces.watch.strength", 1), ("forces.watch.strength", 2)
    )
    assert "edit forces.watch.strength.value: is set inside forces.watch.strength, which is set too" in complaint(
        ("forces.watch.strength.value", 1), ("forces.watch.strength", 2)
    )


def test_edits_that_agree_or_only_look_alike_are_no_contradiction():
    same = edit("forces.watch.strength", 1)
    assert find_conflicts((same, same)) == []
    assert (
        find_conflicts((edit("forces.watch.location", "fort"), edit("forces.watch.at_once", 1), edit("forces.wa", 1)))
        == []
    )


@pytest.mark.parametrize(
    ("path", "value", "wanted"),
    [
        ("forces.watch.strength", -5, "forces.watch.strength.value: too small"),
        ("forces.watch.strength", float("inf"), "forces.watch.strength.value: not a finite number"),
        ("forces.watch.strength", "many", "forces.watch.strength: "),
        ("forces.watch.strength", True, "forces.watch.strength: "),
        ("forces.watch.location", "moon", "forces.watch.location: unknown id"),
        ("forces.watch.colour", "red", "forces.watch.colour: is not a key known here"),
        ("forces", 5, "forces: not a mapping"),
        ("priors.supply_days", None, "priors.supply_days"),
        ("orders.fort_assault.window", {"earliest": "2001-07-01", "latest": "2001-07-02"}, "outside the battle"),
        ("ends", "9999-12-31", "ends: the calendar ends there"),
    ],
)
def test_what_an_edit_breaks_is_told_like_any_other_fault(path, value, wanted):
    assert wanted in complaint((path, value))
