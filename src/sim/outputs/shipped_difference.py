"""A difference that is kept in a shipped file: with its 95% interval."""

from pydantic import BaseModel, ConfigDict

from sim.scoring.intervals import IntervalEstimate


class ShippedDifference(BaseModel):
    """A difference and the ends of its 95% interval, beside what a kind of file says of it.

    Parameters
    ----------
    difference, low, high
        In the unit of what differs.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    difference: float
    low: float
    high: float

    @property
    def estimate(self) -> IntervalEstimate:
        """The difference with its interval."""
        return IntervalEstimate(self.difference, self.low, self.high)
