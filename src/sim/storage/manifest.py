"""The manifest of an output, a model for each command: what was asked for, what made it, digests of what came out."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Digest = Annotated[str, Field(max_length=64)]
Count = Annotated[int, Field(ge=0)]


class StoredFacts(BaseModel):
    """Facts that are written once and never changed."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_inf_nan="constants")


class StoredSettings(BaseModel):
    """The settings of a command, all of them; those have fields here that are read from the manifest again."""

    model_config = ConfigDict(extra="allow", frozen=True)

    scenario: str | None = None
    until: datetime | None = None
    reading: dict[str, str] = Field(default_factory=dict)
    factor: dict[str, Any] | None = None  # of a tipping point
    mode: str | None = None  # of a forecast
    question_text: str | None = None  # that a run answers
    models: str | list[str] | None = None  # that were compared
    particles: Count | None = None
    target_ess: float | None = None
    recovery_trials: Count | None = None
    recovery_particles: Count | None = None


class PosteriorFacts(StoredFacts):
    """The posterior that parameters were drawn from; a forecast has one for each cutoff, and describes them only."""

    description: str
    digest: Digest | None = None
    randomness: str | None = None
    draws: Annotated[int, Field(ge=1)] | None = None
    ess: float | None = None
    teachers: list[str] = Field(default_factory=list)  # titles of the battles that it was pooled from


class MeasureFacts(StoredFacts):
    """An outcome measure: an event, or a number with a unit."""

    text: str
    unit: str
    event: bool


class CutoffFacts(StoredFacts):
    """A cutoff of a forecast: its name in tables, its label in texts, and whether it is one of each day's."""

    name: str
    label: str
    daily: bool


class Manifest(StoredFacts):
    """What every output says of itself."""

    command: str
    written: str
    settings: StoredSettings
    settings_digest: Digest
    version: str
    commit: str | None
    python: str
    machine: str
    libraries: dict[str, str]

    def to_plain_data(self) -> dict[str, Any]:
        """What is written into the file."""
        return {"command": self.command} | self.model_dump(mode="json", exclude_unset=True)


class BattleManifest(Manifest):
    """What every output of simulated battles says."""

    scenario: str
    scenario_digest: Digest
    law: str
    seed: int
    results_digest: Digest
    calibrated: bool
    posterior: PosteriorFacts | None = None

    @model_validator(mode="after")
    def check_posterior(self) -> Self:
        """Battles are calibrated if and only if they come from a posterior."""
        if self.calibrated != (self.posterior is not None):
            raise ValueError("calibrated without a posterior, or the contrary")
        return self


class StudyManifest(BattleManifest):
    """What every output says whose battles were simulated for it."""

    runs: Count
    engine: str


class RunManifest(StudyManifest):
    """Of `sim run`."""

    command: Literal["run"] = "run"
    daily_replications: Count  # the first ones, whose days are kept


class WhatifManifest(StudyManifest):
    """Of `sim whatif`."""

    command: Literal["whatif"] = "whatif"
    changes: dict[str, Digest]  # the digest of each changed simulation
    measures: dict[str, MeasureFacts]
    caption_parts: list[str]


class SweepManifest(StudyManifest):
    """Of `sim sweep`."""

    command: Literal["sweep"] = "sweep"
    points: Count
    factors: list[str]
    measures: dict[str, MeasureFacts]
    selected_measures: list[str]
    caption_parts: list[str]


class SensitivityManifest(StudyManifest):
    """Of `sim sensitivity`."""

    command: Literal["sensitivity"] = "sensitivity"
    factors: list[str]
    measures: dict[str, MeasureFacts]
    selected_measures: list[str]
    screened: Count  # battles of the screening
    caption_parts: list[str]


class TippingPointManifest(StudyManifest):
    """Of `sim tipping-point`."""

    command: Literal["tipping-point"] = "tipping-point"
    event: str
    measures: dict[str, MeasureFacts]
    base: float
    caption_parts: list[str]


class CalibrateManifest(StudyManifest):
    """Of `sim calibrate`."""

    command: Literal["calibrate"] = "calibrate"
    claims: list[str]
    accepted: bool
    failures: list[str]
    warnings: list[str]
    ess: float
    log_evidence: dict[str, tuple[float, float]]  # value and standard error, by chain
    battles: Count
    caption_parts: list[str]


