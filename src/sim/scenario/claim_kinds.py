"""The kinds of claim in one table: what a source can say of a number, and what it could have said instead.

A kind is one row of `CLAIM_KINDS`: how its phrase is written, the numbers that agree with it, how a source comes by
such a statement of each quantity, and, for a count, the bins of all that could have been reported. All that depends on
the kind of a claim reads it here: the parser and the JSON Schema, the rules of `sim check`, the observation model, the
figures, the tests, and the table in `docs/scenario.md`.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from sim.events.observable import QuantityType

Limits = tuple[float, float]  # the lowest and the highest number that agree with a phrase, both included
LowerEdges = tuple[int, ...] | None  # of the bins of counts, from the second bin on; None: each count is its own bin
ObservationModelName = Literal["count", "share", "time", "binary"]

NUMBER_PATTERN = r"(\d+(?:\.\d+)?)"
NUMBER_SIGN = re.compile(r"\b[NM]\b")  # what stands for a number in a template
TIME_PATTERN = r"(\d{4}-\d\d-\d\d(?:T\d\d:\d\d)?)"
TIME_SIGN = re.compile(r"\b[TU]\b")  # for a local time: a bare day is its beginning as T, its end as U
EPOCH = datetime(1, 1, 1)  # times are hours since then, until the beginning of the battle is known
ABOUT_TOLERANCE = 0.1  # ASSUMPTION: `about N` is taken as N give or take a tenth
NEARLY_TOLERANCE = 0.1  # ASSUMPTION: `nearly N` is less than N, by no more than a tenth of it, or by one
LARGEST_COUNT = 10**9
# ASSUMPTION: whoever says `over N` and knows of more than the next of these would have named that: after 20 comes 30,
# after 35 comes 40, after 100 comes 150. The number that was said is one of the source's own, round or not.
ROUND_NUMBERS = sorted(
    {
        number
        for power in range(10)
        for number in (10**power, *([15 * 10 ** (power - 1)] if power else []), *(n * 10**power for n in range(2, 10)))
        if number <= LARGEST_COUNT
    }
)


@dataclass(frozen=True)
class ClaimKind:
    """One thing that can be said of a number.

    The observation model of a quantity is how a source comes by its statement. count: a number of people or things, by
    the source's own factor and noise; share: in steps of the whole; time: in quarters of an hour; binary: whether the
    phrase holds, now and then mistaken. Of a quantity that is not among them nobody can say this.

    Parameters
    ----------
    template, example, meaning
        The phrase, an example of it, and what that means.
    interval
        From the numbers of the phrase to its limits.
    bins
        From the limits to the lower edges of what else could have been said; None if it is never said of a count.
    models
        The observation model of each type of quantity.
    reported_number
        Where in the interval the number lies that was said; None for words.

    Examples
    --------
    >>> CLAIM_KINDS["range"].parse("15 to 25")
    (15.0, 25.0)
    """

    template: str  # of the phrase; N and M stand for numbers
    example: str
    meaning: str  # of the example
    interval: Callable[..., Limits]  # from the numbers of the phrase
    bins: Callable[[float, float], LowerEdges] | None  # from the limits; None: never said of a count
    models: Mapping[QuantityType, ObservationModelName]
    reported_number: Literal["low", "middle", "high"] | None = (
        None  # where in the interval it lies, if a number is given
    )

    @property
    def has_number(self) -> bool:
        """Whether the phrase gives a number."""
        return NUMBER_SIGN.search(self.template) is not None

    @property
    def has_time(self) -> bool:
        """Whether the phrase gives a local time."""
        return TIME_SIGN.search(self.template) is not None

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What matches the phrase, with a group for each number or time."""
        with_times = TIME_SIGN.sub(lambda _: TIME_PATTERN, self.template)
        return re.compile(f"^{NUMBER_SIGN.sub(lambda _: NUMBER_PATTERN, with_times)}$")

    def parse(self, phrase: str, begins: datetime = EPOCH) -> Limits | None:
        """The limits that a phrase of this kind sets, of times in hours since `begins`; None for another phrase."""
        match = self.pattern.fullmatch(phrase)
        if match is None:
            return None
        if not self.has_time:
            return self.interval(*(float(number) for number in match.groups()))
        signs = TIME_SIGN.findall(self.template)
        moments = [parse_moment(text, sign) for text, sign in zip(match.groups(), signs, strict=True)]
        return self.interval(*((moment - begins).total_seconds() / 3600 for moment in moments))


