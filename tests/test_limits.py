"""At the edge of what a scenario may say: beyond it one is refused, and within it every battle is sound.

Each of the first cases was once let through, and ended in a traceback, for ever, or with fewer people than none.
"""

import pytest
from support.battles import fixed, number, teaching_data, untold, validated
from test_any_battle import unsound

from sim.battle.fight import Stage
from sim.scenario import ScenarioError
from sim.scenario.prior_limits import LIMITS, MOST_RATE
from sim.scenario.rule_priors import BATTLE, SIDE


def changed(path: str, value: object) -> dict:
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


def drawn(path: str, value: float) -> dict:
    """The teaching scenario with a number that is drawn from a prior."""
    data = changed(path, {"prior": "drawn"})
    data["priors"]["drawn"] = fixed(value)
    return data


def often(hours: float) -> dict:
    """One with a commander who decides again and again."""
    data = changed("orders.amber_commander.every_hours", number(hours))
    data["orders"]["amber_commander"]["cancelled"] = False
    return data


def lasting(begins: str, ends: str) -> dict:
    """One that nothing happens in, at some time."""
    data = untold(changed("begins", begins)) | {"ends": ends, "orders": {}, "weather": {}}
    del data["forces"]["relief"]
    for sentence in data["sentences"]:
        sentence["observable"]["until"] = ends
    return data


