"""The files of `sim compare-models`."""

from sim.experiment.columns import Column, Table

CHANCE = "of the rival if all were equally likely before; empty if it did not come to its posterior"
EVIDENCE = Table(
    "evidence",
    "a rival and island",
    (
        Column("rival", "string", "", "name of a law, or of an option of the reading"),
        Column("island", "integer", "", "number of the island"),
        Column("temperature", "number", "", "to which it came: 1 is the posterior"),
        Column("log_evidence", "number", "", "natural logarithm of the evidence up to there"),
        Column("error", "number", "", "standard error of that"),
        Column("battles", "integer", "battles", "that the island fought"),
        Column("chance", "number", "chance", f"{CHANCE}; the same for its islands"),
        Column("chance_low", "number", "chance", "lower end of its 95% interval, for the errors of the evidences"),
        Column("chance_high", "number", "chance", "upper end of it"),
    ),
)
CONFUSION = Table(
    "confusion",
    "a true rival and one that the evidence may find; only with `confusion=N`",
    (
        Column("truth", "string", "", "the rival by which synthetic battles were fought"),
        Column("given_to", "string", "", "the rival whose evidence is greatest"),
        Column("battles", "integer", "battles", "synthetic ones of that truth that the evidence gives to that rival"),
        Column("chance_of_truth", "number", "chance", "that evidence gives to the truth, on average; the same for all"),
    ),
)
TABLES = (EVIDENCE, CONFUSION)