class ForecastManifest(StudyManifest):
    """Of `sim forecast`."""

    command: Literal["forecast"] = "forecast"
    mode: Literal["free", "given_orders"]
    kind: str
    cutoffs: list[CutoffFacts]
    sealed: dict[str, dict[str, Any]]  # what was sealed at each cutoff
    warnings: dict[str, list[str]]
    failures: dict[str, list[str]]
    caption_parts: list[str]


class AnalyseManifest(StudyManifest):
    """Of `sim analyse`."""

    command: Literal["analyse"] = "analyse"
    caption_parts: list[str]


class CompareModelsManifest(StudyManifest):
    """Of `sim compare-models`."""

    command: Literal["compare-models"] = "compare-models"
    models: dict[str, Digest]
    claims: list[str]
    answers: list[str]


class SbcManifest(StudyManifest):
    """Of `sim sbc`."""

    command: Literal["sbc"] = "sbc"
    min_p_value: float
    quantities: list[str]
    answers: list[str]


class ScoreManifest(BattleManifest):
    """Of `sim score`: its battles are those of the run that is scored."""

    command: Literal["score"] = "score"
    scored_run: str
    scored_run_digest: Digest
    battles: Count
    splits_digest: Digest
    reporting: Literal["posterior", "prior"] = "prior"
    caption_parts: list[str]


class ComparedFacts(StoredFacts):
    """One of two outputs that were compared."""

    folder: str
    label: str
    results_digest: Digest
    battles: Count


class DiffManifest(BattleManifest):
    """Of `sim diff`: law, seed and calibration are those of the first output."""

    command: Literal["diff"] = "diff"
    compared_command: str
    first: ComparedFacts
    second: ComparedFacts
    paired: bool
    identical: bool
    caption_parts: list[str]


class PooledBattleFacts(StoredFacts):
    """A battle of a pool: its posterior, and in how many directions it taught."""

    title: str
    scenario_digest: Digest
    posterior_digest: Digest
    claims: Count
    observations: Count


class PoolManifest(Manifest):
    """Of `sim pool`."""

    command: Literal["pool"] = "pool"
    battles: dict[str, PooledBattleFacts]  # by the name of the scenario
    law: str
    seed: int
    draws: Count
    parameters: list[str]
    results_digest: Digest


class CrossValidateManifest(Manifest):
    """Of `sim cross-validate`."""

    command: Literal["cross-validate"] = "cross-validate"
    battles: dict[str, str]  # titles by the name of the scenario
    law: str
    seed: int
    runs: Count
    questions: Count
    decided: Count
    results_digest: Digest  # of the frozen forecasts


class SealedForecastManifest(Manifest):
    """Of `sim forecast --sealed`."""

    command: Literal["sealed-forecast"] = "sealed-forecast"
    scenario: str
    statement: dict[str, str | int]  # what is published of it, by its digest
    results_digest: Digest


class OpenedForecastManifest(Manifest):
    """Of `sim score` of a sealed forecast."""

    command: Literal["opened-forecast"] = "opened-forecast"
    scenario: str
    sealed: Digest
    sealed_at: str
    results_digest: Digest


class ReproductionFacts(StoredFacts):
    """One quantity of another battle, as it was expected and as it came out."""

    quantity: str
    expected: str
    obtained: str
    is_reproduced: bool
    is_golden: bool


class ValidateManifest(Manifest):
    """Of `sim validate`."""

    command: Literal["validate"] = "validate"
    made: str
    results: dict[str, str]  # the title of each
    checks: dict[str, list[ReproductionFacts]]


MANIFESTS: dict[str, type[Manifest]] = {
    model.model_fields["command"].default: model
    for model in (
        RunManifest,
        WhatifManifest,
        SweepManifest,
        SensitivityManifest,
        TippingPointManifest,
        CalibrateManifest,
        ForecastManifest,
        AnalyseManifest,
        CompareModelsManifest,
        SbcManifest,
        ScoreManifest,
        DiffManifest,
        PoolManifest,
        CrossValidateManifest,
        SealedForecastManifest,
        OpenedForecastManifest,
        ValidateManifest,
    )
}