CHANCE, PEOPLE = "priors.bomb_arrives", "priors.teal_garrison"
REFUSED = {
    "a march of no pace": (changed("priors.march_kmh", fixed(0)), "priors.march_kmh"),
    "a night in which nobody can march": (changed("priors.night_march", fixed(0)), "priors.night_march"),
    "fewer supplies than none": (changed("priors.supply_days", fixed(-1)), "priors.supply_days"),
    "fewer people than none": (changed(PEOPLE, fixed(-1)), "forces.garrison.strength.prior"),
    "too many people": (changed(PEOPLE, fixed(1e9)), "forces.garrison.strength.prior"),
    "a count of no spread": (changed("priors.strike_deaths_size", fixed(0)), "priors.strike_deaths_size"),
    "a line that flies": (changed("priors.advance_km_per_day", fixed(1e9)), "priors.advance_km_per_day"),
    "for ever": (changed("priors.muster_hours", fixed(1e300)), "priors.muster_hours"),
    "a chance above 1": (changed(CHANCE, fixed(1.01)), CHANCE),
    "a chance that may be below 0": (changed(CHANCE, prior(distribution="normal", mean=0.5, sd=0.2)), CHANCE),
    "no shape": (changed(CHANCE, prior(distribution="beta", a=1e-300, b=1)), f"{CHANCE}.a"),
    "beyond all numbers": (changed(PEOPLE, prior(distribution="lognormal", median=300, sigma=1000)), PEOPLE),
    "beyond all numbers below": (
        changed(PEOPLE, prior(distribution="lognormal", median=1e300, sigma=1, low=1e-300)), PEOPLE),
    "wider than numbers": (changed(PEOPLE, prior(distribution="uniform", low=-1e308, high=1e308)), PEOPLE),
    "a place of no depth": (changed("terrains.works.depth_km", number(0)), "terrains.works.depth_km.value"),
    "a way of no pace": (changed("ways.road.pace", number(0)), "ways.road"),
    "a pace that is drawn, and was not": (drawn("ways.road.pace", 0.1), "ways.road"),
    "a distance that is drawn, and was not": (drawn("links.fort_village.km", 9), "links.fort_village"),
    "cover above all": (drawn("terrains.works.cover", 5), "terrains.works.cover.prior"),
    "more than all of a place": (drawn("places.fort.held_by.share", 3), "places.fort.held_by.share.prior"),
    "fewer guns than none": (drawn("forces.garrison.equipment.guns", -4), "forces.garrison.equipment.guns.prior"),
    "a commander who never rests": (often(1e-9), "orders.amber_commander.every_hours.value"),
    "an odd time zone": (changed("sky.utc_offset", 25), "sky.utc_offset"),
    "the first day of the calendar": (lasting("0001-01-01", "0001-01-02"), "(whole file)"),
    "the last day of the calendar": (lasting("9999-12-28", "9999-12-30"), "(whole file)"),
    "nine hundred years": (lasting("1000-01-01", "1900-01-01"), "(whole file)"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_rules_can_not_take_is_refused(name):
    refused(name)


def refused(name: str) -> None:
    """What is beyond a limit is refused with its place."""
    data, path = REFUSED[name]
    with pytest.raises(ScenarioError) as refused:
        validated(data)
    assert any(f" {path}: " in line for line in refused.value.lines), refused.value.lines


SOUND = {
    "a range far out of a distribution": changed(
        PEOPLE, prior(distribution="normal", mean=0, sd=1, low=10, high=11)),
    "a prior of hardly any width": changed(PEOPLE, prior(distribution="normal", mean=300, sd=1e-300)),
    "polar night, polar day": changed("sky.latitude", 90) | {"title": "At the pole"},
    "the far south": changed("sky.latitude", -75),
    "an hour or so": often(0.25),
    "a place of no width": changed("terrains.works.frontage", number(0)),
    "no way at all": changed("links.fort_village.km", number(0)),
    "long ago": lasting("0200-01-01", "0200-01-03"),
    "in time to come": lasting("9000-01-01", "9000-01-03"),
    "years": lasting("2001-01-01", "2002-06-01"),
    "many guns": changed("forces.garrison.equipment.guns", number(1e4)),
}  # fmt: skip


@pytest.mark.parametrize("name", SOUND)
def test_what_is_odd_but_allowed_is_fought(name):
    fought(name, 2)


def fought(name: str, battles: int) -> None:
    """What is odd but allowed ends in battles that are sound."""
    stage = Stage(validated(SOUND[name]))
    for replication in range(battles):
        assert unsound(stage.fight(3, replication)) == []


@pytest.mark.parametrize("name", [*BATTLE, *(f"{name}_{('teal', 'amber')[n % 2]}" for n, name in enumerate(SIDE))])
@pytest.mark.parametrize("end", [0, 1])
def test_battles_at_the_ends_of_what_a_prior_may_be_are_sound(name, end):
    at_an_end(name, end)


@pytest.mark.hard
def test_everything_at_a_limit_and_beyond(tried):
    """All of the above, more often, and every prior of both sides."""
    for name in REFUSED:
        refused(name)
    tried.note("limits", "a scenario with something beyond a limit", len(REFUSED), len(REFUSED), 0)
    for name in SOUND:
        fought(name, 10)
    tried.note("limits", "a scenario with something odd but allowed, 10 battles each", len(SOUND), 0, len(SOUND))
    ends = [(name, end) for name in [*BATTLE, *(f"{name}_{side}" for name in SIDE for side in ("teal", "amber"))]
            for end in (0, 1)]  # fmt: skip
    for name, end in ends:
        at_an_end(name, end)
    tried.note("limits", "a prior fixed at an end of what it may be", len(ends), 0, len(ends))


def at_an_end(name: str, end: int) -> None:
    """A battle with one prior at an end of what it may be."""
    slot = next((known for known in LIMITS if name.startswith(known)), name)
    value = LIMITS.get(slot, MOST_RATE)[end]
    assert unsound(Stage(validated(changed(f"priors.{name}", fixed(value)))).fight(3)) == []


def test_the_sun_stays_up_or_down_near_a_pole():
    """In June it is light in the north all day long, in the south not at all."""
    for latitude, light in ((80.0, 24.0), (-80.0, 0.0)):
        days = Stage(validated(changed("sky.latitude", latitude))).tables.rows["days"]
        assert {round(day.dusk - day.dawn, 6) for day in days} == {light}
