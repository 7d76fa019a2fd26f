"""What a source said of a number: `exactly 19`, `over 20`, `43 to 51`, `some`, `most`, `happened`."""

import math
import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler, PlainSerializer, model_validator

NUMBER = r"(\d+(?:\.\d+)?)"
ABOUT = 0.1  # ASSUMPTION: `about N` is taken as N give or take a tenth

FORMS: dict[str, tuple[re.Pattern[str], Callable[..., tuple[float, float]]]] = {
    "exactly": (re.compile(rf"^exactly {NUMBER}$"), lambda n: (n, n)),
    "over": (re.compile(rf"^over {NUMBER}$"), lambda n: (math.nextafter(n, math.inf), math.inf)),
    "at least": (re.compile(rf"^at least {NUMBER}$"), lambda n: (n, math.inf)),
    "under": (re.compile(rf"^under {NUMBER}$"), lambda n: (0.0, math.nextafter(n, 0.0))),
    "at most": (re.compile(rf"^at most {NUMBER}$"), lambda n: (0.0, n)),
    "range": (re.compile(rf"^{NUMBER} to {NUMBER}$"), lambda low, high: (low, high)),
    "about": (re.compile(rf"^about {NUMBER}$"), lambda n: (n * (1 - ABOUT), n * (1 + ABOUT))),
    "dozens": (re.compile(r"^dozens$"), lambda: (24.0, 99.0)),
    "some": (re.compile(r"^some$"), lambda: (math.nextafter(0.0, 1.0), math.inf)),
    "part": (re.compile(r"^part$"), lambda: (math.nextafter(0.0, 1.0), math.nextafter(1.0, 0.0))),
    "most": (re.compile(r"^most$"), lambda: (math.nextafter(0.5, 1.0), 1.0)),
    "all": (re.compile(r"^all$"), lambda: (1.0, 1.0)),
    "none": (re.compile(r"^none$"), lambda: (0.0, 0.0)),
    "happened": (re.compile(r"^happened$"), lambda: (1.0, math.inf)),
    "did not happen": (re.compile(r"^did not happen$"), lambda: (0.0, 0.0)),
}
WORDS = (
    "exactly N, over N, at least N, under N, at most N, N to M, about N, "
    "dozens, some, part, most, all, none, happened, did not happen"
)


class Bound(BaseModel):
    """The values that agree with what was said: `low` to `high`, both included."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    said: str
    kind: str
    low: float
    high: float

    @model_validator(mode="before")
    @classmethod
    def read(cls, written: object) -> object:
        """Read the words of the scenario file; raise ValueError with the words allowed."""
        if not isinstance(written, str):
            raise ValueError(f"not a bound (allowed: {WORDS})")
        for kind, (form, limits) in FORMS.items():
            if found := form.fullmatch(written):
                low, high = limits(*(float(number) for number in found.groups()))
                if high < low:
                    raise ValueError(f"the range runs backwards: {written}")
                return {"said": written, "kind": kind, "low": low, "high": high}
        raise ValueError(f"not a bound (allowed: {WORDS})")

    @classmethod
    def __get_pydantic_json_schema__(cls, core: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        words = [kind for kind, (form, _) in FORMS.items() if form.fullmatch(kind)]
        with_numbers = "|".join(form.pattern for kind, (form, _) in FORMS.items() if kind not in words)
        return {
            "description": f"what was said of the number: {WORDS}",
            "anyOf": [{"enum": words}, {"type": "string", "pattern": with_numbers}],
        }

    def holds(self, value: float) -> bool:
        """Whether a simulated value agrees with what was said."""
        return self.low <= value <= self.high

    @property
    def middle(self) -> float | None:
        """The number to mark on an axis: the one said, or the middle of a range; None for words."""
        if self.kind in ("exactly", "about", "range"):
            return (self.low + self.high) / 2
        if self.kind in ("over", "at least"):
            return float(round(self.low, 9))
        if self.kind in ("under", "at most"):
            return float(round(self.high, 9))
        return None


WrittenBound = Annotated[Bound, PlainSerializer(lambda bound: bound.said, return_type=str)]
