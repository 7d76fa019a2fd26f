"""The files of `sim sbc`."""

from sim.experiment.columns import Column, Table

RANKS = Table(
    "ranks",
    "a synthetic battle and quantity",
    (
        Column("battle", "integer", "", "number of the synthetic battle, from 0"),
        Column(
            "quantity",
            "string",
            "",
            "name of a prior; `observed_` and the number of what is asked of a battle, from 0; or `log_likelihood`",
        ),
        Column("rank", "integer", "draws", "that lie below the truth, of 19: uniform if the inference is right"),
        Column("in_half", "boolean", "", "whether the truth lies in the middle half of what was inferred"),
        Column("in_most", "boolean", "", "whether it lies in the middle nine tenths"),
    ),
)
TABLES = (RANKS,)
