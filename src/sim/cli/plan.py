"""How long to cool: the settings that every command shares that calibrates."""

from typing import Annotated

from pydantic import Field

from sim.calibration.calibration import ISLANDS
from sim.calibration.island import Plan
from sim.cli.settings import Own


class Cooling(Own):
    """Particles, sweeps and battles; see conf/calibrate.yaml."""

    particles: Annotated[int, Field(ge=50, le=1_000_000, strict=True)]
    sweeps: Annotated[int, Field(ge=1, le=1_000, strict=True)]
    last: Annotated[int, Field(ge=1, le=10_000, strict=True)]
    share: Annotated[float, Field(ge=0.05, le=0.98)]
    budget: Annotated[int, Field(ge=1_000, le=10**10, strict=True)]
    wanted: Annotated[int, Field(ge=0, le=10**7, strict=True)]
    piece: Annotated[int, Field(ge=10, le=100_000, strict=True)]

    @property
    def plan(self) -> Plan:
        """How each island is cooled: its part of the battles, and of the effective sample that is wanted."""
        islands = len(ISLANDS)
        budget, wanted = self.budget // islands, self.wanted / islands
        return Plan(self.particles, self.sweeps, self.last, self.share, budget, wanted, self.piece)
