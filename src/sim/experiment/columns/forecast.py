"""The files of `sim forecast`: those of a comparison, for each cut, and what was frozen before anything was scored."""

from dataclasses import replace

from sim.experiment.columns import Column, Table, score
from sim.experiment.columns.usual import CLAIM

CUT = Column("split", "string", "", "name of the cut: a split of the scenario, `day_<month>_<day>` or `asked`")
DIGEST = "SHA-256 of"


def by_cut(table: Table, **columns: Column) -> Table:
    """A table of a comparison whose splits are cuts, with some columns put in place of its own."""
    own = {"split": CUT} | columns
    return replace(table, columns=tuple(own.get(each.name, each) for each in table.columns))


TOLD = replace(by_cut(score.TOLD), says=f"{score.TOLD.says}, that was told after a cut")
SCORES = by_cut(
    score.SCORES, forecaster=Column("forecaster", "string", "", "`forecast`, or a baseline that knows no more")
)
SKILL = by_cut(
    score.SKILL,
    split=replace(CUT, says="name of the cut; all forecasts of a next day stand together as `a day ahead`"),
    simulation=Column("simulation", "number", "of the score", "mean of the forecast"),
    skill=Column("skill", "number", "", "how much better the forecast is: above 0 if it is"),
)
UNASKED = Table("unasked", "a cut and later claim about something of which nothing was known at the cut", (CUT, CLAIM))
FANS = Table(
    "fans",
    "cut of the scenario's splits, side and midnight: the dead so far, in battles that are fought on",
    (
        CUT,
        Column("side", "string", "", "id of the side"),
        Column("midnight", "datetime", "", "the end of the day"),
        *(
            Column(name, "number", "people", f"{int(name[1:])} per cent of the battles have at most so many dead")
            for name in ("q05", "q25", "q50", "q75", "q95")
        ),
    ),
)
FROZEN = Table(
    "frozen-<cut>",
    "cut from which there is a forecast, written before any of it is scored; `run.json` has the same under `frozen`",
    (
        Column("split", "string", "", "name of the cut"),
        Column("cut", "datetime", "", "until when what was told is heard"),
        Column("until", "datetime", "", "until when what is told is forecast"),
        Column("mode", "string", "", "`free`, or `given_orders` of a hindcast, which knows the recorded orders"),
        Column("scenario", "string", "", f"{DIGEST} the whole scenario"),
        Column("fought", "string", "", f"{DIGEST} the scenario as it was known at the cut"),
        Column("heard", "list", "", "ids of the claims that it is calibrated on"),
        Column("forecast", "list", "", "ids of the claims that are forecast"),
        Column("not_asked", "list", "", "ids of those in `unasked.parquet`"),
        Column("posterior", "string", "", f"{DIGEST} the posterior"),
        Column("reports", "string", "", f"{DIGEST} the forecast itself"),
        Column("digest", "string", "", f"{DIGEST} all of these"),
    ),
    "json",
)
TABLES = (TOLD, SCORES, SKILL, FANS, UNASKED, FROZEN)
