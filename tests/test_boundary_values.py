"""At the edge of what a scenario may say: beyond it one is refused, and within it every battle is sound.

Each of the first cases was once let through, and ended in a traceback, for ever, or with fewer people than none.
"""

import pytest
from support.battles import fixed, number, teaching_data, untold, validated
from test_random_scenarios import find_run_faults

from sim.battle.simulation import Simulation
from sim.scenario import ScenarioError
from sim.scenario.rule_parameters import DEFAULT_RANGE, PARAMETER_RANGES, RULE_PARAMETERS

SIDES = ("teal", "amber")
REQUIRED = [name for name, row in RULE_PARAMETERS.items() if not row.is_optional]


def with_value(path: str, value: object) -> dict:
    """The teaching scenario with one thing changed."""
    data = teaching_data()
    *outer, last = path.split(".")
    node = data
    for step in outer:
        node = node[step]
    node[last] = value
    return data


def prior(**about: object) -> dict:
    """A prior of any kind."""
    return {"unit": "any", "reason": "for a test"} | about


def with_drawn_number(path: str, value: float) -> dict:
    """The teaching scenario with a number that is drawn from a prior."""
    data = with_value(path, {"prior": "drawn"})
    data["priors"]["drawn"] = fixed(value)
    return data


def with_restless_commander(hours: float) -> dict:
    """One with a commander who decides again and again."""
    data = with_value("orders.amber_commander.every_hours", number(hours))
    data["orders"]["amber_commander"]["cancelled"] = False
    return data


def with_period(begins: str, ends: str) -> dict:
    """One that nothing happens in, at some time."""
    data = untold(with_value("begins", begins)) | {"ends": ends, "orders": {}, "weather": {}}
    del data["forces"]["relief"]
    for sentence in data["headline_outputs"]:
        sentence["observable"]["until"] = ends
    return data


