"""Fog, rain, clear air or moonlight on a day, whatever the sources say of it."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.perturbations.base import ASSUMPTION_TEXT, Perturbation, PerturbationError
from sim.scenario.model import Scenario
from sim.types import Edit

CONDITION_HOURS = {"fog": (4, 10), "rain": (8, 18), "clear": (0, 24), "moon": (0, 24)}  # ASSUMPTION: when each is there


class SetWeather(Perturbation):
    """A day has fog (04:00 to 10:00), rain (08:00 to 18:00), neither, or a night with a given share of the Moon lit."""

    kind: Literal["weather"] = "weather"
    day: date
    condition: Literal["fog", "rain", "clear", "moon"]
    illuminated_fraction: Annotated[float, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def check_illuminated_fraction(self) -> "SetWeather":
        """Refuse a Moon without a lit share, and a lit share without the Moon."""
        if (self.condition == "moon") != (self.illuminated_fraction is not None):
            raise ValueError("illuminated_fraction goes with condition: moon, and only with it")
        return self

    def edits(self, scenario: Scenario) -> tuple[Edit, ...]:
        if not scenario.begins.date() <= self.day < scenario.horizon.date():
            allowed = f"{scenario.begins:%Y-%m-%d} to {scenario.horizon - timedelta(days=1):%Y-%m-%d}"
            raise PerturbationError("day", f"outside the battle (got {self.day:%Y-%m-%d}; allowed: {allowed})")
        begins, ends = (
            datetime.combine(self.day, time()) + timedelta(hours=hour) for hour in CONDITION_HOURS[self.condition]
        )
        weather: dict[str, object] = {
            "kind": self.condition,
            "begins": begins.isoformat(timespec="seconds"),
            "ends": ends.isoformat(timespec="seconds"),
            "assumption": ASSUMPTION_TEXT,
        }
        if self.illuminated_fraction is not None:
            weather["illuminated_fraction"] = self.illuminated_fraction
        cleared = [
            id
            for id, reported in scenario.weather.items()
            if self.condition == "clear"
            and reported.kind in ("fog", "rain")
            and reported.begins < ends
            and reported.ends > begins
        ]
        return (
            Edit(path=f"weather.what_if_{self.condition}_{self.day:%Y_%m_%d}", value=weather),
            *(Edit(path=f"weather.{id}.kind", value="clear") for id in cleared),
        )
