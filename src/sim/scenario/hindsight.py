"""What is asked of the whole record afterwards: splits of it into known and held out, and the turns that mattered."""

from pydantic import model_validator

from sim.measures import Measure
from sim.scenario.bounds import WrittenBound
from sim.schema import ClaimId, Deadline, Edit, Part, Words


class Split(Part):
    """A cut of the record: claims of what came after it, up to `until`, are held against a forecast made at the cut."""

    says: Words
    cut: Deadline
    until: Deadline

    @model_validator(mode="after")
    def ordered(self) -> "Split":
        """Refuse a split that holds nothing out."""
        if self.until <= self.cut:
            raise ValueError("until must lie after the cut")
        return self


class Instead(Part):
    """The other way in which a turn's moment can go."""

    observable: Measure
    value: WrittenBound


class Turn(Part):
    """A documented moment at which things could have gone otherwise.

    A battle has it if the bounds of all the claims in `happened` hold; it went the other way where `instead` holds, or
    in every other battle, if that is not given. What no rule leaves open, as the weather that a source tells, is taken
    away by edits instead, and the battles are fought with and without it.
    """

    says: Words
    happened: tuple[ClaimId, ...] = ()
    instead: Instead | None = None
    without: tuple[Edit, ...] = ()

    @model_validator(mode="after")
    def told_one_way(self) -> "Turn":
        """Refuse a turn of nothing, or one that is both seen and taken away."""
        if bool(self.happened) == bool(self.without):
            raise ValueError("give either happened (claims) or without (edits)")
        if self.instead is not None and not self.happened:
            raise ValueError("instead goes with happened")
        return self