CHANCE, PEOPLE = "priors.bomb_arrives", "priors.teal_garrison"
REFUSED = {
    "a march of no pace": (with_value("priors.march_kmh", fixed(0)), "priors.march_kmh"),
    "a night in which nobody can march": (with_value("priors.night_march", fixed(0)), "priors.night_march"),
    "fewer supplies than none": (with_value("priors.supply_days", fixed(-1)), "priors.supply_days"),
    "fewer people than none": (with_value(PEOPLE, fixed(-1)), "forces.garrison.strength.prior"),
    "too many people": (with_value(PEOPLE, fixed(1e9)), "forces.garrison.strength.prior"),
    "a count of no spread": (with_value("priors.strike_deaths_size", fixed(0)), "priors.strike_deaths_size"),
    "a line that flies": (with_value("priors.advance_km_per_day", fixed(1e9)), "priors.advance_km_per_day"),
    "for ever": (with_value("priors.muster_hours", fixed(1e300)), "priors.muster_hours"),
    "a chance above 1": (with_value(CHANCE, fixed(1.01)), CHANCE),
    "a chance that may be below 0": (with_value(CHANCE, prior(distribution="normal", mean=0.5, sd=0.2)), CHANCE),
    "no shape": (with_value(CHANCE, prior(distribution="beta", a=1e-300, b=1)), f"{CHANCE}.a"),
    "beyond all numbers": (with_value(PEOPLE, prior(distribution="lognormal", median=300, sigma=1000)), PEOPLE),
    "beyond all numbers below": (
        with_value(PEOPLE, prior(distribution="lognormal", median=1e300, sigma=1, low=1e-300)), PEOPLE),
    "wider than numbers": (with_value(PEOPLE, prior(distribution="uniform", low=-1e308, high=1e308)), PEOPLE),
    "a place of no depth": (with_value("terrains.works.depth_km", number(0)), "terrains.works.depth_km.value"),
    "a way of no pace": (with_value("road_types.road.speed_factor", number(0)), "road_types.road"),
    "a pace that is drawn, and was not": (with_drawn_number("road_types.road.speed_factor", 0.1), "road_types.road"),
    "a distance that is drawn, and was not": (with_drawn_number("roads.fort_village.km", 9), "roads.fort_village"),
    "cover above all": (with_drawn_number("terrains.works.cover", 5), "terrains.works.cover.prior"),
    "more than all of a place": (with_drawn_number("places.fort.initial_control.share", 3),
        "places.fort.initial_control.share.prior"),
    "fewer guns than none": (
        with_drawn_number("forces.garrison.equipment.guns", -4), "forces.garrison.equipment.guns.prior"),
    "a commander who never rests": (with_restless_commander(1e-9), "orders.amber_commander.every_hours.value"),
    "an odd time zone": (with_value("astronomy.utc_offset", 25), "astronomy.utc_offset"),
    "the first day of the calendar": (with_period("0001-01-01", "0001-01-02"), "(whole file)"),
    "the last day of the calendar": (with_period("9999-12-28", "9999-12-30"), "(whole file)"),
    "nine hundred years": (with_period("1000-01-01", "1900-01-01"), "(whole file)"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_rules_can_not_take_is_refused(name):
    assert_refused(name)


def assert_refused(name: str) -> None:
    """What is beyond a limit is refused with its place."""
    data, path = REFUSED[name]
    with pytest.raises(ScenarioError) as refused:
        validated(data)
    assert any(f" {path}: " in line for line in refused.value.messages), refused.value.messages


SOUND = {
    "a range far out of a distribution": with_value(
        PEOPLE, prior(distribution="normal", mean=0, sd=1, low=10, high=11)),
    "a prior of hardly any width": with_value(PEOPLE, prior(distribution="normal", mean=300, sd=1e-300)),
    "polar night, polar day": with_value("astronomy.latitude", 90) | {"title": "At the pole"},
    "the far south": with_value("astronomy.latitude", -75),
    "an hour or so": with_restless_commander(0.25),
    "a place of no width": with_value("terrains.works.max_engaged", number(0)),
    "no way at all": with_value("roads.fort_village.km", number(0)),
    "long ago": with_period("0200-01-01", "0200-01-03"),
    "in time to come": with_period("9000-01-01", "9000-01-03"),
    "years": with_period("2001-01-01", "2002-06-01"),
    "many guns": with_value("forces.garrison.equipment.guns", number(1e4)),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_what_is_odd_but_allowed_is_simulated(name):
    assert_battles_sound(name, 2)


def assert_battles_sound(name: str, battles: int) -> None:
    """What is odd but allowed ends in battles that are sound."""
    stage = Simulation(validated(SOUND[name]))
    for replication in range(battles):
        assert find_run_faults(stage.run(3, replication)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        *(name for name in REQUIRED if RULE_PARAMETERS[name].owners != ("side",)),
        *(f"{name}_{SIDES[n % 2]}" for n, name in enumerate(REQUIRED) if RULE_PARAMETERS[name].owners == ("side",)),
    ],
)
@pytest.mark.parametrize("end", [0, 1])
def test_battles_at_the_ends_of_what_a_prior_may_be_are_sound(name, end):
    assert_sound_at_end(name, end)


@pytest.mark.hard
def test_everything_at_a_limit_and_beyond(tried):
    """All of the above, more often, and every prior of both sides."""
    for name in REFUSED:
        assert_refused(name)
    tried.note("limits", "a scenario with something beyond a limit", len(REFUSED), len(REFUSED), 0)
    for name in SOUND:
        assert_battles_sound(name, 10)
    tried.note("limits", "a scenario with something odd but allowed, 10 battles each", len(SOUND), 0, len(SOUND))
    by_side = [f"{name}_{side}" for name in REQUIRED if RULE_PARAMETERS[name].owners for side in SIDES]
    ends = [(name, end) for name in [*REQUIRED, *by_side] for end in (0, 1)]
    for name, end in ends:
        assert_sound_at_end(name, end)
    tried.note("limits", "a prior fixed at an end of what it may be", len(ends), 0, len(ends))


def assert_sound_at_end(name: str, end: int) -> None:
    """A battle with one prior at an end of what it may be."""
    parameter = next((known for known in PARAMETER_RANGES if name.startswith(known)), name)
    value = PARAMETER_RANGES.get(parameter, DEFAULT_RANGE)[end]
    assert find_run_faults(Simulation(validated(with_value(f"priors.{name}", fixed(value)))).run(3)) == []


def test_the_sun_stays_up_or_down_near_a_pole():
    """In June it is light in the north all day long, in the south not at all."""
    for latitude, light in ((80.0, 24.0), (-80.0, 0.0)):
        days = Simulation(validated(with_value("astronomy.latitude", latitude))).compiled_scenario.rows["days"]
        assert {round(day.dusk - day.dawn, 6) for day in days} == {light}
