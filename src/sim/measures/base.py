"""What all measures share: a run goes in, a number comes out."""

from typing import ClassVar

from sim.history import History
from sim.schema import Deadline, Moment, Part


class Observable(Part):
    """Something that can be observed in a run: the base of every measure."""

    unit: ClassVar[str]
    adds_up: ClassVar[bool] = False  # True: a count over a period, so that a part can't be more than the whole

    until: Deadline
    since: Moment | None = None

    def observe(self, history: History) -> float:
        """The number observed in one run."""
        raise NotImplementedError