def parse_moment(text: str, sign: str) -> datetime:
    """A local time; a bare day is its beginning where the template has T, its end where it has U."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"not a date or time (got {text!r}; write 2001-06-02 or 2001-06-02T14:30)") from None
    return moment + timedelta(days=1) if sign == "U" and "T" not in text else moment


def next_above(number: float) -> float:
    """The smallest number above this one."""
    return math.nextafter(number, math.inf)


def next_below(number: float) -> float:
    """The largest number below this one."""
    return math.nextafter(number, 0.0)


def exact_counts(low: float, high: float) -> LowerEdges:
    """Whoever gave this count could have given any other."""
    return None


def none_or_some(low: float, high: float) -> LowerEdges:
    """None; one or more."""
    return (1,)


def split_at_low(low: float, high: float) -> LowerEdges:
    """Less; this number and more."""
    return (math.ceil(low),)


def split_above_high(low: float, high: float) -> LowerEdges:
    """Up to this number; more."""
    return (math.floor(high) + 1,)


def split_at_both(low: float, high: float) -> LowerEdges:
    """Less; what was said; more."""
    return (math.ceil(low), math.floor(high) + 1)


def none_or_split(low: float, high: float) -> LowerEdges:
    """None; some, but fewer; what was said; more."""
    return (1, math.ceil(low), math.floor(high) + 1)


def split_at_round_numbers(low: float, high: float) -> LowerEdges:
    """Above one round number, up to the next."""
    return tuple(number + 1 for number in {0, *ROUND_NUMBERS, int(low)})


def split_by_ratio(low: float, high: float) -> LowerEdges:
    """What was said, and bins of the same ratio below and above it as far as whole numbers go."""
    lower_edges = [math.ceil(low), math.floor(high) + 1]
    if low > 0.0:
        ratio = high / low
        smaller, larger = low / ratio, high * ratio
        while smaller > 0.5:
            lower_edges.append(math.ceil(smaller))
            smaller /= ratio
        while larger < LARGEST_COUNT:
            lower_edges.append(math.floor(larger) + 1)
            larger *= ratio
    return tuple(lower_edges)


def find_nearly_limits(number: float) -> Limits:
    """A little less than a number; of a count below ten, the one before it, and of a share a tenth of it."""
    low = number * (1 - NEARLY_TOLERANCE)
    return (low if number <= 1 else min(low, number - 1)), next_below(number)


# Of which quantities something can be said, and the observation model of such a statement.
COUNTS: dict[QuantityType, ObservationModelName] = {"people": "count", "pieces": "count", "sorties": "count"}
EVENTS_AND_RANKS: dict[QuantityType, ObservationModelName] = {"events": "binary", "rank": "binary"}
TIMES: dict[QuantityType, ObservationModelName] = {"time": "time", "duration": "time"}
RATIOS: dict[QuantityType, ObservationModelName] = {"ratio": "binary"}
NUMBER: dict[QuantityType, ObservationModelName] = (
    COUNTS | EVENTS_AND_RANKS | TIMES | RATIOS | {"presence": "count", "share": "binary"}
)
LOCAL_TIME: dict[QuantityType, ObservationModelName] = {"time": "time"}
NUMBER_OR_SHARE: dict[QuantityType, ObservationModelName] = NUMBER | {"share": "share"}
EXISTENCE: dict[QuantityType, ObservationModelName] = (
    COUNTS | EVENTS_AND_RANKS | {"presence": "binary", "share": "binary"}
)
PART_OF_WHOLE: dict[QuantityType, ObservationModelName] = EVENTS_AND_RANKS | {"share": "binary"}

CLAIM_KINDS: dict[str, ClaimKind] = {
    "exactly": ClaimKind(
        template="exactly N",
        example="exactly 19",
        meaning="19",
        interval=lambda n: (n, n),
        bins=exact_counts,
        models=NUMBER_OR_SHARE,
        reported_number="middle",
    ),
    "over": ClaimKind(
        template="over N",
        example="over 20",
        meaning="more than 20",
        interval=lambda n: (next_above(n), math.inf),
        bins=split_at_round_numbers,
        models=NUMBER,
        reported_number="low",
    ),
    "at least": ClaimKind(
        template="at least N",
        example="at least 30",
        meaning="30 and more",
        interval=lambda n: (n, math.inf),
        bins=split_at_low,
        models=NUMBER,
        reported_number="low",
    ),
    "under": ClaimKind(
        template="under N",
        example="under 5",
        meaning="less than 5",
        interval=lambda n: (0.0, next_below(n)),
        bins=split_above_high,
        models=NUMBER,
        reported_number="high",
    ),
    "at most": ClaimKind(
        template="at most N",
        example="at most 5",
        meaning="5 and less",
        interval=lambda n: (0.0, n),
        bins=split_above_high,
        models=NUMBER,
        reported_number="high",
    ),
    "range": ClaimKind(
        template="N to M",
        example="43 to 51",
        meaning="43 to 51, both included",
        interval=lambda low, high: (low, high),
        bins=split_at_both,
        models=NUMBER,
        reported_number="middle",
    ),
    "times": ClaimKind(
        template="T to U",
        example="2001-06-01T14:00 to 2001-06-01T18:00",
        meaning="local time, from 14:00 to 18:00 on that day; a bare day is its beginning, or its end",
        interval=lambda low, high: (low, high),
        bins=None,
        models=LOCAL_TIME,
    ),
    "by": ClaimKind(
        template="by U",
        example="by 2001-06-01",
        meaning="local time, by the end of that day",
        interval=lambda time: (-math.inf, time),
        bins=None,
        models=LOCAL_TIME,
    ),
    "after": ClaimKind(
        template="after U",
        example="after 2001-06-01T18:00",
        meaning="local time, later than 18:00 on that day, or never",
        interval=lambda time: (next_above(time), math.inf),
        bins=None,
        models=LOCAL_TIME,
    ),
    "about": ClaimKind(
        template="about N",
        example="about 70",
        meaning="70 give or take a tenth",
        interval=lambda n: (n * (1 - ABOUT_TOLERANCE), n * (1 + ABOUT_TOLERANCE)),
        bins=split_by_ratio,
        models=NUMBER_OR_SHARE,
        reported_number="middle",
    ),
    "nearly": ClaimKind(
        template="nearly N",
        example="nearly 200",
        meaning="less than 200, by a tenth at most",
        interval=find_nearly_limits,
        bins=split_by_ratio,
        models=NUMBER_OR_SHARE,
        reported_number="high",
    ),
    "dozens": ClaimKind(
        template="dozens",
        example="dozens",
        meaning="24 to 99",
        interval=lambda: (24.0, 99.0),
        bins=none_or_split,
        models=NUMBER,
    ),
    "some": ClaimKind(
        template="some",
        example="some",
        meaning="more than none",
        interval=lambda: (next_above(0.0), math.inf),
        bins=none_or_some,
        models=EXISTENCE,
    ),
    "part": ClaimKind(
        template="part",
        example="part",
        meaning="a share of more than none and less than all",
        interval=lambda: (next_above(0.0), next_below(1.0)),
        bins=None,
        models=PART_OF_WHOLE,
    ),
    "most": ClaimKind(
        template="most",
        example="most",
        meaning="a share of more than a half",
        interval=lambda: (next_above(0.5), 1.0),
        bins=None,
        models=PART_OF_WHOLE,
    ),
    "all": ClaimKind(
        template="all",
        example="all",
        meaning="the whole share",
        interval=lambda: (1.0, 1.0),
        bins=None,
        models=PART_OF_WHOLE,
    ),
    "none": ClaimKind(
        template="none",
        example="none",
        meaning="nothing",
        interval=lambda: (0.0, 0.0),
        bins=none_or_some,
        models=EXISTENCE,
    ),
    "happened": ClaimKind(
        template="happened",
        example="happened",
        meaning="it happened, once or more often",
        interval=lambda: (1.0, math.inf),
        bins=none_or_some,
        models=EXISTENCE,
    ),
    "did not happen": ClaimKind(
        template="did not happen",
        example="did not happen",
        meaning="it did not",
        interval=lambda: (0.0, 0.0),
        bins=none_or_some,
        models=EXISTENCE,
    ),
}
PHRASE_HELP = ", ".join(kind.template for kind in CLAIM_KINDS.values())
