"""Day and night, the Moon, fog and rain: they change every rate, and end assaults that need light."""

from sim.battle.enums import OrderPhase, WeatherInput
from sim.battle.records import NEVER, BattleState, DayState
from sim.battle.rules.event_log import log_sky, request_interrupt
from sim.battle.rules.rates import update_rate
from sim.battle.rules.sampling import normal_cdf
from sim.events.log import EventKind

FOG_BEFORE_DAWN = 2.0  # ASSUMPTION: h; fog that no source reports comes so long before dawn
FOG_AFTER_DAWN = 3.0  # ASSUMPTION: h; and lifts so long after
RAIN_AFTER_DAWN = 3.0  # ASSUMPTION: h; rain that no source reports begins so long after dawn
RAIN_HOURS = 8.0  # ASSUMPTION: h; and lasts so long
LOOKAHEAD_HOURS = 48.0  # h; a day whose dawn is further off has neither the weather of now nor its next change


def draw_weather(battle: BattleState) -> None:
    """Draw fog and rain for the days whose weather no source reports: a whole number of hours from dawn."""
    model = battle.model[0]
    for day in battle.days:
        if (
            day.fog_reported == 0
            and normal_cdf(battle.normal_inputs[day.first_input + WeatherInput.FOG]) < model.fog_chance
        ):
            day.fog_begins = day.dawn - FOG_BEFORE_DAWN
            day.fog_ends = day.dawn + FOG_AFTER_DAWN
        if (
            day.rain_reported == 0
            and normal_cdf(battle.normal_inputs[day.first_input + WeatherInput.RAIN]) < model.rain_chance
        ):
            day.rain_begins = day.dawn + RAIN_AFTER_DAWN
            day.rain_ends = day.rain_begins + RAIN_HOURS


def step_environment(battle: BattleState, now: float) -> float:
    """Set the light and weather of this moment; returns the hours until it changes again."""
    model = battle.model[0]
    daylight, fog, rain = 0, 0, 0
    model.moon = 0.0
    change = NEVER
    first = max(count_past_days(battle, now) - 1, 0)  # the night may be that of a day with no change left
    for n in range(first, len(battle.days)):
        day = battle.days[n]
        if day.dawn > now + LOOKAHEAD_HOURS:
            break
        if day.dawn <= now < day.dusk:
            daylight = 1
        if day.fog_begins <= now < day.fog_ends:
            fog = 1
        if day.rain_begins <= now < day.rain_ends:
            rain = 1
        if day.dusk <= now:
            model.moon = day.moon if is_moon_up(day, now) else 0.0
        change = min(change, next_environment_change(day, now))
    if daylight != model.daylight:
        model.daylight = daylight
        log_sky(battle, EventKind.LIGHT, daylight, now)
    if fog != model.fog:
        model.fog = fog
        log_sky(battle, EventKind.FOG, fog, now)
    if rain != model.rain:
        model.rain = rain
        log_sky(battle, EventKind.RAIN, rain, now)
    for p in range(len(battle.places)):
        update_rate(battle, p, now)
    if daylight == 0 or fog == 1:
        for order in battle.orders:
            if order.daylight_only == 1 and order.phase == OrderPhase.FIGHTING:
                request_interrupt(battle, order.index)
    return change - now


def is_moon_up(day: DayState, now: float) -> bool:
    """Whether the Moon is above the horizon, from the dusk of a day to the next dusk; it may set and rise again."""
    if day.moon_rises < day.moon_sets:
        return day.moon_rises <= now < day.moon_sets
    return now < day.moon_sets or day.moon_rises <= now


def count_past_days(battle: BattleState, now: float) -> int:
    """How many of the first days have no change left."""
    model = battle.model[0]
    while model.first_day < len(battle.days) and next_environment_change(battle.days[model.first_day], now) == NEVER:
        model.first_day += 1
    return model.first_day


def next_environment_change(day: DayState, now: float) -> float:
    """The first change of a day's light, Moon or weather after now; NEVER if there is none."""
    soonest = NEVER
    sky = (day.dawn, day.dusk, day.moon_rises, day.moon_sets)
    weather = (day.fog_begins, day.fog_ends, day.rain_begins, day.rain_ends)
    for moment in sky + weather:
        if now < moment < soonest:
            soonest = moment
    return soonest
