"""What a posterior was calibrated on: the battle, the law, the claims, and how it was sampled."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field


class PosteriorMetadata(BaseModel):
    """Of a stored posterior all of it; of one that only lives while its command does, what is known there.

    `log_evidence` has the value and the standard error of each chain; `ess` is the effective sample size that half of
    the parameters and outcomes have, 0 where it is not known.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="constants")

    scenario: str
    title: str = ""
    scenario_digest: str
    law: str
    law_parameters: dict[str, float] = Field(default_factory=dict)
    until: datetime | None = None
    cutoff: datetime | None = None
    claims: tuple[str, ...]
    seed: int = 0
    version: str = ""
    log_evidence: tuple[tuple[float, float], ...] = ()
    ess: float = 0.0
