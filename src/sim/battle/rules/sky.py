"""Day and night, fog and rain: the sky changes, every rate with it, and assaults that need light end."""

from sim.battle.codes import Phase, SkyDriver
from sim.battle.rows import NEVER, Battle, Day
from sim.battle.rules.chance import share_below
from sim.battle.rules.journal import call_up, log_sky
from sim.battle.rules.rates import rounded, touch
from sim.events import What

FOG_BEFORE_DAWN = 2.0  # ASSUMPTION: h; fog that no source tells of comes so long before dawn
FOG_AFTER_DAWN = 3.0  # ASSUMPTION: h; and lifts so long after
RAIN_AFTER_DAWN = 3.0  # ASSUMPTION: h; rain that no source tells of begins so long after dawn
RAIN_HOURS = 8.0  # ASSUMPTION: h; and lasts so long
FAR_OFF = 48.0  # h; a day whose dawn is further off can neither be the sky of now nor hold its next change


def draw_weather(battle: Battle) -> None:
    """Draw fog and rain for the days whose weather no source tells, and put every change on a whole tick."""
    model = battle.model[0]
    for day in battle.days:
        if day.fog_reported == 0 and share_below(battle.drivers[day.drivers + SkyDriver.FOG]) < model.fog_chance:
            day.fog_begins = day.dawn - FOG_BEFORE_DAWN
            day.fog_ends = day.dawn + FOG_AFTER_DAWN
        if day.rain_reported == 0 and share_below(battle.drivers[day.drivers + SkyDriver.RAIN]) < model.rain_chance:
            day.rain_begins = day.dawn + RAIN_AFTER_DAWN
            day.rain_ends = day.rain_begins + RAIN_HOURS
        day.dawn = rounded(day.dawn)
        day.dusk = rounded(day.dusk)
        if day.fog_begins < NEVER:
            day.fog_begins = rounded(day.fog_begins)
            day.fog_ends = rounded(day.fog_ends)
        if day.rain_begins < NEVER:
            day.rain_begins = rounded(day.rain_begins)
            day.rain_ends = rounded(day.rain_ends)


def step_sky(battle: Battle, now: float) -> float:
    """Set the sky of this moment; returns the hours until it changes again."""
    model = battle.model[0]
    daylight, fog, rain = 0, 0, 0
    change = NEVER
    for n in range(days_gone(battle, now), len(battle.days)):
        day = battle.days[n]
        if day.dawn > now + FAR_OFF:
            break
        if day.dawn <= now < day.dusk:
            daylight = 1
        if day.fog_begins <= now < day.fog_ends:
            fog = 1
        if day.rain_begins <= now < day.rain_ends:
            rain = 1
        if now < day.dusk <= now + 24.0:
            model.moon = day.moon
        change = min(change, next_change(day, now))
    if daylight != model.daylight:
        model.daylight = daylight
        log_sky(battle, What.LIGHT, daylight, now)
    if fog != model.fog:
        model.fog = fog
        log_sky(battle, What.FOG, fog, now)
    if rain != model.rain:
        model.rain = rain
        log_sky(battle, What.RAIN, rain, now)
    for p in range(len(battle.places)):
        touch(battle, p, now)
    if daylight == 0 or fog == 1:
        for order in battle.orders:
            if order.daylight_only == 1 and order.phase == Phase.FIGHTING:
                call_up(battle, order.index)
    return change - now


def days_gone(battle: Battle, now: float) -> int:
    """How many days at the head of the calendar have no change of the sky left."""
    gone = 0
    while gone < len(battle.days) and next_change(battle.days[gone], now) == NEVER:
        gone += 1
    return gone


def next_change(day: Day, now: float) -> float:
    """The first change of a day's sky after now; NEVER if there is none."""
    soonest = NEVER
    for moment in (day.dawn, day.dusk, day.fog_begins, day.fog_ends, day.rain_begins, day.rain_ends):
        if now < moment < soonest:
            soonest = moment
    return soonest
