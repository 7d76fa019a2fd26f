"""The files of `sim score`."""

from sim.experiment.columns import Column, Table
from sim.experiment.columns.usual import CLAIM, TERM

SPLIT = Column("split", "string", "", "`calibration` or `holdout`: what the claims may be used for")
OF_THE_CLAIM = "of the claim"
TOLD = Table(
    "told",
    "a claim, and one more for the state of a place that it gives",
    (
        CLAIM,
        Column("sort", "string", "", "count, share, state, event or order"),
        SPLIT,
        Column("source", "string", "", "id of who reported it"),
        TERM,
        Column("said", "string", "", "what the source said"),
        Column("told_low", "number", OF_THE_CLAIM, "least value that agrees with it"),
        Column("told_high", "number", OF_THE_CLAIM, "greatest value that agrees with it"),
        Column("q05", "number", OF_THE_CLAIM, "5% quantile of what the source was expected to tell"),
        Column("q25", "number", OF_THE_CLAIM, "25% quantile"),
        Column("q50", "number", OF_THE_CLAIM, "median"),
        Column("q75", "number", OF_THE_CLAIM, "75% quantile"),
        Column("q95", "number", OF_THE_CLAIM, "95% quantile"),
        Column("chance", "number", "share of battles", "in which the source would have told this"),
        Column("chance_low", "number", "share of battles", "lower end of its 95% interval"),
        Column("chance_high", "number", "share of battles", "upper end of it"),
        Column("pit", "number", "share", "of what was expected that lies below what was told; by chance within a step"),
        Column("inside_50", "boolean", "", "whether it lies in the middle half of what was expected"),
        Column("inside_90", "boolean", "", "whether it lies in the middle nine tenths"),
    ),
)
SCORES = Table(
    "scores",
    "a forecaster, claim and score; and one for each term and its logarithmic score",
    (
        Column("forecaster", "string", "", "`simulation`, or a baseline"),
        SPLIT,
        CLAIM,
        TERM,
        Column("score", "string", "", "name of the score: less is better"),
        Column("value", "number", "of the score", "the score"),
    ),
)
SKILL = Table(
    "skill",
    "a split, baseline and score",
    (
        SPLIT,
        Column("baseline", "string", "", "name of the baseline"),
        Column("score", "string", "", "name of the score"),
        Column("simulation", "number", "of the score", "mean of the simulation"),
        Column("baseline_score", "number", "of the score", "mean of the baseline"),
        Column("skill", "number", "", "how much better the simulation is: above 0 if it is"),
        Column("low", "number", "", "lower end of its 95% interval"),
        Column("high", "number", "", "upper end of it"),
        Column("claims", "integer", "claims", "that both forecast"),
        Column("terms", "integer", "terms", "that they make up"),
    ),
)
SILENT = Table(
    "silent",
    "a claim of which a baseline says nothing",
    (
        SPLIT,
        Column("baseline", "string", "", "name of the baseline"),
        CLAIM,
        Column("why", "string", "", "why it says nothing"),
    ),
)
TABLES = (TOLD, SCORES, SKILL, SILENT)
